using System.Collections.Concurrent;
using Vortex.Runs;

namespace Vortex.Testing;

/// <summary>A result cache that is a dictionary, and looks whether the content is still there.</summary>
public sealed class InMemoryResultCache(IArtifactStore artifacts) : IResultCache
{
    private readonly ConcurrentDictionary<(WorkspaceId, CacheKey), NodeOutputs> _results = new();

    /// <inheritdoc />
    public async ValueTask<IReadOnlyDictionary<CacheKey, NodeOutputs>> FindAsync(
        WorkspaceId workspace, IReadOnlyCollection<CacheKey> keys, CancellationToken cancellationToken = default)
    {
        Dictionary<CacheKey, NodeOutputs> found = [];
        foreach (CacheKey key in keys)
        {
            if (_results.TryGetValue((workspace, key), out NodeOutputs? outputs) && await IsWholeAsync(workspace, outputs, cancellationToken))
            {
                found[key] = outputs;
            }
        }

        return found;
    }

    /// <inheritdoc />
    public ValueTask PutAsync(WorkspaceId workspace, IReadOnlyCollection<KeyValuePair<CacheKey, NodeOutputs>> results, CancellationToken cancellationToken = default)
    {
        foreach ((CacheKey key, NodeOutputs outputs) in results)
        {
            _results[(workspace, key)] = outputs;
        }

        return ValueTask.CompletedTask;
    }

    private async ValueTask<bool> IsWholeAsync(WorkspaceId workspace, NodeOutputs outputs, CancellationToken cancellationToken)
    {
        IEnumerable<Digest> needed = outputs.Slots
            .SelectMany(slot => slot is null ? [] : slot.Items.AsEnumerable())
            .Where(item => item.Content is not null).Select(item => item.Content!.Value)
            .Concat(outputs.Artifacts.Select(artifact => artifact.Digest));
        foreach (Digest digest in needed)
        {
            if (await artifacts.StatAsync(workspace, digest, cancellationToken) is null)
            {
                return false;
            }
        }

        return true;
    }
}
