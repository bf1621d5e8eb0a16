using System.Collections.Immutable;
using System.Text.Json;

namespace Vortex.Workflows;

/// <summary>Compares two documents for a person.</summary>
public static class WorkflowDiff
{
    /// <summary>Lists what changed from <paramref name="before"/> to <paramref name="after"/>. Empty exactly when the canonical forms are equal but for the version.</summary>
    public static WorkflowDifference Compare(WorkflowDocument before, WorkflowDocument after)
    {
        ImmutableArray<WorkflowChange>.Builder changes = ImmutableArray.CreateBuilder<WorkflowChange>();
        GraphDiff.Compare(null, before.Nodes, before.Edges, after.Nodes, after.Edges, changes);
        CompareInputs(before.Inputs, after.Inputs, changes);
        foreach (string id in before.Subgraphs.Keys.Union(after.Subgraphs.Keys).Order(StringComparer.Ordinal))
        {
            CompareSubgraphs(id, before.Subgraphs.GetValueOrDefault(id), after.Subgraphs.GetValueOrDefault(id), changes);
        }

        WorkflowDocument beforeWords = new() { Meta = before.Meta, Ui = before.Ui, Compatibility = before.Compatibility };
        WorkflowDocument afterWords = new() { Meta = after.Meta, Ui = after.Ui, Compatibility = after.Compatibility };
        if (WorkflowCanonical.Hash(beforeWords) != WorkflowCanonical.Hash(afterWords))
        {
            changes.Add(new WorkflowChange(WorkflowChangeKind.Described, "name, description, frames, notes or import report changed"));
        }

        return new WorkflowDifference(changes.ToImmutable());
    }

    private static void CompareInputs(ImmutableArray<WorkflowInput> before, ImmutableArray<WorkflowInput> after, ImmutableArray<WorkflowChange>.Builder changes)
    {
        Dictionary<string, string> old = Texts(before);
        Dictionary<string, string> now = Texts(after);
        foreach (string name in old.Keys.Union(now.Keys))
        {
            string? was = old.GetValueOrDefault(name);
            string? becomes = now.GetValueOrDefault(name);
            if (was != becomes)
            {
                string verb = was is null ? "added" : becomes is null ? "removed" : "changed";
                changes.Add(new WorkflowChange(WorkflowChangeKind.WorkflowInputChanged, $"workflow input '{name}' {verb}")
                {
                    Port = name,
                    Before = was,
                    After = becomes,
                });
            }
        }

        if (old.Count == now.Count && old.All(pair => now.GetValueOrDefault(pair.Key) == pair.Value) && !old.Keys.SequenceEqual(now.Keys))
        {
            changes.Add(new WorkflowChange(WorkflowChangeKind.Described, "workflow inputs reordered"));
        }
    }

    private static Dictionary<string, string> Texts(ImmutableArray<WorkflowInput> inputs)
    {
        Dictionary<string, string> texts = new(StringComparer.Ordinal);
        foreach (WorkflowInput input in inputs)
        {
            string targets = string.Join(", ", input.Targets.Select(target => $"{target.Node}.{target.Port}"));
            string value = input.Default is { } standard ? $" = {GraphDiff.Json(standard)}" : "";
            string description = input.Description is null ? "" : $" ({input.Description})";
            texts[input.Name] = $"{input.Type}{value} -> {targets}{description}";
        }

        return texts;
    }

    private static void CompareSubgraphs(string id, WorkflowSubgraph? before, WorkflowSubgraph? after, ImmutableArray<WorkflowChange>.Builder changes)
    {
        if (before is null || after is null)
        {
            changes.Add(before is null
                ? new WorkflowChange(WorkflowChangeKind.SubgraphAdded, $"subgraph '{id}' added") { Subgraph = id, After = after!.Name }
                : new WorkflowChange(WorkflowChangeKind.SubgraphRemoved, $"subgraph '{id}' removed") { Subgraph = id, Before = before.Name });
            return;
        }

        if (!before.Inputs.SequenceEqual(after.Inputs) || !before.Outputs.SequenceEqual(after.Outputs))
        {
            changes.Add(new WorkflowChange(WorkflowChangeKind.SubgraphPortsChanged, $"inputs or outputs of subgraph '{id}' changed")
            {
                Subgraph = id,
                Before = Ports(before),
                After = Ports(after),
            });
        }

        GraphDiff.Compare(id, before.Nodes, before.Edges, after.Nodes, after.Edges, changes);
        WorkflowDocument beforeWords = new() { Meta = new WorkflowMeta(before.Name), Ui = before.Ui };
        WorkflowDocument afterWords = new() { Meta = new WorkflowMeta(after.Name), Ui = after.Ui };
        if (WorkflowCanonical.Hash(beforeWords) != WorkflowCanonical.Hash(afterWords))
        {
            changes.Add(new WorkflowChange(WorkflowChangeKind.Described, $"name, frames or notes of subgraph '{id}' changed") { Subgraph = id });
        }
    }

    private static string Ports(WorkflowSubgraph subgraph) =>
        $"({string.Join(", ", subgraph.Inputs.Select(port => $"{port.Name}: {port.Type}"))}) -> "
        + $"({string.Join(", ", subgraph.Outputs.Select(port => $"{port.Name}: {port.Type}"))})";
}
