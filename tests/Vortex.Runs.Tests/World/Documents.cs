using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Workflows;

namespace Vortex.Runs.Tests;

/// <summary>Documents in the same few words as <see cref="Snapshots"/>.</summary>
internal static class Documents
{
    public static WorkflowDocument Of(params string[] lines)
    {
        List<WorkflowNode> nodes = [];
        List<WorkflowEdge> edges = [];
        foreach (string line in lines)
        {
            string[] words = line.Split(' ');
            NodeId id = new(words[0]);
            var inputs = ImmutableSortedDictionary.CreateBuilder<string, JsonElement>(StringComparer.Ordinal);
            foreach (string word in words[2..])
            {
                int at = word.IndexOf('=', StringComparison.Ordinal);
                if (word[at - 1] == ':')
                {
                    inputs[word[..(at - 1)]] = JsonElement.Parse(word[(at + 1)..]);
                }
                else
                {
                    string[] link = word[(at + 1)..].Split('#');
                    edges.Add(new WorkflowEdge(new PortRef(new NodeId(link[0]), "#" + (link.Length > 1 ? link[1] : "0")), new PortRef(id, word[..at])));
                }
            }

            nodes.Add(new WorkflowNode { Id = id, Type = words[1], Inputs = inputs.ToImmutable() });
        }

        return new WorkflowDocument { Nodes = [.. nodes], Edges = [.. edges], Meta = new WorkflowMeta("Test") };
    }
}
