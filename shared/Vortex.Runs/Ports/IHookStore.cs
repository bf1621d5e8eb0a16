namespace Vortex.Runs;

/// <summary>Keeps the hooks of a workspace. Secrets come hashed or sealed; a store keeps them like any other text.</summary>
public interface IHookStore
{
    /// <summary>Stores a hook.</summary>
    /// <returns>False when the workspace has one of this id, which then stays as it is.</returns>
    ValueTask<bool> CreateAsync(WorkspaceId workspace, HookRecord hook, CancellationToken cancellationToken = default);

    /// <summary>Reads a hook; null when the workspace has none of that id.</summary>
    ValueTask<HookRecord?> FindAsync(WorkspaceId workspace, HookId hook, CancellationToken cancellationToken = default);

    /// <summary>Lists hooks, newest first.</summary>
    ValueTask<Page<HookRecord>> ListAsync(WorkspaceId workspace, string? cursor, int limit, CancellationToken cancellationToken = default);

    /// <summary>Replaces a hook whose stored <see cref="HookRecord.Revision"/> is one less than that of <paramref name="hook"/>.</summary>
    /// <returns>False when it is not, or when there is no such hook: somebody was faster.</returns>
    ValueTask<bool> ReplaceAsync(WorkspaceId workspace, HookRecord hook, CancellationToken cancellationToken = default);

    /// <summary>Removes a hook. Deliveries are refused from then on; runs that were started stay.</summary>
    /// <returns>False when there is none.</returns>
    ValueTask<bool> DeleteAsync(WorkspaceId workspace, HookId hook, CancellationToken cancellationToken = default);
}
