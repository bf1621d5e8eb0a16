using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>Makes a picture of a run from its log.</summary>
/// <remarks>
/// One log gives one picture, however often and in whatever pieces it is read: an event that was taken in already is passed over. Payloads are
/// read leniently, since logs outlive the versions that wrote them. Not thread-safe.
/// </remarks>
public sealed class RunProjection
{
    private readonly SortedDictionary<NodeId, NodePicture> _nodes = [];
    private readonly List<ArtifactId> _artifacts = [];
    private readonly HashSet<ArtifactId> _known = [];
    private RunStatus _status;
    private int? _planned;
    private RunSummary? _summary;
    private WaitPicture? _waiting;

    /// <summary>Gets the number of the last event taken in.</summary>
    public long LastSequence { get; private set; }

    /// <summary>Takes an event in. Events come in order.</summary>
    /// <returns>False when it was taken in before.</returns>
    /// <exception cref="InvalidOperationException">Events before it are missing.</exception>
    public bool Apply(RunEvent one)
    {
        if (one.Sequence <= LastSequence)
        {
            return false;
        }

        if (one.Sequence != LastSequence + 1)
        {
            throw new InvalidOperationException($"Event {one.Sequence} follows {LastSequence}: read the log from there.");
        }

        LastSequence = one.Sequence;
        switch (one.Type)
        {
            case RunEventTypes.RunStarted:
                _status = RunStatus.Running;
                _planned = (int?)Number(one.Payload, "nodes");
                break;
            case RunEventTypes.RunWaiting:
                _waiting = new WaitPicture(Text(one.Payload, "code") ?? CapacityCodes.Unknown, Text(one.Payload, "reason") ?? "", one.Timestamp);
                break;
            case RunEventTypes.RunCompleted or RunEventTypes.RunFailed or RunEventTypes.RunCanceled:
                End(one);
                break;
            case RunEventTypes.ArtifactCreated:
                if (Text(one.Payload, "artifact_id") is { } id && _known.Add(new ArtifactId(id)))
                {
                    _artifacts.Add(new ArtifactId(id));
                }

                break;
            default:
                if (one.NodeId is { } node)
                {
                    // Somebody is at work.
                    _waiting = one.Type == RunEventTypes.NodeStarted ? null : _waiting;
                    _nodes[node] = Change(_nodes.GetValueOrDefault(node) ?? new NodePicture(NodeStatus.Pending), one);
                }

                break;
        }

        return true;
    }

    /// <summary>Returns the picture as it is now.</summary>
    public RunPicture Picture() =>
        new(_status, _nodes.ToImmutableSortedDictionary(), _planned, _summary, LastSequence) { Artifacts = [.. _artifacts], Waiting = _waiting };

    private static NodePicture Change(NodePicture node, RunEvent one) => one.Type switch
    {
        // A retry may compute a value anew that it needs again; the node has had its result all the same.
        RunEventTypes.NodeStarted when node.Status is NodeStatus.Succeeded or NodeStatus.Cached => node,
        RunEventTypes.NodeStarted => node with
        {
            Status = NodeStatus.Running,
            StartedAt = one.Timestamp,
            CompletedAt = null,
            Attempt = (int)(Number(one.Payload, "attempt") ?? (node.Attempt + 1)),
            Value = 0,
            Max = 0,
            Problem = null,
        },
        RunEventTypes.NodeProgress => node with { Value = Number(one.Payload, "value") ?? node.Value, Max = Number(one.Payload, "max") ?? node.Max },
        RunEventTypes.NodeCached => node with { Status = NodeStatus.Cached, CompletedAt = one.Timestamp, Problem = null },
        RunEventTypes.NodeCompleted => node with { Status = NodeStatus.Succeeded, CompletedAt = one.Timestamp, Value = node.Max, Problem = null },
        RunEventTypes.NodeFailed => node with { Status = NodeStatus.Failed, CompletedAt = one.Timestamp, Problem = Problem(one) },
        _ => node,
    };

    private void End(RunEvent one)
    {
        _status = one.Type switch
        {
            RunEventTypes.RunCompleted => RunStatus.Succeeded,
            RunEventTypes.RunCanceled => RunStatus.Canceled,
            _ => RunStatus.Failed,
        };
        _summary = Read<RunSummary>(one.Payload, "summary");
        _waiting = null;
        // What was at work when the run ended did not get to its end.
        foreach ((NodeId node, NodePicture picture) in _nodes.Where(entry => entry.Value.Status is NodeStatus.Running or NodeStatus.Pending).ToList())
        {
            _nodes[node] = picture with { Status = NodeStatus.Skipped };
        }
    }

    private static RunProblem? Problem(RunEvent one) =>
        Read<RunProblem>(one.Payload, "problem") is { Code: not null, Message: not null } problem ? problem with { Node = one.NodeId } : null;

    private static T? Read<T>(JsonElement payload, string name)
        where T : class
    {
        if (payload.ValueKind != JsonValueKind.Object || !payload.TryGetProperty(name, out JsonElement value))
        {
            return null;
        }

        try
        {
            return value.Deserialize<T>(RunsJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static long? Number(JsonElement payload, string name) =>
        payload.ValueKind == JsonValueKind.Object && payload.TryGetProperty(name, out JsonElement value)
        && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number)
            ? number
            : null;

    private static string? Text(JsonElement payload, string name) =>
        payload.ValueKind == JsonValueKind.Object && payload.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
