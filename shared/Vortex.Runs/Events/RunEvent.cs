using System.Text.Json;
using System.Text.Json.Serialization;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>One numbered fact of a run. Numbers begin at 1 and have no gaps.</summary>
public sealed record RunEvent(
    [property: JsonPropertyName("event_type")] string Type,
    [property: JsonPropertyName("ts")] DateTimeOffset Timestamp,
    [property: JsonPropertyName("seq")] long Sequence,
    [property: JsonPropertyName("run_id")] RunId RunId,
    [property: JsonPropertyName("node_id"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] NodeId? NodeId,
    [property: JsonPropertyName("payload")] JsonElement Payload,
    [property: JsonPropertyName("request_id"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? RequestId);

/// <summary>An event before the log numbers it.</summary>
/// <param name="Type">One of <see cref="RunEventTypes"/>.</param>
/// <param name="Timestamp">When it happened.</param>
/// <param name="Payload">An object.</param>
public sealed record RunEventDraft(string Type, DateTimeOffset Timestamp, JsonElement Payload)
{
    /// <summary>Gets the node it is about.</summary>
    public NodeId? NodeId { get; init; }

    /// <summary>Gets a name under which a run takes the event once; a second one with the name is dropped in silence.</summary>
    public string? OnceKey { get; init; }

    /// <summary>Gets the artifact an <c>artifact.created</c> event announces; the log stores its record with the event.</summary>
    public ArtifactRecord? Artifact { get; init; }
}

/// <summary>The types of run events. Their payloads are described in <c>docs/events.md</c>.</summary>
public static class RunEventTypes
{
    /// <summary>The run was accepted.</summary>
    public const string RunQueued = "run.queued";

    /// <summary>Its orchestration began; the payload has the plan's figures.</summary>
    public const string RunStarted = "run.started";

    /// <summary>The run waits for a runner, and why there is none yet.</summary>
    public const string RunWaiting = "run.waiting";

    /// <summary>A runner began a node.</summary>
    public const string NodeStarted = "node.started";

    /// <summary>A node is at <c>value</c> of <c>max</c>.</summary>
    public const string NodeProgress = "node.progress";

    /// <summary>A node's earlier result was taken.</summary>
    public const string NodeCached = "node.cached";

    /// <summary>A node has its result.</summary>
    public const string NodeCompleted = "node.completed";

    /// <summary>A node's attempt failed.</summary>
    public const string NodeFailed = "node.failed";

    /// <summary>A file for people is there.</summary>
    public const string ArtifactCreated = "artifact.created";

    /// <summary>The run succeeded. Last event.</summary>
    public const string RunCompleted = "run.completed";

    /// <summary>The run failed. Last event.</summary>
    public const string RunFailed = "run.failed";

    /// <summary>The run was canceled. Last event.</summary>
    public const string RunCanceled = "run.canceled";

    /// <summary>Says whether nothing follows an event of this type.</summary>
    public static bool IsLast(string type) => type is RunCompleted or RunFailed or RunCanceled;
}
