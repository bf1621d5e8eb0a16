using System.Text.Json.Serialization;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Names of a workspace's files, all under one partition key.</summary>
internal sealed class CosmosFileStore(DocumentContainer documents) : IFileStore
{
    private const string Scope = "files";

    /// <inheritdoc />
    public async ValueTask PutAsync(WorkspaceId workspace, FileRef file, CancellationToken cancellationToken = default)
    {
        FileNames.Ensure(file.Name);
        await documents.PutAsync(
            workspace,
            Document.In(workspace, Scope, new FileDocument { Id = DocumentKeys.Hash(file.Name), Kind = FileDocument.TheKind, Name = file.Name, File = file }),
            cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask<FileRef?> FindAsync(WorkspaceId workspace, string name, CancellationToken cancellationToken = default) =>
        (await documents.FindAsync<FileDocument>(workspace, Scope, DocumentKeys.Hash(name), cancellationToken))?.File;

    /// <inheritdoc />
    public async ValueTask<Page<FileRef>> ListAsync(WorkspaceId workspace, string? prefix, string? cursor, int limit, CancellationToken cancellationToken = default)
    {
        int most = Math.Clamp(limit, 1, 200);
        List<FileDocument> found = await documents.QueryAsync<FileDocument>(
            workspace, Scope, "*", "c.kind = @kind AND STARTSWITH(c.name, @prefix) AND c.name > @behind ORDER BY c.name",
            [("@kind", FileDocument.TheKind), ("@prefix", prefix ?? ""), ("@behind", PageCursor.Read(cursor)?.Name ?? "")], most + 1, cancellationToken);
        return RunLists.Page(found, most, document => document.File, last => PageCursor.Of(0, last.Name));
    }

    private sealed record FileDocument : Document
    {
        internal const string TheKind = "file";

        [JsonPropertyName("name")]
        public required string Name { get; init; }

        public required FileRef File { get; init; }
    }
}
