using System.Text.Json;
using Vortex.Runs;

namespace Vortex.Runner;

/// <summary>Plans by digest. The batches of a run come one after the other and share one.</summary>
internal sealed class PlanStore(IArtifactStore store)
{
    private const int MaxPlans = 16;
    // As large as the largest document, with room for what planning adds to it.
    private const long MaxBytes = 256L << 20;

    private readonly Lock _gate = new();
    private readonly LinkedList<((WorkspaceId, Digest) Key, Task<LoadedPlan> Plan)> _plans = [];

    /// <summary>Loads a plan, or takes the one loaded before.</summary>
    /// <exception cref="InvalidDataException">The plan is no longer stored, too large, or is none.</exception>
    public async Task<LoadedPlan> LoadAsync(WorkspaceId workspace, Digest digest, CancellationToken cancellationToken)
    {
        Task<LoadedPlan> plan;
        lock (_gate)
        {
            LinkedListNode<((WorkspaceId, Digest) Key, Task<LoadedPlan> Plan)>? known = _plans.First;
            while (known is not null && known.Value.Key != (workspace, digest))
            {
                known = known.Next;
            }

            if (known is not null)
            {
                _plans.Remove(known);
            }

            // Others may wait for the same plan, so one who gives up does not stop the reading.
            plan = known is { Value.Plan: { IsFaulted: false, IsCanceled: false } } ? known.Value.Plan : ReadAsync(workspace, digest);
            _plans.AddFirst(((workspace, digest), plan));
            if (_plans.Count > MaxPlans)
            {
                _plans.RemoveLast();
            }
        }

        return await plan.WaitAsync(cancellationToken);
    }

    private async Task<LoadedPlan> ReadAsync(WorkspaceId workspace, Digest digest)
    {
        // Leaves the lock of the caller before any work.
        await Task.Yield();
        StoredContent? stat = await store.StatAsync(workspace, digest);
        if (stat is null)
        {
            throw new InvalidDataException($"The plan {digest} is not stored.");
        }

        if (stat.Size > MaxBytes)
        {
            throw new InvalidDataException($"The plan has {stat.Size:N0} bytes; at most {MaxBytes:N0} are read.");
        }

        await using Stream content = await store.OpenAsync(workspace, digest) ?? throw new InvalidDataException($"The plan {digest} is not stored.");
        try
        {
            RunPlan plan = await JsonSerializer.DeserializeAsync<RunPlan>(content, RunsJson.Options) ?? throw new InvalidDataException("The plan is empty.");
            return new LoadedPlan(plan);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"The plan cannot be read: {exception.Message}", exception);
        }
    }
}
