using System.CommandLine;
using System.Text;
using System.Text.Json;
using Vortex.Local.Hosting;
using Vortex.Local.Terminal;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Local.Commands;

/// <summary><c>vortex import</c>: turns other people's workflows into VTXW and reports what they need.</summary>
internal static class ImportCommand
{
    public static Command Make()
    {
        Argument<string[]> files = new("FILE") { Description = "ComfyUI workflows (either format), or pictures that hold one", Arity = ArgumentArity.OneOrMore };
        Option<string?> output = new("--out") { Description = "Where to write VTXW: a file, or a folder for several" };
        Option<bool> json = new("--json") { Description = "Print reports as JSON, one line per file" };
        Command command = new("import", "Turn ComfyUI workflows into VTXW, and report what they need that is not here") { files, output, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(files)!, parsed.GetValue(output), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string[] files, string? output, bool json, CancellationToken cancellationToken)
    {
        bool toFolder = output is not null && (files.Length > 1 || Directory.Exists(output) || output.EndsWith('/'));
        int exit = ExitCodes.Done;
        HashSet<string> written = new(StringComparer.Ordinal);
        foreach (string file in files)
        {
            OpenedWorkflow opened;
            try
            {
                opened = await WorkflowFiles.OpenAsync(file, Catalogs.All, cancellationToken);
            }
            catch (CommandFailure failure) when (files.Length > 1)
            {
                // One bad file does not keep the others from being imported.
                Console.Error.WriteLine(failure.Message);
                exit = ExitCodes.BadInput;
                continue;
            }

            string? path = null;
            if (opened.Document is { } document && output is not null)
            {
                path = toFolder ? Unique(Path.Combine(output, Path.GetFileNameWithoutExtension(file) + ".vtxw.json"), written) : output;
                await WriteAsync(path, VtxwWriter.Write(document), cancellationToken);
            }

            if (opened.Document is null)
            {
                exit = ExitCodes.BadInput;
            }

            Print(file, opened, path, json);
        }

        return exit;
    }

    private static void Print(string file, OpenedWorkflow opened, string? path, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(
                new { file, source = opened.Source, nodes = opened.Document?.Nodes.Length, written_to = path, report = opened.Report?.Items, problems = opened.Problems },
                RunsJson.Options));
            return;
        }

        foreach (WorkflowProblem problem in opened.Problems)
        {
            Console.Out.WriteLine(WorkflowFiles.Format(file, problem));
        }

        if (opened.Document is not { } document)
        {
            return;
        }

        StringBuilder text = new();
        text.Append(file).Append(": ").Append(Describe(opened.Source)).Append(", ").Append(document.Nodes.Length).Append(document.Nodes.Length == 1 ? " node" : " nodes");
        if (!document.Subgraphs.IsEmpty)
        {
            text.Append(", ").Append(document.Subgraphs.Count).Append(document.Subgraphs.Count == 1 ? " subgraph" : " subgraphs");
        }

        Console.Out.WriteLine(text);
        foreach (IGrouping<string, ReportItem> group in (opened.Report?.Items ?? []).GroupBy(item => item.Code))
        {
            Console.Out.WriteLine($"  {group.Key} ({group.Count()})");
            foreach (ReportItem item in group)
            {
                Console.Out.WriteLine($"    {(item.Node is { } node ? $"node {node}: " : "")}{item.Message}");
            }
        }

        Console.Out.WriteLine(path is null ? "  Nothing was written; say --out PATH to keep it as VTXW." : $"  written to {path}");
    }

    private static string Describe(WorkflowSource source) => source switch
    {
        WorkflowSource.Vtxw => "VTXW",
        WorkflowSource.ComfyApi => "ComfyUI, API format",
        WorkflowSource.ComfyUi => "ComfyUI, as its editor saves it",
        _ => source.ToString(),
    };

    private static string Unique(string path, HashSet<string> written)
    {
        string candidate = path;
        for (int i = 2; !written.Add(candidate); i++)
        {
            candidate = path.Replace(".vtxw.json", $"-{i}.vtxw.json", StringComparison.Ordinal);
        }

        return candidate;
    }

    internal static async Task WriteAsync(string path, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            string full = Path.GetFullPath(path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            await File.WriteAllBytesAsync(full + ".part", bytes, cancellationToken);
            File.Move(full + ".part", full, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Failed($"'{path}' cannot be written: {failure.Message}");
        }
    }
}
