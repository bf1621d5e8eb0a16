using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Api;

/// <summary>Runs as ComfyUI keeps prompts: entries of the queue and of the history.</summary>
internal sealed class PromptRecords(IRunStore runs, IArtifactStore artifacts, IOptions<RunServiceOptions> options)
{
    private const int EventsAtOnce = 1_000;

    /// <summary>How many runs wait or work in a workspace.</summary>
    public async ValueTask<int> RemainingAsync(WorkspaceId workspace, CancellationToken cancellationToken) =>
        (await runs.FindUnfinishedAsync(options.Value.MaxUnfinishedRuns, cancellationToken)).Count(entry => entry.Workspace == workspace);

    /// <summary>A number by which prompts of equal standing sort: when it came, in milliseconds. Prompts that go to the front are below zero.</summary>
    public static long NumberOf(RunRecord run)
    {
        long came = run.CreatedAt.ToUnixTimeMilliseconds();
        return run.Options.Priority > 0 ? -came : came;
    }

    /// <summary>Reads what a run executes; null when its snapshot is gone.</summary>
    public async ValueTask<RunSnapshot?> SnapshotAsync(WorkspaceId workspace, RunRecord run, CancellationToken cancellationToken)
    {
        try
        {
            return await artifacts.ReadJsonAsync<RunSnapshot>(workspace, run.Snapshot, cancellationToken);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Makes <c>[number, id, prompt, extra_data, outputs_to_execute]</c>.</summary>
    public static JsonArray Entry(RunRecord run, RunSnapshot? snapshot)
    {
        JsonObject extra = new() { ["client_id"] = PromptClients.Of(run), ["create_time"] = run.CreatedAt.ToUnixTimeMilliseconds() };
        if (snapshot?.Metadata.GetValueOrDefault("workflow") is { } workflow && Parse(workflow) is { } parsed)
        {
            extra["extra_pnginfo"] = new JsonObject { ["workflow"] = parsed };
        }

        IEnumerable<NodeId> outputs = snapshot is null ? []
            : !snapshot.Options.Outputs.IsDefaultOrEmpty ? snapshot.Options.Outputs
            : snapshot.Graph.Nodes.Where(node => snapshot.Environment.Types.GetValueOrDefault(node.Type) is { IsOutput: true }).Select(node => node.Id);
        return
        [
            NumberOf(run),
            PromptIds.Of(run.Id),
            snapshot?.Metadata.GetValueOrDefault("prompt") is { } prompt ? Parse(prompt) ?? new JsonObject() : new JsonObject(),
            extra,
            new JsonArray([.. outputs.Select(node => (JsonNode)node.Value)]),
        ];
    }

    /// <summary>Makes the history of a run that has ended.</summary>
    public async ValueTask<JsonObject> HistoryAsync(WorkspaceId workspace, RunRecord run, CancellationToken cancellationToken)
    {
        RunSnapshot? snapshot = await SnapshotAsync(workspace, run, cancellationToken);
        RunTranslator translator = new(run.Id, TypesOf(snapshot));
        JsonObject outputs = [];
        JsonObject meta = [];
        JsonArray messages = [];
        long last = 0;
        while (await runs.ReadEventsAsync(workspace, run.Id, last, EventsAtOnce, cancellationToken) is { Count: > 0 } events)
        {
            last = events[^1].Sequence;
            foreach (ComfyMessage message in events.SelectMany(translator.Apply))
            {
                if (message.IsKept)
                {
                    messages.Add(new JsonArray(message.Type, message.Data.DeepClone()));
                }
                else if (message.Type == "executed")
                {
                    string node = message.Data["node"]!.GetValue<string>();
                    outputs[node] = message.Data["output"]!.DeepClone();
                    meta[node] = new JsonObject { ["node_id"] = node, ["display_node"] = node, ["parent_node"] = null, ["real_node_id"] = node };
                }
            }
        }

        bool good = run.Status == RunStatus.Succeeded;
        return new JsonObject
        {
            ["prompt"] = Entry(run, snapshot),
            ["outputs"] = outputs,
            ["status"] = new JsonObject { ["status_str"] = good ? "success" : "error", ["completed"] = good, ["messages"] = messages },
            ["meta"] = meta,
        };
    }

    /// <summary>Tells the node types of a run; an unknown node has none.</summary>
    public static Func<NodeId, string> TypesOf(RunSnapshot? snapshot)
    {
        Dictionary<NodeId, string> types = snapshot?.Graph.Nodes.ToDictionary(node => node.Id, node => node.Type) ?? [];
        return node => types.GetValueOrDefault(node, "");
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
