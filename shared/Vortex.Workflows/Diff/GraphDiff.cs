using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Vortex.Workflows;

/// <summary>Compares the nodes and edges of two graphs.</summary>
internal static class GraphDiff
{
    public static void Compare(
        string? subgraph,
        ImmutableArray<WorkflowNode> nodesBefore,
        ImmutableArray<WorkflowEdge> edgesBefore,
        ImmutableArray<WorkflowNode> nodesAfter,
        ImmutableArray<WorkflowEdge> edgesAfter,
        ImmutableArray<WorkflowChange>.Builder changes)
    {
        string place = subgraph is null ? "" : $"in subgraph '{subgraph}': ";
        Dictionary<NodeId, WorkflowNode> old = ById(nodesBefore);
        Dictionary<NodeId, WorkflowNode> now = ById(nodesAfter);
        foreach (NodeId id in old.Keys.Union(now.Keys).Order())
        {
            old.TryGetValue(id, out WorkflowNode? was);
            now.TryGetValue(id, out WorkflowNode? becomes);
            foreach (WorkflowChange change in Node(id, was, becomes))
            {
                changes.Add(change with { Text = place + change.Text, Subgraph = subgraph, Node = id });
            }
        }

        HashSet<WorkflowEdge> oldEdges = [.. edgesBefore];
        HashSet<WorkflowEdge> newEdges = [.. edgesAfter];
        Edges(WorkflowChangeKind.EdgeRemoved, "removed", edgesBefore.Where(edge => !newEdges.Contains(edge)));
        Edges(WorkflowChangeKind.EdgeAdded, "added", edgesAfter.Where(edge => !oldEdges.Contains(edge)));

        void Edges(WorkflowChangeKind kind, string verb, IEnumerable<WorkflowEdge> edges)
        {
            foreach (WorkflowEdge edge in edges)
            {
                string text = $"{place}edge {edge.From.Node}.{edge.From.Port} -> {edge.To.Node}.{edge.To.Port} {verb}";
                changes.Add(new WorkflowChange(kind, text) { Subgraph = subgraph, Node = edge.To.Node, Port = edge.To.Port, Source = edge.From });
            }
        }
    }

    /// <summary>Returns a value as canonical JSON.</summary>
    public static string Json(JsonElement value) => Encoding.UTF8.GetString(CanonicalJson.ToBytes(value));

    private static Dictionary<NodeId, WorkflowNode> ById(ImmutableArray<WorkflowNode> nodes)
    {
        Dictionary<NodeId, WorkflowNode> byId = new(nodes.Length);
        foreach (WorkflowNode node in nodes)
        {
            byId.TryAdd(node.Id, node);
        }

        return byId;
    }

    private static IEnumerable<WorkflowChange> Node(NodeId id, WorkflowNode? was, WorkflowNode? becomes)
    {
        if (was is null || becomes is null)
        {
            yield return was is null
                ? new WorkflowChange(WorkflowChangeKind.NodeAdded, $"node '{id}' ({becomes!.Type}) added") { After = becomes.Type }
                : new WorkflowChange(WorkflowChangeKind.NodeRemoved, $"node '{id}' ({was.Type}) removed") { Before = was.Type };
            yield break;
        }

        if (was.Type != becomes.Type)
        {
            yield return Change(WorkflowChangeKind.NodeRetyped, $"node '{id}'", was.Type, becomes.Type);
        }

        if (was.Mode != becomes.Mode)
        {
            yield return Change(WorkflowChangeKind.ModeChanged, $"mode of '{id}'", was.Mode.ToString(), becomes.Mode.ToString());
        }

        if (Repeat(was.Repeat) is var loop && Repeat(becomes.Repeat) is var newLoop && loop != newLoop)
        {
            yield return Change(WorkflowChangeKind.RepeatChanged, $"loop of '{id}'", loop, newLoop);
        }

        foreach (string port in was.Inputs.Keys.Union(becomes.Inputs.Keys).Order(StringComparer.Ordinal))
        {
            string? old = was.Inputs.TryGetValue(port, out JsonElement oldValue) ? Json(oldValue) : null;
            string? now = becomes.Inputs.TryGetValue(port, out JsonElement newValue) ? Json(newValue) : null;
            if (old != now)
            {
                yield return Change(WorkflowChangeKind.InputChanged, $"input '{id}.{port}'", old, now) with { Port = port };
            }
        }

        if (was.Ui != becomes.Ui)
        {
            yield return new WorkflowChange(WorkflowChangeKind.NodeMoved, $"node '{id}' moved or looks different");
        }

        if (Meta(was) != Meta(becomes))
        {
            yield return new WorkflowChange(WorkflowChangeKind.Described, $"facts that tools keep with '{id}' changed");
        }
    }

    private static WorkflowChange Change(WorkflowChangeKind kind, string what, string? before, string? after) =>
        new(kind, $"{what}: {(before is null ? "nothing" : Quote.Short(before))} -> {(after is null ? "nothing" : Quote.Short(after))}")
        {
            Before = before,
            After = after,
        };

    private static string? Repeat(NodeRepeat? repeat) => repeat is null
        ? null
        : $"{repeat.Count} passes, carrying {string.Join(", ", repeat.Carry.Select(carried => $"{carried.Output} -> {carried.Input}"))}"
            + (repeat.IndexPort is null ? "" : $", number to {repeat.IndexPort}");

    private static string? Meta(WorkflowNode node) => node.Meta is { ValueKind: JsonValueKind.Object } meta ? Json(meta) : null;
}
