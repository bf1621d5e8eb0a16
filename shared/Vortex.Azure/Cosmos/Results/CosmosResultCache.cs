using System.Collections.Concurrent;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Results by cache key, each a document of its own that goes when nobody made it again for <see cref="CosmosStoreOptions.ResultRetention"/>.</summary>
internal sealed class CosmosResultCache(DocumentContainer results, IArtifactStore artifacts, Packing packing, CosmosStoreOptions options) : IResultCache
{
    private const string TheId = "result";

    /// <inheritdoc />
    public async ValueTask<IReadOnlyDictionary<CacheKey, NodeOutputs>> FindAsync(WorkspaceId workspace, IReadOnlyCollection<CacheKey> keys, CancellationToken cancellationToken = default)
    {
        ConcurrentDictionary<CacheKey, NodeOutputs> found = new();
        // Many results share contents; each is asked for once.
        ConcurrentDictionary<Digest, Lazy<Task<bool>>> there = new();
        await Parallel.ForEachAsync(keys.Distinct(), Side(cancellationToken), async (key, token) =>
        {
            if (await results.FindAsync<ResultDocument>(workspace, key.Value, TheId, token) is not { } document)
            {
                return;
            }

            NodeOutputs outputs = await packing.UnpackAsync<NodeOutputs>(workspace, document.Outputs, token);
            foreach (Digest digest in outputs.Contents())
            {
                if (!await there.GetOrAdd(digest, one => new Lazy<Task<bool>>(() => HasAsync(workspace, one, cancellationToken))).Value)
                {
                    return;
                }
            }

            found[key] = outputs;
        });
        return found;
    }

    /// <inheritdoc />
    public async ValueTask PutAsync(WorkspaceId workspace, IReadOnlyCollection<KeyValuePair<CacheKey, NodeOutputs>> entries, CancellationToken cancellationToken = default) =>
        await Parallel.ForEachAsync(entries, Side(cancellationToken), async (entry, token) => await results.PutAsync(
            workspace,
            Document.In(
                workspace,
                entry.Key.Value,
                new ResultDocument { Id = TheId, Kind = "result", Outputs = await packing.PackAsync(workspace, entry.Value, token) },
                options.ResultRetention),
            token));

    private ParallelOptions Side(CancellationToken cancellationToken) => new() { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = cancellationToken };

    private async Task<bool> HasAsync(WorkspaceId workspace, Digest digest, CancellationToken cancellationToken) =>
        await artifacts.StatAsync(workspace, digest, cancellationToken) is not null;

    private sealed record ResultDocument : Document
    {
        public required Packed Outputs { get; init; }
    }
}
