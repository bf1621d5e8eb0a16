using System.Collections.Immutable;
using System.Text.Json;

namespace Vortex.Workflows.Comfy;

/// <summary>
/// What a document keeps of a ComfyUI node beyond what the document itself can say, under <c>meta.comfy</c>: so that nothing of the
/// file is lost, and an export can give it back.
/// </summary>
internal sealed class ComfyMeta
{
    public const string Member = "comfy";
    public const string InputsMember = "inputs";
    public const string OutputsMember = "outputs";
    public const string ExtraMember = "extra_inputs";

    /// <summary>Gets the input ports of an unknown type.</summary>
    public List<(string Name, string Type)> Inputs { get; } = [];

    /// <summary>Gets the output ports of an unknown type.</summary>
    public List<(string Name, string Type)> Outputs { get; } = [];

    /// <summary>Gets inputs the type does not know, as the API format writes them.</summary>
    public Dictionary<string, JsonElement> ExtraInputs { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets further members, copied as they are.</summary>
    public Dictionary<string, JsonElement> Copied { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets what the editor does to inputs after a run.</summary>
    public Dictionary<string, JsonElement> Controls { get; } = new(StringComparer.Ordinal);

    public JsonElement? ToJson()
    {
        if (Inputs.Count + Outputs.Count + ExtraInputs.Count + Copied.Count + Controls.Count == 0)
        {
            return null;
        }

        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            writer.WriteStartObject(Member);
            WritePorts(writer, InputsMember, Inputs);
            WritePorts(writer, OutputsMember, Outputs);
            WriteMap(writer, ExtraMember, ExtraInputs);
            WriteMap(writer, "control_after_generate", Controls);
            foreach ((string name, JsonElement value) in Copied)
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        // Deeper than the default: the file was allowed to be.
        using JsonDocument document = JsonDocument.Parse(stream.ToArray(), new JsonDocumentOptions { MaxDepth = 4_096 });
        return document.RootElement.Clone();
    }

    /// <summary>The ports a node of unknown type had in its file; empty for others.</summary>
    public static ImmutableArray<(string Name, string Type)> ReadPorts(WorkflowNode node, string side) =>
        node.Meta?.Object(Member) is { } comfy
            ? [.. comfy.Items(side).Select(port => (port.Text("name") ?? "", port.Text("type") ?? "*"))]
            : [];

    /// <summary>The inputs a node had in its file that its type does not know.</summary>
    public static IEnumerable<JsonProperty> ReadExtraInputs(WorkflowNode node) =>
        node.Meta?.Object(Member)?.Object(ExtraMember) is { } extra ? extra.EnumerateObject() : [];

    private static void WritePorts(Utf8JsonWriter writer, string name, List<(string Name, string Type)> ports)
    {
        if (ports.Count == 0)
        {
            return;
        }

        writer.WriteStartArray(name);
        foreach ((string port, string type) in ports)
        {
            writer.WriteStartObject();
            writer.WriteString("name", port);
            writer.WriteString("type", type);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteMap(Utf8JsonWriter writer, string name, Dictionary<string, JsonElement> map)
    {
        if (map.Count == 0)
        {
            return;
        }

        writer.WriteStartObject(name);
        foreach ((string key, JsonElement value) in map)
        {
            writer.WritePropertyName(key);
            value.WriteTo(writer);
        }

        writer.WriteEndObject();
    }
}
