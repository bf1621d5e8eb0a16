using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Vortex.Diffusion.Recipes;
using Vortex.Nodes;
using Vortex.Runner.Models;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Runner;

/// <summary>Executes one node of a batch, or serves it from memory, and puts down what came of it.</summary>
internal sealed class NodeExecution(RunnerParts parts, BatchContext batch)
{
    /// <summary>Decides which of the inputs that another input chooses are needed.</summary>
    /// <returns>The inputs; or the problem that kept it from being known.</returns>
    public async Task<(HashSet<string> Chosen, RunProblem? Problem)> ChooseAsync(BatchNode node, CancellationToken stop)
    {
        NodeMethod method = node.Method!;
        HashSet<string> chosen = new(StringComparer.Ordinal);
        try
        {
            foreach (string input in node.Planned.Links.Keys)
            {
                if (method.DeciderOf(input) is { } decider)
                {
                    IReadOnlyList<object?> decisions = await DecisionsAsync(node, decider, stop);
                    if (decisions.Any(decision => method.Needs(input, decision)))
                    {
                        chosen.Add(input);
                    }
                }
            }
        }
        catch (Exception exception) when (!IsStop(exception, stop))
        {
            return ([], Failed(node, parts.Time.GetTimestamp(), exception, ""));
        }

        return (chosen, null);
    }

