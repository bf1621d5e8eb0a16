using System.CommandLine;
using Vortex.Local.Hosting;
using Vortex.Local.Terminal;
using Vortex.Workflows;

namespace Vortex.Local.Commands;

/// <summary><c>vortex export</c>: gives a workflow back in another format.</summary>
internal static class ExportCommand
{
    private const string ComfyApi = "comfy-api";
    private const string ComfyUi = "comfy-ui";
    private const string Vtxw = "vtxw";

    public static Command Make()
    {
        Argument<string> file = new("FILE") { Description = "A workflow: VTXW, either ComfyUI format, or a picture that holds one" };
        Option<string> format = new("--format") { Description = "comfy-api (what ComfyUI's server takes at /prompt), comfy-ui (what its editor saves, with places and subgraphs) or vtxw", DefaultValueFactory = _ => ComfyApi };
        format.AcceptOnlyFromAmong(ComfyApi, ComfyUi, Vtxw);
        Option<string?> output = new("--out") { Description = "Where to write it; standard output when not given" };
        Command command = new("export", "Give a workflow back in another format") { file, format, output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string path = parsed.GetValue(file)!;
            OpenedWorkflow opened = await WorkflowFiles.OpenAsync(path, Catalogs.All, cancellationToken);
            foreach (WorkflowProblem problem in opened.Problems)
            {
                Console.Error.WriteLine(WorkflowFiles.Format(path, problem));
            }

            if (opened.Document is not { } document)
            {
                return ExitCodes.BadInput;
            }

            ReadOnlyMemory<byte> bytes;
            if (parsed.GetValue(format) == Vtxw)
            {
                bytes = VtxwWriter.Write(document);
            }
            else
            {
                ComfyExport export = parsed.GetValue(format) == ComfyUi ? ComfyExporter.ToUi(document, Catalogs.All) : ComfyExporter.ToApi(document, Catalogs.All);
                foreach (WorkflowProblem problem in export.Problems)
                {
                    Console.Error.WriteLine(WorkflowFiles.Format(path, problem));
                }

                if (export.Problems.Any(problem => problem.Severity == ProblemSeverity.Error))
                {
                    return ExitCodes.BadInput;
                }

                bytes = export.Json;
            }

            if (parsed.GetValue(output) is { } target)
            {
                await ImportCommand.WriteAsync(target, bytes, cancellationToken);
            }
            else
            {
                await using Stream standard = Console.OpenStandardOutput();
                await standard.WriteAsync(bytes, cancellationToken);
                standard.WriteByte((byte)'\n');
            }

            return ExitCodes.Done;
        });
        return command;
    }
}
