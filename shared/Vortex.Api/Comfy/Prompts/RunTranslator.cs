using System.Text.Json;
using System.Text.Json.Nodes;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Api;

/// <summary>Tells a run's events as ComfyUI would have told them. Events come in order, from the first.</summary>
/// <remarks>
/// Both the WebSocket and the history are made by it, so they cannot disagree. Two things differ: our log names a node's files one by one,
/// before or after it tells that the node is done, so <c>executed</c> waits for the last of them; and cached nodes come one by one, so
/// <c>execution_cached</c> waits for the last of the plan's.
/// </remarks>
internal sealed class RunTranslator(RunId run, Func<NodeId, string> typeOf)
{
    private readonly string _prompt = PromptIds.Of(run);
    private readonly Dictionary<NodeId, NodeFiles> _waiting = [];
    private readonly JsonObject _progress = [];
    private readonly List<NodeId> _cached = [];
    private readonly List<string> _done = [];
    private NodeId? _current;
    private RunProblem? _failure;
    private readonly List<ComfyMessage> _held = [];
    private long _expected = long.MaxValue;
    private bool _toldCached;

    public IReadOnlyList<ComfyMessage> Apply(RunEvent one)
    {
        List<ComfyMessage> told = [.. Translate(one)];
        if (_toldCached)
        {
            return told;
        }

        // As long as the plan's cached nodes come in, what they show waits for them to be told.
        _held.AddRange(told.Where(message => message.Type == "executed"));
        told.RemoveAll(message => message.Type == "executed");
        return _cached.Count >= _expected && _waiting.Count == 0 ? [.. told, .. CachedSoFar(one)] : told;
    }

    private IEnumerable<ComfyMessage> Translate(RunEvent one)
    {
        switch (one.Type)
        {
            case RunEventTypes.RunStarted:
                _expected = Number(one.Payload, "cached");
                return [Dated("execution_start", one, [])];
            case RunEventTypes.NodeCached when one.NodeId is { } node:
                return Cached(one, node);
            case RunEventTypes.NodeStarted when one.NodeId is { } node:
                return Started(one, node);
            case RunEventTypes.NodeProgress when one.NodeId is { } node:
                return Progress(one, node);
            case RunEventTypes.NodeCompleted when one.NodeId is { } node:
                _done.Add(node.Value);
                return [.. Completed(one, node), State(node, "finished", null, null)];
            case RunEventTypes.NodeFailed when one.NodeId is { } node:
                _failure = Read(one.Payload, "problem")?.Deserialize<RunProblem>(RunsJson.Options) is { } problem ? problem with { Node = node } : null;
                return [State(node, "error", null, null)];
            case RunEventTypes.ArtifactCreated when one.NodeId is { } node:
                NodeFiles files = FilesOf(node);
                files.Add(one.Payload, _prompt);
                return files.IsWhole ? [Executed(node)] : [];
            default:
                return RunEventTypes.IsLast(one.Type) ? Ended(one) : [];
        }
    }

    private IEnumerable<ComfyMessage> Cached(RunEvent one, NodeId node)
    {
        if (!_toldCached)
        {
            _cached.Add(node);
        }

        _done.Add(node.Value);
        List<ComfyMessage> told = _toldCached ? [Dated("execution_cached", one, new JsonObject { ["nodes"] = new JsonArray(node.Value) })] : [];
        return [.. told, .. Completed(one, node)];
    }

    private IEnumerable<ComfyMessage> Started(RunEvent one, NodeId node)
    {
        // A retry may compute anew what another node needs again; its clients have seen it done.
        if (_done.Contains(node.Value))
        {
            return [];
        }

        _current = node;
        return [.. CachedSoFar(one), Executing(node), State(node, "running", 0, 1)];
    }

    private List<ComfyMessage> Progress(RunEvent one, NodeId node)
    {
        long value = Number(one.Payload, "value");
        long max = Number(one.Payload, "max");
        List<ComfyMessage> told =
        [
            State(node, "running", value, max),
            new("progress", new JsonObject { ["value"] = value, ["max"] = max, ["prompt_id"] = _prompt, ["node"] = node.Value }),
        ];
        if (Read(one.Payload, "preview") is { ValueKind: JsonValueKind.Object } preview
            && ComfyAnswer.Text(preview, "media_type") is { } type
            && preview.TryGetProperty("data", out JsonElement data) && data.ValueKind == JsonValueKind.String && data.TryGetBytesFromBase64(out byte[]? picture))
        {
            JsonObject about = Place(node);
            about["image_type"] = type;
            told.Add(new ComfyMessage("preview", about) { Preview = new ComfyPreview(type, picture) });
        }

        return told;
    }

