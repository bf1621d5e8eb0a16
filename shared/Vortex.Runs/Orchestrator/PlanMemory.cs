namespace Vortex.Runs;

/// <summary>Keeps the plans used last, so that sending the batches of a large run one by one does not read its plan each time.</summary>
internal sealed class PlanMemory(IArtifactStore artifacts)
{
    private const int Most = 16;

    private readonly Lock _gate = new();
    private readonly LinkedList<(WorkspaceId Workspace, Digest Digest, RunPlan Plan)> _plans = new();

    public async ValueTask<Digest> PutAsync(WorkspaceId workspace, RunPlan plan, CancellationToken cancellationToken)
    {
        Digest digest = await artifacts.PutJsonAsync(workspace, plan, cancellationToken);
        Keep(workspace, digest, plan);
        return digest;
    }

    public async ValueTask<RunPlan> ReadAsync(WorkspaceId workspace, Digest digest, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            for (LinkedListNode<(WorkspaceId Workspace, Digest Digest, RunPlan Plan)>? at = _plans.First; at is not null; at = at.Next)
            {
                if (at.Value.Digest == digest && at.Value.Workspace == workspace)
                {
                    _plans.Remove(at);
                    _plans.AddFirst(at);
                    return at.Value.Plan;
                }
            }
        }

        RunPlan plan = await artifacts.ReadJsonAsync<RunPlan>(workspace, digest, cancellationToken);
        Keep(workspace, digest, plan);
        return plan;
    }

    private void Keep(WorkspaceId workspace, Digest digest, RunPlan plan)
    {
        lock (_gate)
        {
            _plans.AddFirst((workspace, digest, plan));
            if (_plans.Count > Most)
            {
                _plans.RemoveLast();
            }
        }
    }
}