    /// <summary>Executes a node.</summary>
    /// <returns>How it ended, and why it failed.</returns>
    /// <exception cref="OperationCanceledException">The batch is to stop; nothing of the node is put down.</exception>
    public async Task<(BatchNodeState State, RunProblem? Problem)> RunAsync(BatchNode node, CancellationToken stop)
    {
        PlannedNode planned = node.Planned;
        long begin = parts.Time.GetTimestamp();
        if (node.Shown is null)
        {
            batch.Journal.Add(new JournalEntry([batch.Events.Started(planned.Id)]));
        }

        using Activity? activity = RunnerDiagnostics.Activities.StartActivity("node");
        activity?.SetTag("vortex.node.id", planned.Id.Value).SetTag("vortex.node.type", planned.Type);
        using CancellationTokenSource limit = new(parts.Options.NodeTimeLimit, parts.Time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        string inputs = "";
        try
        {
            if (node.Method is null)
            {
                return (BatchNodeState.Failed, Failed(node, begin, NodeProblems.UnknownType(planned)));
            }

            NodeResult result = await CallAsync(node, described => inputs = described, both.Token);
            batch.Release(node);
            JournalEntry entry = await KeepAsync(node, result, artifactsCached: false, both.Token);
            // Past this point the node counts as done whatever is asked: its facts go to the log together.
            TimeSpan duration = parts.Time.GetElapsedTime(begin);
            RunEventDraft completed = batch.Events.Completed(planned.Id, duration, Describe(result), result.Shown, result.Artifacts.Length);
            batch.Journal.Add(entry with { Events = entry.Events.Add(completed) });
            Give(node, result);
            Count(planned, "succeeded", duration);
            return (BatchNodeState.Succeeded, null);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            return (BatchNodeState.Failed, Failed(node, begin, NodeProblems.TimeLimit(planned, parts.Options.NodeTimeLimit)));
        }
        // The one place where anything a node throws becomes a problem of that node: it must not take the runner with it.
#pragma warning disable CA1031
        catch (Exception exception) when (!IsStop(exception, stop))
#pragma warning restore CA1031
        {
            return (BatchNodeState.Failed, Failed(node, begin, exception, inputs));
        }
    }

    /// <summary>Serves a node from memory.</summary>
    public async Task<(BatchNodeState State, RunProblem? Problem)> ServeAsync(BatchNode node, NodeResult hit, CancellationToken stop)
    {
        try
        {
            JournalEntry entry = await KeepAsync(node, hit, artifactsCached: true, stop);
            RunEventDraft cached = batch.Events.Cached(node.Planned.Id, node.Planned.Key, CacheSource.Memory, Describe(hit), hit.Shown, hit.Artifacts.Length);
            batch.Journal.Add(entry with { Events = entry.Events.Add(cached) });
            Give(node, hit);
            Count(node.Planned, "cached", TimeSpan.Zero);
            return (BatchNodeState.Cached, null);
        }
#pragma warning disable CA1031 // As above.
        catch (Exception exception) when (!IsStop(exception, stop))
#pragma warning restore CA1031
        {
            return (BatchNodeState.Failed, Failed(node, parts.Time.GetTimestamp(), exception, ""));
        }
    }

    private static bool IsStop(Exception exception, CancellationToken stop) => exception is OperationCanceledException && stop.IsCancellationRequested;

    private async Task<IReadOnlyList<object?>> DecisionsAsync(BatchNode node, string decider, CancellationToken stop) =>
        node.Planned.Links.TryGetValue(decider, out NodeLink link) ? await batch.ValueAsync(link, stop)
        : node.Planned.Constants.TryGetValue(decider, out System.Text.Json.JsonElement constant) ? [constant]
        : [null];

    // Inputs and single outputs live no longer than this method, so that they can go while the result is being stored.
    private async Task<NodeResult> CallAsync(BatchNode node, Action<string> describe, CancellationToken cancellationToken)
    {
        PlannedNode planned = node.Planned;
        NodeMethod method = node.Method!;
        Dictionary<string, IReadOnlyList<object?>> inputs = await InputsAsync(node, cancellationToken);
        int calls = NodeCalls.Count(method, inputs);
        if (calls > parts.Options.MaxCallsPerNode)
        {
            throw new NodeProblemException("node.too_many_calls", null, $"The lists make {calls:N0} calls of this node; at most {parts.Options.MaxCallsPerNode:N0} are made. Use shorter lists.");
        }

        NodeFiles files = new(parts.Artifacts, batch.Workspace, parts.Options, cancellationToken);
        using NodeProgress progress = new(
            (value, max, preview) =>
            {
                if (node.Shown is null)
                {
                    batch.Journal.Add(new JournalEntry([batch.Events.Progress(planned.Id, value, max, preview)]));
                }
            },
            parts.Time,
            parts.Options.ProgressInterval);
        if (parts.Supply is { } supply)
        {
            await supply.BringAsync(batch.Workspace, ModelsOf.Node(planned, inputs), batch.Models, (done, size) => progress.Report(done >> 20, size >> 20), cancellationToken);
        }

        FrozenEmbeddings? embeddings = planned.PromptFiles is { } prompts ? new FrozenEmbeddings(parts.Models, prompts) : null;
        RunnerNodeContext context = new(
            planned.Id, batch.Plan.Plan.Metadata, batch.Now, files, progress, parts.Options, parts.Models, embeddings, cancellationToken);
        List<object?>[] slots = NodeCalls.NewSlots(method);
        try
        {
            for (int call = 0; call < calls; call++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                context.BeginCall();
                NodeCalls.Add(method, slots, await method.InvokeAsync(NodeCalls.Inputs(method, inputs, call), context));
            }
        }
        catch (Exception exception) when (exception is OutOfMemoryException or Vortex.Tensors.TensorMemoryException)
        {
            describe(string.Join(", ", inputs.Select(input => $"{input.Key} {parts.Codec.Describe(input.Value)}")));
            throw;
        }

        ArtifactRef[] stored = await files.StoredAsync();
        return new NodeResult([.. slots], [.. stored], context.Shown(calls), MadeFrom(node));
    }

    private async Task<Dictionary<string, IReadOnlyList<object?>>> InputsAsync(BatchNode node, CancellationToken cancellationToken)
    {
        PlannedNode planned = node.Planned;
        Dictionary<string, IReadOnlyList<object?>> inputs = new(StringComparer.Ordinal);
        foreach ((string name, System.Text.Json.JsonElement constant) in planned.Constants)
        {
            inputs[name] = [constant];
        }

        foreach ((string name, FileRef file) in planned.Files)
        {
            inputs[name] = [file.ModelFolder is { } folder
                ? new ModelFileRef(folder, file.Name, file.Digest.Value)
                : new StoredFile(parts.Artifacts, batch.Workspace, file)];
        }

        foreach ((string name, NodeLink link) in node.Needed)
        {
            try
            {
                inputs[name] = await batch.ValueAsync(link, cancellationToken);
            }
            catch (NodeProblemException exception) when (exception.Port is null)
            {
                throw new NodeProblemException(exception.Code, name, exception.Message);
            }
        }

        return inputs;
    }

    // Content first, so that nothing tells of a result that is not there.
    private async Task<JournalEntry> KeepAsync(BatchNode node, NodeResult result, bool artifactsCached, CancellationToken cancellationToken)
    {
        PlannedNode planned = node.Planned;
        ImmutableArray<RunEventDraft> artifacts =
            [.. result.Artifacts.Select((file, position) => batch.Events.Artifact(planned.Id, planned.Key, position, file, result.MadeFrom, artifactsCached))];
        if (!planned.Keep)
        {
            return new JournalEntry(artifacts);
        }

        PortValue?[] slots = new PortValue?[result.Slots.Length];
        for (int i = 0; i < slots.Length; i++)
        {
            slots[i] = await parts.Codec.StoreAsync(batch.Workspace, node.Method!.Type.Outputs[i].Type, result.Slots[i], cancellationToken);
        }

        NodeOutputs outputs = new() { Slots = [.. slots], Artifacts = result.Artifacts, Shown = result.Shown, MadeFrom = result.MadeFrom };
        bool isWhole = !slots.Contains(null);
        return new JournalEntry(artifacts)
        {
            Outputs = new NodeOutputRecord(planned.Id, outputs),
            CacheResult = planned.MayCache && batch.CacheUse.Add && isWhole ? KeyValuePair.Create(planned.Key, outputs) : null,
        };
    }

    private void Give(BatchNode node, NodeResult result)
    {
        node.MadeFrom = result.MadeFrom;
        node.Artifacts = result.Artifacts.Length;
        batch.Values.Set(node.Planned.Id, result.Slots);
        if (node.Planned.MayCache && batch.CacheUse.Add)
        {
            long bytes = 512;
            foreach (IReadOnlyList<object?> slot in result.Slots)
            {
                bytes += parts.Codec.SizeOf(slot);
            }

            parts.Values.Put(batch.Workspace, node.Planned.Key, result, bytes);
        }
    }

    private ImmutableArray<Digest> MadeFrom(BatchNode node)
    {
        ImmutableArray<Digest> whole = [.. node.Planned.Files.Values.Select(file => file.Digest)];
        foreach ((string input, NodeLink link) in node.Needed)
        {
            BatchNode? from = node.Inner.FirstOrDefault(inner => inner.Input == input).From;
            ImmutableArray<Digest> more = from is { Stored: null } ? from.MadeFrom : batch.StoredMadeFrom(link.Node);
            // Along a chain it is the same set all the way, and is shared.
            whole = whole.IsEmpty ? more : more.All(whole.Contains) ? whole : [.. whole.Union(more)];
        }

        return whole.Length < 2 ? whole : [.. whole.Distinct().OrderBy(digest => digest.Value, StringComparer.Ordinal)];
    }

    private List<string> Describe(NodeResult result) => [.. result.Slots.Select(parts.Codec.Describe)];

    private RunProblem Failed(BatchNode node, long begin, Exception exception, string inputs)
    {
        RunProblem problem = NodeProblems.Of(exception, node.Planned, inputs);
        if (problem.Code == "node.internal_error")
        {
            parts.Logger.NodeBroke(exception, node.Planned.Id.Value, node.Planned.Type, batch.Lease.Batch.RunId.Value);
        }

        return Failed(node, begin, problem);
    }

    private RunProblem Failed(BatchNode node, long begin, RunProblem problem)
    {
        TimeSpan duration = parts.Time.GetElapsedTime(begin);
        batch.Journal.Add(new JournalEntry([batch.Events.Failed(node.Planned.Id, duration, problem)]));
        Count(node.Planned, "failed", duration);
        return problem;
    }

    private static void Count(PlannedNode node, string status, TimeSpan duration)
    {
        KeyValuePair<string, object?> type = new("vortex.node.type", node.Type);
        RunnerDiagnostics.Nodes.Add(1, type, new KeyValuePair<string, object?>("vortex.status", status));
        if (duration > TimeSpan.Zero)
        {
            RunnerDiagnostics.NodeDuration.Record(duration.TotalSeconds, type);
        }
    }
}
