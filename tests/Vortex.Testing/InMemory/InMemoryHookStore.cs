using Vortex.Runs;

namespace Vortex.Testing;

/// <summary>A hook store that is a dictionary.</summary>
public sealed class InMemoryHookStore : IHookStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(WorkspaceId, HookId), HookRecord> _hooks = [];

    /// <inheritdoc />
    public ValueTask<bool> CreateAsync(WorkspaceId workspace, HookRecord hook, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return ValueTask.FromResult(_hooks.TryAdd((workspace, hook.Id), hook));
        }
    }

    /// <inheritdoc />
    public ValueTask<HookRecord?> FindAsync(WorkspaceId workspace, HookId hook, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return ValueTask.FromResult(_hooks.GetValueOrDefault((workspace, hook)));
        }
    }

    /// <inheritdoc />
    public ValueTask<Page<HookRecord>> ListAsync(WorkspaceId workspace, string? cursor, int limit, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            static string Key(HookRecord hook) => $"{hook.CreatedAt.UtcTicks:D20} {hook.Id}";
            List<HookRecord> newest = [.. _hooks.Where(entry => entry.Key.Item1 == workspace).Select(entry => entry.Value).OrderByDescending(Key, StringComparer.Ordinal)];
            return ValueTask.FromResult(Paging.Page(newest, Key, cursor, limit, descending: true));
        }
    }

    /// <inheritdoc />
    public ValueTask<bool> ReplaceAsync(WorkspaceId workspace, HookRecord hook, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            bool isNext = _hooks.TryGetValue((workspace, hook.Id), out HookRecord? stored) && stored.Revision == hook.Revision - 1;
            if (isNext)
            {
                _hooks[(workspace, hook.Id)] = hook;
            }

            return ValueTask.FromResult(isNext);
        }
    }

    /// <inheritdoc />
    public ValueTask<bool> DeleteAsync(WorkspaceId workspace, HookId hook, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return ValueTask.FromResult(_hooks.Remove((workspace, hook)));
        }
    }
}
