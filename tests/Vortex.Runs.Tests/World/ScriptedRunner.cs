using System.Collections.Immutable;
using Vortex.Testing;
using Vortex.Workflows;

namespace Vortex.Runs.Tests;

/// <summary>A runner that executes nothing but writes, reports and fails as a real one: what a node does is said by the test.</summary>
internal sealed class ScriptedRunner(RunWorld world)
{
    private readonly Lock _gate = new();

    /// <summary>Gets or sets what keeps a node from succeeding in a dispatch; null for nothing.</summary>
    public Func<NodeId, int, RunProblem?> Fails { get; set; } = (_, _) => null;

    /// <summary>Gets or sets what happens to a batch before it is executed; false drops it without an answer, as a machine that dies.</summary>
    public Func<BatchLease, Task<bool>> Before { get; set; } = _ => Task.FromResult(true);

    /// <summary>Gets or sets how often each outcome is reported.</summary>
    public int Reports { get; set; } = 1;

    public List<(NodeId Node, int Dispatch)> Executed { get; } = [];

    public List<BatchLease> Leased { get; } = [];

    public IEnumerable<string> ExecutedNodes => Executed.Select(one => one.Node.Value);

    /// <summary>Works until told to stop.</summary>
    public async Task WorkAsync(CancellationToken cancellationToken)
    {
        RunnerCapabilities me = new("scripted", "cpu", ["core", "core.imaging", "video"], 64L << 30);
        try
        {
            // A wait far beyond what any test lets time do.
            while (await world.Queue.LeaseAsync(me, TimeSpan.FromDays(40), cancellationToken) is { } lease)
            {
                lock (_gate)
                {
                    Leased.Add(lease);
                }

                if (await Before(lease))
                {
                    await AnswerAsync(lease, await ExecuteAsync(lease));
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    public async Task AnswerAsync(BatchLease lease, BatchOutcome outcome)
    {
        for (int i = 0; i < Reports; i++)
        {
            await world.Results.ReportAsync(outcome);
        }

        await world.Queue.CompleteAsync(lease);
    }

    public static BatchOutcome Outcome(BatchLease lease, BatchStatus status, params RunProblem[] problems) => new()
    {
        BatchId = lease.Batch.BatchId,
        Workspace = lease.Batch.Workspace,
        RunId = lease.Batch.RunId,
        Dispatch = lease.Batch.Dispatch,
        Attempt = lease.Attempt,
        RunnerId = "scripted",
        Status = status,
        Problems = [.. problems],
    };

    public async Task<BatchOutcome> ExecuteAsync(BatchLease lease)
    {
        BatchMessage batch = lease.Batch;
        RunPlan plan = await world.Artifacts.ReadJsonAsync<RunPlan>(batch.Workspace, batch.Plan);
        int succeeded = 0;
        int failed = 0;
        List<RunProblem> problems = [];
        HashSet<NodeId> there = [.. (await world.Runs.ReadOutputsAsync(batch.Workspace, batch.RunId, [.. plan.Nodes.Select(node => node.Id), .. plan.Cached.Select(node => node.Id)])).Keys];
        foreach (PlannedNode node in plan.Batches[batch.Index].Nodes.Select(position => plan.Nodes[position]))
        {
            if (!node.Links.Values.All(link => there.Contains(link.Node)))
            {
                continue;
            }

            lock (_gate)
            {
                Executed.Add((node.Id, batch.Dispatch));
            }

            DateTimeOffset now = world.Time.GetUtcNow();
            RunEventDraft begun = new(RunEventTypes.NodeStarted, now, RunsJson.Element(new { runner_id = "scripted", attempt = batch.Dispatch })) { NodeId = node.Id, OnceKey = $"started/{batch.Dispatch}/{node.Id}" };
            if (Fails(node.Id, batch.Dispatch) is { } problem)
            {
                problem = problem with { Node = node.Id };
                failed++;
                problems.Add(problem);
                RunEventDraft broken = new(RunEventTypes.NodeFailed, now, RunsJson.Element(new { duration_ms = 1, problem })) { NodeId = node.Id, OnceKey = $"failed/{batch.Dispatch}/{node.Id}" };
                await world.Runs.CommitAsync(batch.Workspace, batch.RunId, Some.Commit(begun, broken));
                continue;
            }

            NodeOutputs outputs = new()
            {
                Slots = [Some.Outputs(1).Slots[0], Some.Outputs(2).Slots[0]],
                Artifacts = node.Type == "Save" ? [await FileAsync(batch.Workspace, node.Id)] : [],
            };
            RunEventDraft done = new(RunEventTypes.NodeCompleted, now, RunsJson.Element(new { duration_ms = 1, artifacts = outputs.Artifacts.Length })) { NodeId = node.Id, OnceKey = $"completed/{node.Id}" };
            if (node.MayCache)
            {
                await world.Cache.PutAsync(batch.Workspace, [new(node.Key, outputs)]);
            }

            await world.Runs.CommitAsync(batch.Workspace, batch.RunId, new RunCommit
            {
                Events = [begun, .. RunEvents.Artifacts(batch.RunId, node.Id, node.Key, outputs, now, false).Select(artifact => RunEvents.Artifact(now, artifact)), done],
                Outputs = [new NodeOutputRecord(node.Id, outputs)],
            });
            there.Add(node.Id);
            succeeded++;
        }

        int all = plan.Batches[batch.Index].Nodes.Length;
        return Outcome(lease, failed > 0 || succeeded < all ? BatchStatus.Failed : BatchStatus.Succeeded, [.. problems]) with
        {
            Succeeded = succeeded,
            Failed = failed,
            Skipped = all - succeeded - failed,
        };
    }

    private async Task<ArtifactRef> FileAsync(WorkspaceId workspace, NodeId node)
    {
        StoredContent content = await world.Artifacts.PutAsync(workspace, new MemoryStream(System.Text.Encoding.UTF8.GetBytes(node.Value)));
        return new ArtifactRef($"{node}.png", content.Digest, "image/png", content.Size, ArtifactKind.Output);
    }
}
