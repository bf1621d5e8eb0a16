using System.Text.Json.Serialization;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Runners as documents of the deployment itself, which go by their time to live.</summary>
internal sealed class CosmosRunnerBoard(DocumentContainer documents, TimeProvider time) : IRunnerBoard
{
    private const string Scope = "runners";

    /// <inheritdoc />
    public ValueTask AnnounceAsync(RunnerNotice notice, CancellationToken cancellationToken = default)
    {
        string id = notice.Capabilities.RunnerId;
        DateTimeOffset now = time.GetUtcNow();
        RunnerDocument document = new() { Id = DocumentKeys.Hash(id), Kind = RunnerDocument.TheKind, Runner = id, Seen = DocumentKeys.Time(now), Notice = notice with { SeenAt = now } };
        return documents.PutAsync(WorkspaceId.Deployment, Document.In(WorkspaceId.Deployment, Scope, document, RunnerNotice.KeptFor), cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask LeaveAsync(string runnerId, CancellationToken cancellationToken = default)
    {
        // A notice that comes in between is taken away with the next look, or by its time to live.
        if (await documents.FindAsync<RunnerDocument>(WorkspaceId.Deployment, Scope, DocumentKeys.Hash(runnerId), cancellationToken) is { } known)
        {
            await documents.RemoveAsync(WorkspaceId.Deployment, known, cancellationToken);
        }
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<RunnerNotice>> ListAsync(int max, CancellationToken cancellationToken = default) =>
        [.. (await documents.QueryAsync<RunnerDocument>(
            WorkspaceId.Deployment, Scope, "*", "c.kind = @kind AND c.seen > @seen ORDER BY c.runner",
            [("@kind", RunnerDocument.TheKind), ("@seen", DocumentKeys.Time(time.GetUtcNow() - RunnerNotice.KeptFor))], max, cancellationToken)).Select(document => document.Notice)];

    private sealed record RunnerDocument : Document
    {
        internal const string TheKind = "runner";

        [JsonPropertyName("runner")]
        public required string Runner { get; init; }

        [JsonPropertyName("seen")]
        public required string Seen { get; init; }

        [JsonPropertyName("notice")]
        [JsonConverter(typeof(TextConverter<RunnerNotice>))]
        public required RunnerNotice Notice { get; init; }
    }
}
