namespace Vortex.Embedded;

/// <summary>What a write may use: the connection inside its savepoint, and what to do once it is durable.</summary>
internal sealed class WriteScope(Connection db)
{
    private List<Action>? _afterCommit;

    /// <summary>Gets the connection.</summary>
    internal Connection Db { get; } = db;

    /// <summary>Has something done on the writer's thread after the commit, before the caller goes on. It must be short and not throw.</summary>
    internal void AfterCommit(Action action) => (_afterCommit ??= []).Add(action);

    internal void Committed() => _afterCommit?.ForEach(action => action());
}
