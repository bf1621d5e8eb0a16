using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Vortex.Workflows;

/// <summary>Writes the parts of a document. Small objects go on one line when <paramref name="oneLine"/> is set.</summary>
internal sealed class VtxwParts(Utf8JsonWriter writer, bool oneLine)
{
    private readonly ArrayBufferWriter<byte> _line = new();

    /// <summary>Replaces halves of surrogate pairs, which no UTF-8 can hold, by U+FFFD.</summary>
    public static string Whole(string text)
    {
        for (ReadOnlySpan<char> rest = text; !rest.IsEmpty;)
        {
            int surrogate = rest.IndexOfAnyInRange('\uD800', '\uDFFF');
            if (surrogate < 0)
            {
                return text;
            }

            if (Rune.DecodeFromUtf16(rest[surrogate..], out _, out int used) != OperationStatus.Done)
            {
                return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            }

            rest = rest[(surrogate + used)..];
        }

        return text;
    }

    public void Meta(WorkflowMeta meta)
    {
        writer.WriteStartObject("meta");
        writer.WriteString("name", Whole(meta.Name));
        Optional(writer, "description", meta.Description);
        if (!meta.Tags.IsDefaultOrEmpty)
        {
            writer.WriteStartArray("tags");
            foreach (string tag in meta.Tags)
            {
                writer.WriteStringValue(Whole(tag));
            }

            writer.WriteEndArray();
        }

        Optional(writer, "author", meta.Author);
        if (meta.CreatedAt is { } created)
        {
            writer.WriteString("created_at", created);
        }

        if (meta.UpdatedAt is { } updated)
        {
            writer.WriteString("updated_at", updated);
        }

        writer.WriteEndObject();
    }

