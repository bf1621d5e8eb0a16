namespace Vortex.Runs;

/// <summary>Results of nodes by what was computed, per workspace.</summary>
public interface IResultCache
{
    /// <summary>Finds results; keys without are absent. A result whose content is gone counts as absent.</summary>
    ValueTask<IReadOnlyDictionary<CacheKey, NodeOutputs>> FindAsync(WorkspaceId workspace, IReadOnlyCollection<CacheKey> keys, CancellationToken cancellationToken = default);

    /// <summary>Keeps results; the last one for a key stays.</summary>
    ValueTask PutAsync(WorkspaceId workspace, IReadOnlyCollection<KeyValuePair<CacheKey, NodeOutputs>> results, CancellationToken cancellationToken = default);
}
