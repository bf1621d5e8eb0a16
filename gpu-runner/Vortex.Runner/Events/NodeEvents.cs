using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
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
    private readonly RunId _run = lease.Batch.RunId;
    private readonly int _dispatch = lease.Batch.Dispatch;
    private readonly JsonElement _started = RunsJson.Element(new { runner_id = runnerId, attempt = lease.Batch.Dispatch });

    public RunEventDraft Started(NodeId node) =>
        new(RunEventTypes.NodeStarted, time.GetUtcNow(), _started) { NodeId = node, OnceKey = $"started:{_dispatch}:{node}" };

    public RunEventDraft Progress(NodeId node, long value, long max) =>
        new(RunEventTypes.NodeProgress, time.GetUtcNow(), RunsJson.Element(new ProgressPayload(value, max))) { NodeId = node };

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
        ArtifactId id = IdOf(_run, node, position);
        DateTimeOffset now = time.GetUtcNow();
        ArtifactPayload payload = new(id, file.Name, file.MediaType, file.Size, file.Kind, file.Digest, file.Width, file.Height, cached);
        return new RunEventDraft(RunEventTypes.ArtifactCreated, now, RunsJson.Element(payload))
        {
            NodeId = node,
            OnceKey = $"artifact:{id}",
            Artifact = new ArtifactRecord
            {
                Id = id,
                RunId = _run,
                NodeId = node,
                File = file,
                CreatedAt = now,
                Key = key,
                MadeFrom = madeFrom,
                Cached = cached,
            },
        };
    }

    /// <summary>Names an artifact: the same run, node and position give the same name.</summary>
    public static ArtifactId IdOf(RunId run, NodeId node, int position)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{run}\n{node}\n{position}"));
        return new ArtifactId("art_" + Convert.ToHexStringLower(hash.AsSpan(0, 16)));
    }

    private sealed record ProgressPayload(long Value, long Max);

    private sealed record CompletedPayload(long DurationMs, IReadOnlyList<string> Outputs, JsonElement? Shown, int Artifacts);

    private sealed record CachedPayload(CacheKey Key, CacheSource Source, IReadOnlyList<string> Outputs, JsonElement? Shown, int Artifacts);

    private sealed record FailedPayload(long DurationMs, RunProblem Problem);

    private sealed record ArtifactPayload(
        [property: JsonPropertyName("artifact_id")] ArtifactId Id, string Name, string MediaType, long Size, ArtifactKind Kind, Digest Digest, int? Width, int? Height, bool Cached);
}

/// <summary>Why a node is served without being executed.</summary>
internal enum CacheSource
{
    /// <summary>Its result lay in the runner's memory.</summary>
    Memory,

    /// <summary>Only nodes needed it whose results were there.</summary>
    NotNeeded,
}