    /// <summary>A node has its result: told at once, or when its files are known.</summary>
    private IEnumerable<ComfyMessage> Completed(RunEvent one, NodeId node)
    {
        NodeFiles files = FilesOf(node);
        files.Expect((int)Number(one.Payload, "artifacts"));
        if (Read(one.Payload, "shown") is { ValueKind: JsonValueKind.Object } shown)
        {
            files.Show(shown);
        }

        if (files.IsWhole && files.Output.Count == 0)
        {
            _waiting.Remove(node);
            return [];
        }

        return files.IsWhole ? [Executed(node)] : [];
    }

    private NodeFiles FilesOf(NodeId node)
    {
        if (!_waiting.TryGetValue(node, out NodeFiles? files))
        {
            _waiting[node] = files = new NodeFiles();
        }

        return files;
    }

    private ComfyMessage Executed(NodeId node)
    {
        _waiting.Remove(node, out NodeFiles? files);
        return new ComfyMessage("executed", new JsonObject { ["node"] = node.Value, ["display_node"] = node.Value, ["output"] = files!.Output, ["prompt_id"] = _prompt });
    }

    private List<ComfyMessage> Ended(RunEvent one)
    {
        List<ComfyMessage> told = [.. CachedSoFar(one), .. _waiting.Keys.ToList().Select(Executed)];
        JsonObject place = new()
        {
            ["node_id"] = _current?.Value ?? "",
            ["node_type"] = _current is { } current ? typeOf(current) : "",
            ["executed"] = new JsonArray([.. _done.Select(node => (JsonNode)node)]),
        };
        told.Add(one.Type switch
        {
            RunEventTypes.RunCompleted => Dated("execution_success", one, []),
            RunEventTypes.RunCanceled => Dated("execution_interrupted", one, place),
            _ => Dated("execution_error", one, Failure(one, place)),
        });
        told.Add(Executing(null));
        return told;
    }

    private JsonObject Failure(RunEvent one, JsonObject place)
    {
        RunSummary? summary = Read(one.Payload, "summary")?.Deserialize<RunSummary>(RunsJson.Options);
        RunProblem? problem = summary is { Problems: { IsDefaultOrEmpty: false } problems } ? problems[0] : _failure;
        if (problem?.Node is { } node)
        {
            place["node_id"] = node.Value;
            place["node_type"] = typeOf(node);
        }

        place["exception_message"] = problem?.Message ?? "The run failed.";
        place["exception_type"] = problem?.Code ?? "run.failed";
        place["traceback"] = problem?.Detail is { } detail ? new JsonArray(detail) : [];
        place["current_inputs"] = new JsonObject();
        place["current_outputs"] = new JsonArray([.. _done.Select(done => (JsonNode)done)]);
        return place;
    }

    /// <summary>The cached nodes heard of so far, once, before anything else is told of nodes.</summary>
    private IEnumerable<ComfyMessage> CachedSoFar(RunEvent one)
    {
        if (_toldCached)
        {
            return [];
        }

        _toldCached = true;
        return [Dated("execution_cached", one, new JsonObject { ["nodes"] = new JsonArray([.. _cached.Select(node => (JsonNode)node.Value)]) }), .. _held];
    }

    private ComfyMessage Executing(NodeId? node)
    {
        JsonObject data = new() { ["node"] = node?.Value };
        if (node is { } at)
        {
            data["display_node"] = at.Value;
        }

        data["prompt_id"] = _prompt;
        return new ComfyMessage("executing", data);
    }

    private ComfyMessage State(NodeId node, string state, long? value, long? max)
    {
        JsonObject entry = Place(node);
        JsonNode? before = _progress[node.Value];
        JsonNode end = max ?? before?["max"]?.DeepClone() ?? 1;
        entry["max"] = end;
        entry["value"] = value ?? (state == "finished" ? end.DeepClone() : before?["value"]?.DeepClone()) ?? 0;
        entry["state"] = state;
        _progress[node.Value] = entry;
        return new ComfyMessage("progress_state", new JsonObject { ["prompt_id"] = _prompt, ["nodes"] = _progress.DeepClone() });
    }

    private JsonObject Place(NodeId node) => new()
    {
        ["node_id"] = node.Value,
        ["prompt_id"] = _prompt,
        ["display_node_id"] = node.Value,
        ["parent_node_id"] = null,
        ["real_node_id"] = node.Value,
    };

    private ComfyMessage Dated(string type, RunEvent one, JsonObject more)
    {
        more["prompt_id"] = _prompt;
        more["timestamp"] = one.Timestamp.ToUnixTimeMilliseconds();
        return new ComfyMessage(type, more);
    }

    private static JsonElement? Read(JsonElement payload, string name) =>
        payload.ValueKind == JsonValueKind.Object && payload.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static long Number(JsonElement payload, string name) =>
        Read(payload, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out long number) ? number : 0;
}