    public void Input(WorkflowInput input)
    {
        writer.WriteStartObject();
        writer.WriteString("name", Whole(input.Name));
        writer.WriteString("type", Whole(input.Type.Name));
        Optional(writer, "description", input.Description);
        if (input.Default is { } value)
        {
            writer.WritePropertyName("default");
            Value(value);
        }

        writer.WriteStartArray("targets");
        foreach (PortRef target in input.Targets)
        {
            Line(line => Port(line, target));
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public void Nodes(ImmutableArray<WorkflowNode> nodes)
    {
        writer.WriteStartArray("nodes");
        foreach (WorkflowNode node in nodes)
        {
            Node(node);
        }

        writer.WriteEndArray();
    }

    public void Edges(ImmutableArray<WorkflowEdge> edges)
    {
        writer.WriteStartArray("edges");
        foreach (WorkflowEdge edge in edges)
        {
            Line(line =>
            {
                line.WriteStartObject();
                line.WritePropertyName("from");
                Port(line, edge.From);
                line.WritePropertyName("to");
                Port(line, edge.To);
                line.WriteEndObject();
            });
        }

        writer.WriteEndArray();
    }

    public void Subgraph(WorkflowSubgraph subgraph)
    {
        writer.WriteStartObject();
        writer.WriteString("name", Whole(subgraph.Name));
        Ports("inputs", subgraph.Inputs);
        Ports("outputs", subgraph.Outputs);
        Nodes(subgraph.Nodes);
        Edges(subgraph.Edges);
        Ui(subgraph.Ui);
        writer.WriteEndObject();
    }

    public void Ui(WorkflowUi? ui)
    {
        if (ui is null)
        {
            return;
        }

        writer.WriteStartObject("ui");
        if (!ui.Groups.IsDefaultOrEmpty)
        {
            writer.WriteStartArray("groups");
            foreach (WorkflowFrame frame in ui.Groups)
            {
                writer.WriteStartObject();
                writer.WriteString("title", Whole(frame.Title));
                Box(frame.X, frame.Y, frame.Width, frame.Height);
                Optional(writer, "color", frame.Color);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        if (!ui.Notes.IsDefaultOrEmpty)
        {
            writer.WriteStartArray("notes");
            foreach (WorkflowNote note in ui.Notes)
            {
                writer.WriteStartObject();
                writer.WriteString("text", Whole(note.Text));
                Box(note.X, note.Y, note.Width, note.Height);
                if (note.Markdown)
                {
                    writer.WriteBoolean("markdown", true);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private void Node(WorkflowNode node)
    {
        writer.WriteStartObject();
        writer.WriteString("id", Whole(node.Id.Value));
        writer.WriteString("type", Whole(node.Type));
        writer.WriteStartObject("inputs");
        foreach ((string name, JsonElement value) in node.Inputs)
        {
            writer.WritePropertyName(Whole(name));
            Value(value);
        }

        writer.WriteEndObject();
        if (node.Mode != NodeMode.Active)
        {
            writer.WriteString("mode", node.Mode == NodeMode.Muted ? "muted" : "bypassed");
        }

        if (node.Repeat is { } repeat)
        {
            Repeat(repeat);
        }

        writer.WritePropertyName("ui");
        Line(line => NodeUi(line, node.Ui), inArray: false);
        if (node.Meta is { ValueKind: JsonValueKind.Object } meta)
        {
            writer.WritePropertyName("meta");
            Value(meta);
        }

        writer.WriteEndObject();
    }

    private void Repeat(NodeRepeat repeat)
    {
        writer.WriteStartObject("repeat");
        writer.WriteNumber("count", repeat.Count);
        writer.WriteStartArray("carry");
        foreach (CarriedPort carried in repeat.Carry)
        {
            Line(line =>
            {
                line.WriteStartObject();
                line.WriteString("output", Whole(carried.Output));
                line.WriteString("input", Whole(carried.Input));
                line.WriteEndObject();
            });
        }

        writer.WriteEndArray();
        Optional(writer, "index_port", repeat.IndexPort);
        writer.WriteEndObject();
    }

    private void Ports(string name, ImmutableArray<SubgraphPort> ports)
    {
        writer.WriteStartArray(name);
        foreach (SubgraphPort port in ports)
        {
            Line(line =>
            {
                line.WriteStartObject();
                line.WriteString("name", Whole(port.Name));
                line.WriteString("type", Whole(port.Type.Name));
                line.WriteEndObject();
            });
        }

        writer.WriteEndArray();
    }

    private static void NodeUi(Utf8JsonWriter line, NodeUi ui)
    {
        line.WriteStartObject();
        line.WriteNumber("x", Finite(ui.X));
        line.WriteNumber("y", Finite(ui.Y));
        if (ui.Width is { } width)
        {
            line.WriteNumber("width", Finite(width));
        }

        if (ui.Height is { } height)
        {
            line.WriteNumber("height", Finite(height));
        }

        Optional(line, "title", ui.Title);
        Optional(line, "color", ui.Color);
        if (ui.Collapsed)
        {
            line.WriteBoolean("collapsed", true);
        }

        line.WriteEndObject();
    }

    private static void Port(Utf8JsonWriter line, PortRef port)
    {
        line.WriteStartObject();
        line.WriteString("node", Whole(port.Node.Value));
        line.WriteString("port", Whole(port.Port));
        line.WriteEndObject();
    }

    private void Box(double x, double y, double width, double height)
    {
        writer.WriteNumber("x", Finite(x));
        writer.WriteNumber("y", Finite(y));
        writer.WriteNumber("width", Finite(width));
        writer.WriteNumber("height", Finite(height));
    }

    /// <summary>JSON has no infinity: what an import made of a huge number stays as large as can be written.</summary>
    private static double Finite(double value) =>
        double.IsNaN(value) ? 0 : Math.Clamp(value, double.MinValue, double.MaxValue);

    private static void Optional(Utf8JsonWriter target, string name, string? value)
    {
        if (value is not null)
        {
            target.WriteString(name, Whole(value));
        }
    }

    /// <summary>Writes a value whose own spelling may be anything JSON allows.</summary>
    private void Value(JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Undefined)
        {
            writer.WriteNullValue();
            return;
        }

        // An escape may name half a surrogate pair, which a writer refuses halfway. The canonical form can say everything.
        if (CanonicalText.IndexOfHalf(JsonMarshal.GetRawUtf8Value(value)) >= 0)
        {
            writer.WriteRawValue(CanonicalJson.ToBytes(value), skipInputValidation: true);
            return;
        }

        value.WriteTo(writer);
    }

    private void Line(Action<Utf8JsonWriter> write, bool inArray = true)
    {
        if (!oneLine)
        {
            write(writer);
            return;
        }

        _line.ResetWrittenCount();
        if (inArray)
        {
            // Raw values are not indented by the writer.
            Span<byte> indent = _line.GetSpan(1 + (2 * writer.CurrentDepth))[..(1 + (2 * writer.CurrentDepth))];
            indent.Fill((byte)' ');
            indent[0] = (byte)'\n';
            _line.Advance(indent.Length);
        }

        using (Utf8JsonWriter line = new(_line, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true }))
        {
            write(line);
        }

        writer.WriteRawValue(_line.WrittenSpan, skipInputValidation: true);
    }
}
