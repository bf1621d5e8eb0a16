using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Vortex.Workflows;

/// <summary>Writes VTXW 1.0 for people and version control.</summary>
/// <remarks>
/// Indented by two spaces, line feeds, members always in the same order, what is at its default left out. An edge, a port and a position
/// take one line each, so that a change to one shows as one line. Reading the bytes gives the document again.
/// </remarks>
public static class VtxwWriter
{
    private static readonly JsonWriterOptions Indented = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>Writes a document as UTF-8 without a byte order mark, ending with a line feed.</summary>
    public static byte[] Write(WorkflowDocument document)
    {
        ArrayBufferWriter<byte> buffer = new();
        Write(document, buffer, Indented);
        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes without white space, for canonicalisation.</summary>
    internal static void WriteCompact(WorkflowDocument document, IBufferWriter<byte> output) =>
        Write(document, output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });

    private static void Write(WorkflowDocument document, IBufferWriter<byte> output, JsonWriterOptions options)
    {
        using Utf8JsonWriter writer = new(output, options);
        VtxwParts parts = new(writer, options.Indented);
        writer.WriteStartObject();
        writer.WriteString("vtxw_version", VtxwParts.Whole(document.Version));
        parts.Meta(document.Meta);
        if (!document.Inputs.IsEmpty)
        {
            writer.WriteStartArray("inputs");
            foreach (WorkflowInput input in document.Inputs)
            {
                parts.Input(input);
            }

            writer.WriteEndArray();
        }

        parts.Nodes(document.Nodes);
        parts.Edges(document.Edges);
        if (!document.Subgraphs.IsEmpty)
        {
            writer.WriteStartObject("subgraphs");
            foreach ((string id, WorkflowSubgraph subgraph) in document.Subgraphs)
            {
                writer.WritePropertyName(VtxwParts.Whole(id));
                parts.Subgraph(subgraph);
            }

            writer.WriteEndObject();
        }

        parts.Ui(document.Ui);
        Compatibility(writer, document.Compatibility);
        writer.WriteEndObject();
    }

    private static void Compatibility(Utf8JsonWriter writer, WorkflowCompatibility? compatibility)
    {
        if (compatibility is null)
        {
            return;
        }

        writer.WriteStartObject("compatibility");
        if (compatibility.ImportedFrom is not null)
        {
            writer.WriteString("imported_from", VtxwParts.Whole(compatibility.ImportedFrom));
        }

        Items(writer, "warnings", compatibility.Warnings);
        Items(writer, "substitutions", compatibility.Substitutions);
        writer.WriteEndObject();
    }

    private static void Items(Utf8JsonWriter writer, string name, ImmutableArray<CompatibilityItem> items)
    {
        if (items.IsDefaultOrEmpty)
        {
            return;
        }

        writer.WriteStartArray(name);
        foreach (CompatibilityItem item in items)
        {
            writer.WriteStartObject();
            writer.WriteString("code", VtxwParts.Whole(item.Code));
            writer.WriteString("message", VtxwParts.Whole(item.Message));
            if (item.Node is { } node)
            {
                writer.WriteString("node", VtxwParts.Whole(node.Value));
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
