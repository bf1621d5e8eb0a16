using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Local.Terminal;
using Vortex.Workflows;

namespace Vortex.Local.Running;

/// <summary>Puts values from the command line into a workflow.</summary>
internal static class NodeSettings
{
    /// <summary>Applies <c>NODE.INPUT=VALUE</c>; an edge into the input is cut. A node inside a subgraph cannot be named.</summary>
    /// <exception cref="CommandFailure">The form is wrong, or there is no such node or input.</exception>
    public static WorkflowDocument Apply(WorkflowDocument document, IEnumerable<string> settings, NodeCatalog catalog)
    {
        foreach (string setting in settings)
        {
            (string target, string value) = Split(setting, "--set NODE.INPUT=VALUE");
            int dot = target.LastIndexOf('.');
            if (dot <= 0 || dot == target.Length - 1)
            {
                throw CommandFailure.BadInput($"'{setting}' names no input. Say --set NODE.INPUT=VALUE, such as --set 5.width=640.");
            }

            NodeId id = new(target[..dot]);
            string port = target[(dot + 1)..];
            int at = IndexOf(document, id);
            if (at < 0)
            {
                throw CommandFailure.BadInput($"The workflow has no node '{id}'. Its nodes are {string.Join(", ", document.Nodes.Take(30).Select(node => $"{node.Id} ({node.Type})"))}{(document.Nodes.Length > 30 ? ", …" : "")}.");
            }

            WorkflowNode node = document.Nodes[at];
            NodeInput? input = catalog.Find(node.Type)?.FindInput(port);
            if (input is null && catalog.Find(node.Type) is { } type)
            {
                throw CommandFailure.BadInput($"Node '{id}' ({node.Type}) has no input '{port}'. Its inputs are {string.Join(", ", type.Inputs.Select(known => known.Name))}.");
            }

            document = document with
            {
                Nodes = document.Nodes.SetItem(at, node with { Inputs = node.Inputs.SetItem(port, Value(value, input?.Type)) }),
                Edges = document.Edges.RemoveAll(edge => edge.To.Node == id && edge.To.Port == port),
            };
        }

        return document;
    }

    /// <summary>Reads <c>NAME=VALUE</c> pairs.</summary>
    public static ImmutableDictionary<string, JsonElement> Inputs(IEnumerable<string> pairs)
    {
        ImmutableDictionary<string, JsonElement>.Builder inputs = ImmutableDictionary.CreateBuilder<string, JsonElement>(StringComparer.Ordinal);
        foreach (string pair in pairs)
        {
            (string name, string value) = Split(pair, "--input NAME=VALUE");
            inputs[name] = Value(value, null);
        }

        return inputs.ToImmutable();
    }

    // Text stays text even where it looks like a number; everything else is JSON when it reads as JSON.
    private static JsonElement Value(string value, PortType? type)
    {
        bool isText = type is { } known && (known == PortType.Text || known == PortType.Choice || known == PortType.File || known == PortType.ModelRef);
        if (!isText)
        {
            try
            {
                return JsonDocument.Parse(value).RootElement.Clone();
            }
            catch (JsonException)
            {
                // Not JSON: a text without quotes.
            }
        }

        return JsonSerializer.SerializeToElement(value);
    }

    private static (string Name, string Value) Split(string pair, string form)
    {
        int equals = pair.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 ? (pair[..equals], pair[(equals + 1)..]) : throw CommandFailure.BadInput($"'{pair}' is not of the form {form}.");
    }

    private static int IndexOf(WorkflowDocument document, NodeId id)
    {
        for (int i = 0; i < document.Nodes.Length; i++)
        {
            if (document.Nodes[i].Id == id)
            {
                return i;
            }
        }

        return -1;
    }
}
