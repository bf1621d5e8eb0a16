using Vortex.Runs;

namespace Vortex.Embedded;

/// <summary>Hooks in the database.</summary>
internal sealed class SqliteHookStore : IHookStore
{
    private readonly Database _database;

    internal SqliteHookStore(Database database) => _database = database;

    /// <inheritdoc />
    public async ValueTask<bool> CreateAsync(WorkspaceId workspace, HookRecord hook, CancellationToken cancellationToken = default) =>
        await _database.WriteAsync(
            scope =>
            {
                using Statement insert = scope.Db.Use("INSERT OR IGNORE INTO hooks (tenant, workspace, hook_id, created_at, revision, record) VALUES (?, ?, ?, ?, ?, ?)");
                return insert.Bind(workspace).Bind(hook.Id.Value).Bind(hook.CreatedAt).Bind(hook.Revision).BindJson(hook).Execute() == 1;
            },
            cancellationToken);

    /// <inheritdoc />
    public ValueTask<HookRecord?> FindAsync(WorkspaceId workspace, HookId hook, CancellationToken cancellationToken = default) =>
        _database.ReadAsync(
            db =>
            {
                using Statement find = db.Use("SELECT record FROM hooks WHERE tenant = ? AND workspace = ? AND hook_id = ?").Bind(workspace).Bind(hook.Value);
                return find.Read() ? find.Json<HookRecord>(0) : null;
            },
            cancellationToken);

    /// <inheritdoc />
    public ValueTask<Page<HookRecord>> ListAsync(WorkspaceId workspace, string? cursor, int limit, CancellationToken cancellationToken = default) =>
        _database.ReadAsync(
            db =>
            {
                int most = Math.Clamp(limit, 1, 200);
                PageCursor.Place? from = PageCursor.Read(cursor);
                using Statement list = db.Use("""
                    SELECT record FROM hooks WHERE tenant = ? AND workspace = ? AND (created_at, hook_id) < (?, ?)
                    ORDER BY created_at DESC, hook_id DESC LIMIT ?
                    """);
                list.Bind(workspace).Bind(from?.Number ?? long.MaxValue).Bind(from?.Name ?? "").Bind(most + 1L);
                List<HookRecord> found = [];
                while (list.Read())
                {
                    found.Add(list.Json<HookRecord>(0));
                }

                return RunLists.Page(found, most, last => PageCursor.Of(last.CreatedAt.UtcTicks, last.Id.Value));
            },
            cancellationToken);

    /// <inheritdoc />
    public async ValueTask<bool> ReplaceAsync(WorkspaceId workspace, HookRecord hook, CancellationToken cancellationToken = default) =>
        await _database.WriteAsync(
            scope =>
            {
                using Statement update = scope.Db.Use("UPDATE hooks SET revision = ?, record = ? WHERE tenant = ? AND workspace = ? AND hook_id = ? AND revision = ?");
                return update.Bind(hook.Revision).BindJson(hook).Bind(workspace).Bind(hook.Id.Value).Bind(hook.Revision - 1L).Execute() == 1;
            },
            cancellationToken);

    /// <inheritdoc />
    public async ValueTask<bool> DeleteAsync(WorkspaceId workspace, HookId hook, CancellationToken cancellationToken = default) =>
        await _database.WriteAsync(
            scope =>
            {
                using Statement delete = scope.Db.Use("DELETE FROM hooks WHERE tenant = ? AND workspace = ? AND hook_id = ?");
                return delete.Bind(workspace).Bind(hook.Value).Execute() == 1;
            },
            cancellationToken);
}
