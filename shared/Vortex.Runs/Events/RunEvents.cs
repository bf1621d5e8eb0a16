using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>Makes the events of a run with the payloads that <c>docs/events.md</c> describes.</summary>
/// <remarks>Events that a repeated activity would tell again carry a once-key.</remarks>
public static class RunEvents
{
    /// <summary>The run was accepted.</summary>
    public static RunEventDraft Queued(DateTimeOffset at, RunRecord run, int nodes) =>
        new(RunEventTypes.RunQueued, at, RunsJson.Element(new { run.WorkflowId, run.WorkflowVersion, run.WorkflowName, nodes, run.Options.Priority, run.Options.Tags }));

    /// <summary>The orchestration has its plan.</summary>
    /// <param name="at">When.</param>
    /// <param name="nodes">Nodes the outputs asked for need.</param>
    /// <param name="cached">Of these, served by earlier results.</param>
    /// <param name="batches">Batches to execute.</param>
    public static RunEventDraft Started(DateTimeOffset at, int nodes, int cached, int batches) =>
        new(RunEventTypes.RunStarted, at, RunsJson.Element(new { nodes, cached, batches })) { OnceKey = RunEventTypes.RunStarted };

    /// <summary>The run waits for a runner. Told once for each reason.</summary>
    public static RunEventDraft Waiting(DateTimeOffset at, CapacityState state) =>
        new(RunEventTypes.RunWaiting, at, RunsJson.Element(new { state.Code, state.Reason, state.Since })) { OnceKey = $"{RunEventTypes.RunWaiting}/{state.Code}" };

    /// <summary>A node's earlier result was taken; or, without <paramref name="outputs"/>, all who would need the node are served by theirs.</summary>
    public static RunEventDraft Cached(DateTimeOffset at, NodeId node, NodeOutputs? outputs) =>
        new(RunEventTypes.NodeCached, at, RunsJson.Element(new
        {
            source = outputs is null ? "not_needed" : "earlier_run",
            shown = outputs?.Shown,
            artifacts = outputs?.Artifacts.Length ?? 0,
        }))
        {
            NodeId = node,
            // The key under which runners tell that a node is done.
            OnceKey = $"completed/{node}",
        };

    /// <summary>A file for people is there.</summary>
    public static RunEventDraft Artifact(DateTimeOffset at, ArtifactRecord artifact) =>
        new(RunEventTypes.ArtifactCreated, at, RunsJson.Element(new
        {
            artifact_id = artifact.Id,
            artifact.File.Name,
            artifact.File.Digest,
            artifact.File.MediaType,
            artifact.File.Size,
            artifact.File.Kind,
            artifact.File.Width,
            artifact.File.Height,
        }))
        {
            NodeId = artifact.NodeId,
            OnceKey = $"artifact/{artifact.Id}",
            Artifact = artifact,
        };

    /// <summary>The run ended.</summary>
    public static RunEventDraft Ended(DateTimeOffset at, RunStatus status, RunSummary summary)
    {
        string type = status switch
        {
            RunStatus.Succeeded => RunEventTypes.RunCompleted,
            RunStatus.Canceled => RunEventTypes.RunCanceled,
            _ => RunEventTypes.RunFailed,
        };
        JsonElement payload = RunsJson.Element(new { status, summary });
        return new RunEventDraft(type, at, payload);
    }

    /// <summary>Returns the id of a node's artifact: the same however often the node is repeated.</summary>
    public static ArtifactId ArtifactId(RunId run, NodeId node, int position)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{run}\n{node}\n{position}")));
        return new ArtifactId("art_" + Convert.ToHexStringLower(hash.AsSpan(0, 16)));
    }

    /// <summary>Returns the records of a node's files in a run.</summary>
    public static ImmutableArray<ArtifactRecord> Artifacts(RunId run, NodeId node, CacheKey? key, NodeOutputs outputs, DateTimeOffset at, bool cached) =>
    [
        .. outputs.Artifacts.Select((file, position) => new ArtifactRecord
        {
            Id = ArtifactId(run, node, position),
            RunId = run,
            NodeId = node,
            File = file,
            CreatedAt = at,
            Key = key,
            MadeFrom = outputs.MadeFrom,
            Cached = cached,
        }),
    ];
}
