using System.Text.Json.Serialization;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>A workspace's hooks, all under one partition key.</summary>
internal sealed class CosmosHookStore(DocumentContainer documents) : IHookStore
{
    private const string Scope = "hooks";

    /// <inheritdoc />
    public async ValueTask<bool> CreateAsync(WorkspaceId workspace, HookRecord hook, CancellationToken cancellationToken = default) =>
        await documents.WriteAsync(workspace, Of(workspace, hook, null), cancellationToken) is not null;

    /// <inheritdoc />
    public async ValueTask<HookRecord?> FindAsync(WorkspaceId workspace, HookId hook, CancellationToken cancellationToken = default) =>
        (await ReadAsync(workspace, hook, cancellationToken))?.Record;

    /// <inheritdoc />
    public async ValueTask<Page<HookRecord>> ListAsync(WorkspaceId workspace, string? cursor, int limit, CancellationToken cancellationToken = default)
    {
        int most = Math.Clamp(limit, 1, 200);
        List<HookDocument> found = await documents.QueryAsync<HookDocument>(
            workspace, Scope, "*", "c.kind = @kind AND c.sort < @behind ORDER BY c.sort DESC",
            [("@kind", HookDocument.TheKind), ("@behind", PageCursor.Read(cursor)?.Name ?? "A")], most + 1, cancellationToken);
        return RunLists.Page(found, most, document => document.Record, last => PageCursor.Of(0, last.Sort));
    }

    /// <inheritdoc />
    public async ValueTask<bool> ReplaceAsync(WorkspaceId workspace, HookRecord hook, CancellationToken cancellationToken = default) =>
        await ReadAsync(workspace, hook.Id, cancellationToken) is { } stored
        && stored.Record.Revision == hook.Revision - 1
        && await documents.WriteAsync(workspace, Of(workspace, hook, stored.ETag), cancellationToken) is not null;

    /// <inheritdoc />
    public async ValueTask<bool> DeleteAsync(WorkspaceId workspace, HookId hook, CancellationToken cancellationToken = default)
    {
        // Rotated in between, it is read again: a hook that was to go must not stay because its secret changed.
        while (await ReadAsync(workspace, hook, cancellationToken) is { } stored)
        {
            if (await documents.RemoveAsync(workspace, stored, cancellationToken))
            {
                return true;
            }
        }

        return false;
    }

    private ValueTask<HookDocument?> ReadAsync(WorkspaceId workspace, HookId hook, CancellationToken cancellationToken) =>
        documents.FindAsync<HookDocument>(workspace, Scope, DocumentKeys.Hash(hook.Value), cancellationToken);

    private static HookDocument Of(WorkspaceId workspace, HookRecord hook, string? etag) => Document.In(workspace, Scope, new HookDocument
    {
        Id = DocumentKeys.Hash(hook.Id.Value),
        Kind = HookDocument.TheKind,
        ETag = etag,
        Sort = DocumentKeys.Sort(hook.CreatedAt, hook.Id.Value),
        Record = hook,
    });

    private sealed record HookDocument : Document
    {
        internal const string TheKind = "hook";

        [JsonPropertyName("sort")]
        public required string Sort { get; init; }

        [JsonPropertyName("record")]
        [JsonConverter(typeof(TextConverter<HookRecord>))]
        public required HookRecord Record { get; init; }
    }
}
