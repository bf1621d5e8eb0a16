using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Workflows as a head and its versions under one partition key. The texts themselves lie in the artifact store: they have no largest size there.</summary>
internal sealed class CosmosWorkflowStore(DocumentContainer documents, Packing packing) : IWorkflowStore
{
    private const int MostVersions = 100_000;

    /// <inheritdoc />
    /// <exception cref="InvalidOperationException">The workspace has a workflow of that id.</exception>
    public async ValueTask<WorkflowRecord> CreateAsync(WorkspaceId workspace, WorkflowId id, WorkflowContent content, CancellationToken cancellationToken = default)
    {
        VersionDocument version = await MakeAsync(workspace, id, 1, content, cancellationToken);
        HeadDocument head = Head(workspace, id, version, content.At);
        return await documents.CommitAsync(workspace, id.Value, [head, version], cancellationToken)
            ? Record(head, version, content.Document)
            : throw new InvalidOperationException($"Workspace {workspace} has a workflow '{id}' already.");
    }

    /// <inheritdoc />
    public async ValueTask<WorkflowWrite> UpdateAsync(WorkspaceId workspace, WorkflowId id, WorkflowContent content, int? expected, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (await HeadAsync(workspace, id, cancellationToken) is not { } head)
            {
                return new WorkflowWrite(null, Conflict: false);
            }

            if (expected is not null && expected != head.Newest)
            {
                return new WorkflowWrite(await FindAsync(workspace, id, null, cancellationToken), Conflict: true);
            }

            VersionDocument version = await MakeAsync(workspace, id, head.Newest + 1, content, cancellationToken);
            HeadDocument next = Head(workspace, id, version, head.CreatedAt) with { ETag = head.ETag };
            if (await documents.CommitAsync(workspace, id.Value, [next, version], cancellationToken))
            {
                return new WorkflowWrite(Record(next, version, content.Document), Conflict: false);
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask<WorkflowRecord?> FindAsync(WorkspaceId workspace, WorkflowId id, int? version = null, CancellationToken cancellationToken = default)
    {
        if (await HeadAsync(workspace, id, cancellationToken) is not { } head
            || await documents.FindAsync<VersionDocument>(workspace, id.Value, VersionDocument.IdOf(version ?? head.Newest), cancellationToken) is not { } found)
        {
            return null;
        }

        return Record(head, found, await packing.ReadAsync(workspace, found.Document, cancellationToken));
    }

    /// <inheritdoc />
    public async ValueTask<Page<WorkflowRecord>> ListAsync(WorkspaceId workspace, string? cursor, int limit, CancellationToken cancellationToken = default)
    {
        int most = Math.Clamp(limit, 1, 200);
        // Digits sort before letters: everything comes before "A".
        List<HeadDocument> found = await documents.QueryAsync<HeadDocument>(
            workspace, null, "*", "c.kind = @kind AND c.sort < @behind ORDER BY c.sort DESC",
            [("@kind", HeadDocument.TheKind), ("@behind", PageCursor.Read(cursor)?.Name ?? "A")], most + 1, cancellationToken);
        return RunLists.Page(
            found, most, head => new WorkflowRecord(new WorkflowId(head.Scope), head.Newest, head.Name, head.Hash, head.CreatedAt, head.UpdatedAt, default), last => PageCursor.Of(0, last.Sort));
    }

    /// <inheritdoc />
    public async ValueTask<ImmutableArray<WorkflowRecord>> HistoryAsync(WorkspaceId workspace, WorkflowId id, CancellationToken cancellationToken = default)
    {
        if (await HeadAsync(workspace, id, cancellationToken) is not { } head)
        {
            return [];
        }

        List<VersionDocument> found = await documents.QueryAsync<VersionDocument>(
            workspace, id.Value, "*", "c.kind = @kind ORDER BY c.version DESC", [("@kind", VersionDocument.TheKind)], MostVersions, cancellationToken);
        return [.. found.Select(version => Record(head, version, default))];
    }

    private ValueTask<HeadDocument?> HeadAsync(WorkspaceId workspace, WorkflowId id, CancellationToken cancellationToken) =>
        documents.FindAsync<HeadDocument>(workspace, id.Value, HeadDocument.TheId, cancellationToken);

    private async ValueTask<VersionDocument> MakeAsync(WorkspaceId workspace, WorkflowId id, int version, WorkflowContent content, CancellationToken cancellationToken) =>
        Document.In(workspace, id.Value, new VersionDocument
        {
            Id = VersionDocument.IdOf(version),
            Kind = VersionDocument.TheKind,
            Version = version,
            Name = content.Name,
            Hash = content.Hash,
            At = content.At,
            Document = await packing.StoreAsync(workspace, content.Document, cancellationToken),
        });

    private static HeadDocument Head(WorkspaceId workspace, WorkflowId id, VersionDocument version, DateTimeOffset createdAt) =>
        Document.In(workspace, id.Value, new HeadDocument
        {
            Id = HeadDocument.TheId,
            Kind = HeadDocument.TheKind,
            Sort = DocumentKeys.Sort(version.At, id.Value),
            Newest = version.Version,
            Name = version.Name,
            Hash = version.Hash,
            CreatedAt = createdAt,
            UpdatedAt = version.At,
        });

    private static WorkflowRecord Record(HeadDocument head, VersionDocument version, ReadOnlyMemory<byte> document) =>
        new(new WorkflowId(head.Scope), version.Version, version.Name, version.Hash, head.CreatedAt, version.At, document);

    private sealed record HeadDocument : Document
    {
        internal const string TheId = "head";
        internal const string TheKind = "workflow";

        [JsonPropertyName("sort")]
        public required string Sort { get; init; }

        public required int Newest { get; init; }

        public required string Name { get; init; }

        public required string Hash { get; init; }

        public required DateTimeOffset CreatedAt { get; init; }

        public required DateTimeOffset UpdatedAt { get; init; }
    }

    private sealed record VersionDocument : Document
    {
        internal const string TheKind = "workflow_version";

        [JsonPropertyName("version")]
        public required int Version { get; init; }

        public required string Name { get; init; }

        public required string Hash { get; init; }

        public required DateTimeOffset At { get; init; }

        public required Digest Document { get; init; }

        internal static string IdOf(int version) => FormattableString.Invariant($"version-{version:D9}");
    }
}
