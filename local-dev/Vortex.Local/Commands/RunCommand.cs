using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using Vortex.Local.Hosting;
using Vortex.Local.Running;
using Vortex.Local.Terminal;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Local.Commands;

/// <summary><c>vortex run</c>: from a workflow file to pictures, without a server.</summary>
internal static class RunCommand
{
    public static Command Make(Option<string?> data)
    {
        Argument<string> file = new("FILE") { Description = "A workflow: VTXW, either ComfyUI format, or a picture that holds one" };
        Option<string[]> input = new("--input") { Description = "Set an input of the workflow; may be repeated", HelpName = "NAME=VALUE", Arity = ArgumentArity.ZeroOrMore };
        Option<string[]> set = new("--set") { Description = "Set a node's input, such as 5.width=640; may be repeated", HelpName = "NODE.INPUT=VALUE", Arity = ArgumentArity.ZeroOrMore };
        Option<ulong?> seed = new("--seed") { Description = "Set every seed of the workflow", HelpName = "N" };
        Option<string?> inputFolder = new("--input-dir") { Description = "Where LoadImage looks; beside FILE when not given", HelpName = "DIR" };
        Option<string[]> models = ModelsDirOption.Make();
        Option<bool> tiny = new("--tiny") { Description = "Use tiny models with random weights, made in DATA/tiny-models, and no others: everything runs, pictures show nothing" };
        Option<string?> preview = new("--preview") { Description = "Keep the newest preview of sampling in this PNG file", HelpName = "FILE" };
        Option<string> output = new("--out") { Description = "Where pictures land", DefaultValueFactory = _ => "output", HelpName = "DIR" };
        Option<CachePolicy> cache = new("--cache") { Description = "What to do about earlier results: use, bypass or refresh", DefaultValueFactory = _ => CachePolicy.Use, HelpName = "use|bypass|refresh" };
        Option<bool> json = new("--json") { Description = "Print every event as a line of JSON" };
        Command command = new("run", "Run a workflow on this machine; no server is needed") { file, input, set, seed, inputFolder, models, tiny, preview, output, cache, json, data };
        command.Validators.Add(result =>
        {
            if (result.GetValue(tiny) && result.GetValue(models) is { Length: > 0 })
            {
                result.AddError("--tiny brings its own models: leave --models-dir out.");
            }
        });
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new Request(
                parsed.GetValue(file)!,
                parsed.GetValue(input) ?? [],
                parsed.GetValue(set) ?? [],
                parsed.GetValue(seed),
                parsed.GetValue(inputFolder),
                parsed.GetValue(tiny)
                    ? [TinyModelFolder.Prepare(DataFolders.Choose(parsed.GetValue(data)))]
                    : ModelsDirOption.Checked(parsed.GetValue(models), DataFolders.Choose(parsed.GetValue(data))),
                parsed.GetValue(tiny),
                parsed.GetValue(preview),
                parsed.GetValue(output)!,
                parsed.GetValue(cache),
                parsed.GetValue(json),
                DataFolders.Choose(parsed.GetValue(data))),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Request request, CancellationToken cancellationToken)
    {
        (OpenedWorkflow opened, JsonElement? comfyWorkflow) = await WorkflowFiles.OpenWithSourceAsync(request.File, Catalogs.All, cancellationToken);
        foreach (WorkflowProblem problem in opened.Problems)
        {
            Console.Error.WriteLine(WorkflowFiles.Format(request.File, problem));
        }

        if (opened.Document is not { } document)
        {
            return ExitCodes.BadInput;
        }

        document = NodeSettings.Apply(document, request.Set, Catalogs.All);
        LocalOrder order = new(document, comfyWorkflow, NodeSettings.Inputs(request.Input), new RunOptions { CachePolicy = request.Cache, Seed = request.Seed });
        string inputFolder = Path.GetFullPath(request.InputFolder ?? Path.GetDirectoryName(Path.GetFullPath(request.File))!);
        if (!Directory.Exists(inputFolder))
        {
            throw CommandFailure.BadInput($"The input folder '{inputFolder}' does not exist.");
        }

        await using IRunTarget target = await RunTargets.OpenAsync(request.Data, inputFolder, request.Models, cancellationToken);
        if (request.Tiny && target is RemoteTarget)
        {
            throw CommandFailure.Failed($"A host has the data folder '{request.Data}' open, and it has its own models. Use another folder with --data DIR, or start the host with --models-dir.");
        }

        RunStart start = await target.StartAsync(order, cancellationToken);
        if (start.Run is not { } run)
        {
            foreach (RunFault fault in start.Faults)
            {
                Console.Error.WriteLine($"{request.File}: {fault}");
            }

            Console.Error.WriteLine($"vortex: the workflow cannot run: {start.Faults.Length} {(start.Faults.Length == 1 ? "problem" : "problems")}.");
            return ExitCodes.BadInput;
        }

        return await FollowAsync(target, run, document, request, cancellationToken);
    }

