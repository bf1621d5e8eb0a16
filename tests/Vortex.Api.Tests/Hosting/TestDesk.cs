using System.Collections.Immutable;
using Vortex.Runs;
using Vortex.Testing;
using Vortex.Workflows;

namespace Vortex.Api.Tests;

internal sealed class TestDesk(IRunStore runs, NodeCatalog catalog) : IRunDesk
{
    private int _count;

    public async ValueTask<RunReceipt> SubmitAsync(WorkspaceId workspace, RunOrder order, CancellationToken cancellationToken = default)
    {
        ImmutableArray<ProblemView> problems = await CheckAsync(workspace, order, cancellationToken);
        if (problems.Any(problem => problem.Severity == ProblemSeverity.Error))
        {
            return new RunReceipt(null, problems);
        }

        RunRecord run = new()
        {
            Id = order.Id ?? Some.RunId(Interlocked.Increment(ref _count)),
            WorkflowId = order.WorkflowId,
            WorkflowVersion = order.WorkflowVersion,
            WorkflowName = order.Document.Meta.Name,
            CreatedAt = DateTimeOffset.UtcNow,
            Options = order.Options,
            Snapshot = Some.Digest("s"),
            RequestId = order.RequestId,
            RequestHash = order.RequestHash,
        };
        return new RunReceipt(await runs.CreateAsync(workspace, run, Some.Event(RunEventTypes.RunQueued), cancellationToken), problems);
    }

    public ValueTask<ImmutableArray<ProblemView>> CheckAsync(WorkspaceId workspace, RunOrder order, CancellationToken cancellationToken = default) =>
        new([.. WorkflowValidator.Validate(order.Document, catalog).Select(ProblemView.Of)]);

    public async ValueTask<RunRecord?> CancelAsync(WorkspaceId workspace, RunId run, CancellationToken cancellationToken = default)
    {
        await runs.CommitAsync(workspace, run, new RunCommit { Change = new RunChange { CancelRequested = true } }, cancellationToken);
        return await runs.FindAsync(workspace, run, cancellationToken);
    }

    public ValueTask<ImmutableArray<NodeView>> NodesAsync(WorkspaceId workspace, RunRecord run, CancellationToken cancellationToken = default) =>
        new([new NodeView("1", NodeStatus.Pending)]);
}
