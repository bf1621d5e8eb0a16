using Vortex.Runs;

namespace Vortex.Embedded;

/// <summary>Names of a workspace's files in the database.</summary>
internal sealed class SqliteFileStore : IFileStore
{
    private readonly Database _database;

    internal SqliteFileStore(Database database) => _database = database;

    /// <inheritdoc />
    public async ValueTask PutAsync(WorkspaceId workspace, FileRef file, CancellationToken cancellationToken = default)
    {
        FileNames.Ensure(file.Name);
        await _database.WriteAsync(
            scope =>
            {
                using Statement put = scope.Db.Use("INSERT OR REPLACE INTO files (tenant, workspace, name, digest, size, media_type) VALUES (?, ?, ?, ?, ?, ?)");
                return put.Bind(workspace).Bind(file.Name).Bind(file.Digest.Value).Bind(file.Size).Bind(file.MediaType).Execute();
            },
            cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<FileRef?> FindAsync(WorkspaceId workspace, string name, CancellationToken cancellationToken = default) =>
        _database.ReadAsync(
            db =>
            {
                using Statement find = db.Use("SELECT name, digest, size, media_type FROM files WHERE tenant = ? AND workspace = ? AND name = ?").Bind(workspace).Bind(name);
                return find.Read() ? File(find) : null;
            },
            cancellationToken);

    /// <inheritdoc />
    public ValueTask<Page<FileRef>> ListAsync(WorkspaceId workspace, string? prefix, string? cursor, int limit, CancellationToken cancellationToken = default) =>
        _database.ReadAsync(
            db =>
            {
                int most = Math.Clamp(limit, 1, 200);
                string from = PageCursor.Read(cursor)?.Name ?? "";
                // U+10FFFF is the last character there is: it bounds the prefix from above.
                using Statement list = db.Use("""
                    SELECT name, digest, size, media_type FROM files
                    WHERE tenant = ? AND workspace = ? AND name > ? AND name >= ? AND name < ? ORDER BY name LIMIT ?
                    """);
                list.Bind(workspace).Bind(from).Bind(prefix ?? "").Bind(prefix + "\U0010FFFF").Bind(most + 1L);
                List<FileRef> found = [];
                while (list.Read())
                {
                    found.Add(File(list));
                }

                return RunLists.Page(found, most, last => PageCursor.Of(0, last.Name));
            },
            cancellationToken);

    private static FileRef File(Statement row) => new(row.Text(0), new Digest(row.Text(1)), row.Long(2), row.TextOrNull(3));
}
