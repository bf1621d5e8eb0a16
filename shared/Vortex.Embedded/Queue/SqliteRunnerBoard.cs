using Vortex.Runs;

namespace Vortex.Embedded;

/// <summary>Runners of this machine, whichever process they live in.</summary>
internal sealed class SqliteRunnerBoard(Database database) : IRunnerBoard
{
    /// <inheritdoc />
    public async ValueTask AnnounceAsync(RunnerNotice notice, CancellationToken cancellationToken = default)
    {
        DateTimeOffset now = database.Time.GetUtcNow();
        await database.WriteAsync(
            scope =>
            {
                using Statement put = scope.Db.Use("INSERT OR REPLACE INTO runners (tenant, workspace, runner_id, seen_at, notice) VALUES (?, ?, ?, ?, ?)");
                put.Bind(WorkspaceId.Deployment).Bind(notice.Capabilities.RunnerId).Bind(now).BindJson(notice with { SeenAt = now }).Execute();
                using Statement forget = scope.Db.Use("DELETE FROM runners WHERE tenant = ? AND workspace = ? AND seen_at <= ?");
                return forget.Bind(WorkspaceId.Deployment).Bind(now - RunnerNotice.KeptFor).Execute();
            },
            cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask LeaveAsync(string runnerId, CancellationToken cancellationToken = default) =>
        await database.WriteAsync(
            scope =>
            {
                using Statement remove = scope.Db.Use("DELETE FROM runners WHERE tenant = ? AND workspace = ? AND runner_id = ?");
                return remove.Bind(WorkspaceId.Deployment).Bind(runnerId).Execute();
            },
            cancellationToken);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<RunnerNotice>> ListAsync(int max, CancellationToken cancellationToken = default) =>
        await database.ReadAsync(
            db =>
            {
                List<RunnerNotice> found = [];
                using Statement list = db.Use("SELECT notice FROM runners WHERE tenant = ? AND workspace = ? AND seen_at > ? ORDER BY runner_id LIMIT ?");
                list.Bind(WorkspaceId.Deployment).Bind(database.Time.GetUtcNow() - RunnerNotice.KeptFor).Bind(max);
                while (list.Read())
                {
                    found.Add(list.Json<RunnerNotice>(0));
                }

                return found;
            },
            cancellationToken);
}
