using System.Collections.Concurrent;
using System.Collections.Immutable;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>The sockets of this process, by workspace and client, and what clients hid from their histories. Safe for use from many threads.</summary>
internal sealed class ComfySockets
{
    private const int MaxHidden = 10_000;

    private readonly ConcurrentDictionary<(WorkspaceId Workspace, string Client), ComfySocket> _sockets = new();
    private readonly ConcurrentDictionary<WorkspaceId, Hidden> _hidden = new();

    /// <summary>Adds a socket. One of the same client before it is closed: a client that comes back has lost it.</summary>
    public void Add(ComfySocket socket)
    {
        ComfySocket? before = null;
        _sockets.AddOrUpdate((socket.Workspace, socket.Client), socket, (_, known) =>
        {
            before = known;
            return socket;
        });
        before?.Leave();
    }

    public void Remove(ComfySocket socket) => _sockets.TryRemove(new((socket.Workspace, socket.Client), socket));

    /// <summary>Tells of a new run: its client follows it at once, and everybody in the workspace learns that the queue grew.</summary>
    public void Announce(WorkspaceId workspace, RunRecord run, string? client)
    {
        foreach (ComfySocket socket in In(workspace).Where(socket => string.IsNullOrEmpty(client) || socket.Client == client))
        {
            socket.Follow(run);
        }

        Nudge(workspace);
    }

    /// <summary>Makes the workspace's sockets tell how long the queue is.</summary>
    public void Nudge(WorkspaceId workspace)
    {
        foreach (ComfySocket socket in In(workspace))
        {
            socket.Nudge();
        }
    }

    public bool IsHidden(WorkspaceId workspace, RunRecord run) =>
        _hidden.TryGetValue(workspace, out Hidden? hidden) && (run.CompletedAt <= hidden.Until || hidden.Runs.Contains(run.Id));

    /// <summary>Hides the runs that have ended by a time.</summary>
    public void HideUntil(WorkspaceId workspace, DateTimeOffset time) => _hidden[workspace] = new Hidden(time, []);

    /// <summary>Hides one run. The memory for this has a limit; beyond it nothing more is hidden.</summary>
    public void Hide(WorkspaceId workspace, RunId run) => _hidden.AddOrUpdate(
        workspace,
        _ => new Hidden(DateTimeOffset.MinValue, [run]),
        (_, known) => known.Runs.Count < MaxHidden ? known with { Runs = known.Runs.Add(run) } : known);

    private IEnumerable<ComfySocket> In(WorkspaceId workspace) => _sockets.Where(entry => entry.Key.Workspace == workspace).Select(entry => entry.Value);

    private sealed record Hidden(DateTimeOffset Until, ImmutableHashSet<RunId> Runs);
}
