using System.Collections.Immutable;
using Vortex.Runs;

namespace Vortex.Embedded;

/// <summary>Workflows and their versions in the database.</summary>
internal sealed class SqliteWorkflowStore : IWorkflowStore
{
    // Column order of every query here; the document comes last and only where it is wanted.
    private const string Columns = "v.version, v.name, v.hash, w.created_at, v.at";
    private const string Join = """
        FROM workflows w JOIN workflow_versions v
        ON v.tenant = w.tenant AND v.workspace = w.workspace AND v.workflow_id = w.workflow_id
        """;

    private readonly Database _database;

    internal SqliteWorkflowStore(Database database) => _database = database;

    /// <inheritdoc />
    /// <remarks>An id in use keeps what it has: its newest version is returned and nothing is written.</remarks>
    public async ValueTask<WorkflowRecord> CreateAsync(WorkspaceId workspace, WorkflowId id, WorkflowContent content, CancellationToken cancellationToken = default) =>
        await _database.WriteAsync(
            scope =>
            {
                if (Find(scope.Db, workspace, id, null) is { } existing)
                {
                    return existing;
                }

                using (Statement insert = scope.Db.Use("INSERT INTO workflows (tenant, workspace, workflow_id, newest, created_at, updated_at) VALUES (?, ?, ?, 1, ?, ?)"))
                {
                    insert.Bind(workspace).Bind(id.Value).Bind(content.At).Bind(content.At).Execute();
                }

                InsertVersion(scope.Db, workspace, id, 1, content);
                return new WorkflowRecord(id, 1, content.Name, content.Hash, content.At, content.At, content.Document);
            },
            cancellationToken);

    /// <inheritdoc />
    public async ValueTask<WorkflowWrite> UpdateAsync(
        WorkspaceId workspace, WorkflowId id, WorkflowContent content, int? expected, CancellationToken cancellationToken = default) =>
        await _database.WriteAsync(
            scope =>
            {
                if (Find(scope.Db, workspace, id, null) is not { } newest)
                {
                    return new WorkflowWrite(null, Conflict: false);
                }

                if (expected is not null && expected != newest.Version)
                {
                    return new WorkflowWrite(newest, Conflict: true);
                }

                int version = newest.Version + 1;
                InsertVersion(scope.Db, workspace, id, version, content);
                using Statement update = scope.Db.Use("UPDATE workflows SET newest = ?, updated_at = ? WHERE tenant = ? AND workspace = ? AND workflow_id = ?");
                update.Bind(version).Bind(content.At).Bind(workspace).Bind(id.Value).Execute();
                return new WorkflowWrite(new WorkflowRecord(id, version, content.Name, content.Hash, newest.CreatedAt, content.At, content.Document), Conflict: false);
            },
            cancellationToken);

    /// <inheritdoc />
    public ValueTask<WorkflowRecord?> FindAsync(WorkspaceId workspace, WorkflowId id, int? version = null, CancellationToken cancellationToken = default) =>
        _database.ReadAsync(db => Find(db, workspace, id, version), cancellationToken);

    /// <inheritdoc />
    public ValueTask<Page<WorkflowRecord>> ListAsync(WorkspaceId workspace, string? cursor, int limit, CancellationToken cancellationToken = default) =>
        _database.ReadAsync(
            db =>
            {
                int most = Math.Clamp(limit, 1, 200);
                PageCursor.Place? from = PageCursor.Read(cursor);
                using Statement list = db.Use($"""
                    SELECT {Columns}, w.workflow_id {Join} AND v.version = w.newest
                    WHERE w.tenant = ? AND w.workspace = ? AND (w.updated_at, w.workflow_id) < (?, ?)
                    ORDER BY w.updated_at DESC, w.workflow_id DESC LIMIT ?
                    """);
                list.Bind(workspace).Bind(from?.Number ?? long.MaxValue).Bind(from?.Name ?? "").Bind(most + 1L);
                List<WorkflowRecord> found = [];
                while (list.Read())
                {
                    found.Add(Record(list, new WorkflowId(list.Text(5)), default));
                }

                return RunLists.Page(found, most, last => PageCursor.Of(last.UpdatedAt.UtcTicks, last.Id.Value));
            },
            cancellationToken);

    /// <inheritdoc />
    public ValueTask<ImmutableArray<WorkflowRecord>> HistoryAsync(WorkspaceId workspace, WorkflowId id, CancellationToken cancellationToken = default) =>
        _database.ReadAsync(
            db =>
            {
                using Statement list = db.Use($"SELECT {Columns} {Join} WHERE w.tenant = ? AND w.workspace = ? AND w.workflow_id = ? ORDER BY v.version DESC");
                list.Bind(workspace).Bind(id.Value);
                ImmutableArray<WorkflowRecord>.Builder found = ImmutableArray.CreateBuilder<WorkflowRecord>();
                while (list.Read())
                {
                    found.Add(Record(list, id, default));
                }

                return found.ToImmutable();
            },
            cancellationToken);

    private static WorkflowRecord? Find(Connection db, WorkspaceId workspace, WorkflowId id, int? version)
    {
        using Statement find = db.Use($"SELECT {Columns}, v.document {Join} WHERE w.tenant = ? AND w.workspace = ? AND w.workflow_id = ? AND v.version = coalesce(?, w.newest)");
        find.Bind(workspace).Bind(id.Value).Bind(version is null ? null : (long?)version);
        return find.Read() ? Record(find, id, find.Bytes(5).ToArray()) : null;
    }

    private static WorkflowRecord Record(Statement row, WorkflowId id, ReadOnlyMemory<byte> document) =>
        new(id, row.Int(0), row.Text(1), row.Text(2), row.Time(3), row.Time(4), document);

    private static void InsertVersion(Connection db, WorkspaceId workspace, WorkflowId id, int version, WorkflowContent content)
    {
        using Statement insert = db.Use("INSERT INTO workflow_versions (tenant, workspace, workflow_id, version, name, hash, at, document) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
        insert.Bind(workspace).Bind(id.Value).Bind(version).Bind(content.Name).Bind(content.Hash).Bind(content.At).BindBlob(content.Document.Span).Execute();
    }
}
