using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>Reads the retry policies that nodes carry: <c>meta.retry</c> with <c>max_attempts</c>, <c>delay_ms</c>, <c>backoff</c> and <c>max_delay_ms</c>.</summary>
internal static class NodeRetries
{
    public static ImmutableSortedDictionary<NodeId, RetryPolicy> Read(WorkflowDocument document, ExecutableGraph graph, List<WorkflowProblem> problems)
    {
        var policies = ImmutableSortedDictionary.CreateBuilder<NodeId, RetryPolicy>();
        if (!HasAny(document.Nodes) && !document.Subgraphs.Values.Any(subgraph => HasAny(subgraph.Nodes)))
        {
            return policies.ToImmutable();
        }

        Dictionary<string, Dictionary<string, WorkflowNode>> graphs = document.Subgraphs.ToDictionary(
            subgraph => subgraph.Key, subgraph => ById(subgraph.Value.Nodes), StringComparer.Ordinal);
        Dictionary<string, WorkflowNode> top = ById(document.Nodes);
        foreach (ExecutableNode node in graph.Nodes)
        {
            if (Find(node.Id.Value, top, graphs) is not { } written || RetryOf(written) is not { } retry)
            {
                continue;
            }

            if (Parse(retry) is { } policy)
            {
                policies[node.Id] = policy;
            }
            else
            {
                string message = $"Node '{node.Id}': 'meta.retry' must be an object of max_attempts (1 to 100), delay_ms, backoff (from 1) and max_delay_ms (up to a day). Correct or remove it.";
                problems.Add(new WorkflowProblem(RunProblemCodes.BadRetry, message) { Node = node.Id });
            }
        }

        return policies.ToImmutable();
    }

    private static bool HasAny(ImmutableArray<WorkflowNode> nodes) => nodes.Any(node => RetryOf(node) is not null);

    private static Dictionary<string, WorkflowNode> ById(ImmutableArray<WorkflowNode> nodes) => nodes.ToDictionary(node => node.Id.Value, StringComparer.Ordinal);

    private static JsonElement? RetryOf(WorkflowNode node) =>
        node.Meta is { ValueKind: JsonValueKind.Object } meta && meta.TryGetProperty("retry", out JsonElement retry) && retry.ValueKind != JsonValueKind.Null ? retry : null;

    /// <summary>Finds the node that an expanded one came from; a path of instances such as <c>outer[2]:inner:7</c>, whose ids may hold colons themselves.</summary>
    private static WorkflowNode? Find(string path, Dictionary<string, WorkflowNode> graph, Dictionary<string, Dictionary<string, WorkflowNode>> graphs)
    {
        if (graph.TryGetValue(path, out WorkflowNode? node))
        {
            return node;
        }

        for (int colon = path.IndexOf(':', StringComparison.Ordinal); colon > 0; colon = path.IndexOf(':', colon + 1))
        {
            if (FindInstance(path[..colon], graph) is { SubgraphId: { } id } && graphs.TryGetValue(id, out Dictionary<string, WorkflowNode>? inside)
                && Find(path[(colon + 1)..], inside, graphs) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static WorkflowNode? FindInstance(string name, Dictionary<string, WorkflowNode> graph)
    {
        if (graph.TryGetValue(name, out WorkflowNode? node))
        {
            return node;
        }

        int pass = name.EndsWith(']') ? name.LastIndexOf('[') : -1;
        return pass > 0 ? graph.GetValueOrDefault(name[..pass]) : null;
    }

    private static RetryPolicy? Parse(JsonElement retry)
    {
        if (retry.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        RetryPolicy standard = RetryPolicy.Default;
        double? attempts = Number(retry, "max_attempts", standard.MaxAttempts);
        double? delay = Number(retry, "delay_ms", standard.InitialDelay.TotalMilliseconds);
        double? backoff = Number(retry, "backoff", standard.BackoffFactor);
        double? maxDelay = Number(retry, "max_delay_ms", standard.MaxDelay.TotalMilliseconds);
        double day = TimeSpan.FromDays(1).TotalMilliseconds;
        if (attempts is not (>= 1 and <= int.MaxValue) || attempts % 1 != 0 || delay is not >= 0 || delay > day || maxDelay is not >= 0 || maxDelay > day || backoff is null)
        {
            return null;
        }

        RetryPolicy policy = new((int)attempts, TimeSpan.FromMilliseconds(delay.Value), backoff.Value, TimeSpan.FromMilliseconds(maxDelay.Value));
        return RunDrafter.IsGood(policy) ? policy : null;
    }

    private static double? Number(JsonElement retry, string name, double standard) =>
        !retry.TryGetProperty(name, out JsonElement value) ? standard : value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
}
