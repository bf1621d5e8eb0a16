using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Nodes;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Runner;

/// <summary>Writes the events of a batch's nodes, each under a name that keeps a repetition from showing twice.</summary>
/// <remarks>
/// A node begins and fails once per dispatch, since a retry is news. It ends with a result once per run, and an artifact appears once:
/// a second delivery of the batch says nothing new.
/// </remarks>
internal sealed class NodeEvents(BatchLease lease, string runnerId, TimeProvider time)
{
    private const int MaxPreviewBytes = 32 * 1024;

    private readonly RunId _run = lease.Batch.RunId;
    private readonly int _dispatch = lease.Batch.Dispatch;
    private readonly JsonElement _started = RunsJson.Element(new { runner_id = runnerId, attempt = lease.Batch.Dispatch });

    public RunEventDraft Started(NodeId node) =>
        new(RunEventTypes.NodeStarted, time.GetUtcNow(), _started) { NodeId = node, OnceKey = $"started:{_dispatch}:{node}" };

    public RunEventDraft Progress(NodeId node, long value, long max, PreviewPicture? preview) =>
        new(RunEventTypes.NodeProgress, time.GetUtcNow(), RunsJson.Element(new ProgressPayload(value, max, Payload(preview)))) { NodeId = node };

    public RunEventDraft Completed(NodeId node, TimeSpan duration, IReadOnlyList<string> outputs, JsonElement? shown, int artifacts) =>
        new(RunEventTypes.NodeCompleted, time.GetUtcNow(), RunsJson.Element(new CompletedPayload((long)duration.TotalMilliseconds, outputs, shown, artifacts)))
        {
            NodeId = node,
            OnceKey = $"completed:{node}",
        };

    public RunEventDraft Cached(NodeId node, CacheKey key, CacheSource source, IReadOnlyList<string> outputs, JsonElement? shown, int artifacts) =>
        new(RunEventTypes.NodeCached, time.GetUtcNow(), RunsJson.Element(new CachedPayload(key, source, outputs, shown, artifacts)))
        {
            NodeId = node,
            OnceKey = $"completed:{node}",
        };

    public RunEventDraft Failed(NodeId node, TimeSpan duration, RunProblem problem) =>
        new(RunEventTypes.NodeFailed, time.GetUtcNow(), RunsJson.Element(new FailedPayload((long)duration.TotalMilliseconds, problem)))
        {
            NodeId = node,
            OnceKey = $"failed:{_dispatch}:{node}",
        };

    public RunEventDraft Artifact(NodeId node, CacheKey key, int position, ArtifactRef file, ImmutableArray<Digest> madeFrom, bool cached)
    {
        DateTimeOffset now = time.GetUtcNow();
        return RunEvents.Artifact(now, new ArtifactRecord
        {
            Id = RunEvents.ArtifactId(_run, node, position),
            RunId = _run,
            NodeId = node,
            File = file,
            CreatedAt = now,
            Key = key,
            MadeFrom = madeFrom,
            Cached = cached,
        });
    }

    // Events are for everyone who watches, so a picture in one has to be small; a larger one is left out.
    private static PreviewPayload? Payload(PreviewPicture? preview) =>
        preview is { Content.Length: <= MaxPreviewBytes } picture ? new PreviewPayload(picture.MediaType, picture.Width, picture.Height, picture.Content) : null;

    private sealed record ProgressPayload(long Value, long Max, PreviewPayload? Preview);

    private sealed record PreviewPayload(string MediaType, int Width, int Height, ReadOnlyMemory<byte> Data);

    private sealed record CompletedPayload(long DurationMs, IReadOnlyList<string> Outputs, JsonElement? Shown, int Artifacts);

    private sealed record CachedPayload(CacheKey Key, CacheSource Source, IReadOnlyList<string> Outputs, JsonElement? Shown, int Artifacts);

    private sealed record FailedPayload(long DurationMs, RunProblem Problem);
}

/// <summary>Why a node is served without being executed.</summary>
internal enum CacheSource
{
    /// <summary>Its result lay in the runner's memory.</summary>
    Memory,

    /// <summary>Only nodes needed it whose results were there.</summary>
    NotNeeded,
}