    private static async Task<int> FollowAsync(IRunTarget target, RunId run, WorkflowDocument document, Request request, CancellationToken cancellationToken)
    {
        PreviewFile preview = new(request.Preview);
        RunDisplay display = RunDisplay.Choose(request.Json, document.Nodes.ToDictionary(node => node.Id, node => node.Type));
        // The first interrupt asks the run to stop and waits for its last event; the terminal's second one ends the process.
        await using CancellationTokenRegistration onInterrupt = cancellationToken.Register(() => _ = target.CancelAsync(run, CancellationToken.None));
        RunEvent? last = null;
        try
        {
            await foreach (RunEvent one in target.FollowAsync(run, CancellationToken.None))
            {
                display.Show(one);
                preview.Show(one);
                last = one;
            }

            ArtifactWriter writer = new(request.Output);
            foreach (ArtifactRecord artifact in await target.ArtifactsAsync(run, CancellationToken.None))
            {
                if (artifact.File.Kind == ArtifactKind.Output)
                {
                    display.Saved(await writer.WriteAsync(artifact.File.Name, artifact.File.Digest, token => target.OpenAsync(artifact, token), CancellationToken.None));
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            display.End();
            throw CommandFailure.Failed($"The pictures could not be written: {failure.Message}");
        }

        display.End();
        return Conclude(last, request.Json);
    }

    private static int Conclude(RunEvent? last, bool json)
    {
        if (!json && last is not null)
        {
            RunSummary? summary = last.Payload.TryGetProperty("summary", out JsonElement element) ? element.Deserialize<RunSummary>(RunsJson.Options) : null;
            foreach (RunProblem problem in summary?.Problems ?? [])
            {
                Console.Error.WriteLine(new RunFault(problem.Code, problem.Message, problem.Node?.Value, problem.Port));
            }

            string figures = summary is null ? "" : $": {summary.Nodes} nodes, {summary.Cached} cached, {summary.Succeeded} run{(summary.Failed > 0 ? $", {summary.Failed} failed" : "")}{(summary.Skipped > 0 ? $", {summary.Skipped} skipped" : "")}, {summary.DurationMs} ms";
            Console.Out.WriteLine(last.Type switch
            {
                RunEventTypes.RunCompleted => $"done{figures}",
                RunEventTypes.RunCanceled => $"canceled{figures}",
                _ => $"failed{figures}",
            });
        }

        return last?.Type switch
        {
            RunEventTypes.RunCompleted => ExitCodes.Done,
            RunEventTypes.RunCanceled => ExitCodes.Canceled,
            _ => ExitCodes.Failed,
        };
    }

    private sealed record Request(
        string File, string[] Input, string[] Set, ulong? Seed, string? InputFolder, string[] Models, bool Tiny, string? Preview, string Output, CachePolicy Cache, bool Json, string Data);
}
