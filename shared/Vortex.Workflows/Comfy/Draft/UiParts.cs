using System.Collections.Immutable;
using System.Text.Json;

namespace Vortex.Workflows.Comfy;

/// <summary>Reads what only an editor shows: places, colours, frames and notes.</summary>
internal static class UiParts
{
    public static NodeUi NodeUi(UiNode node)
    {
        JsonElement raw = node.Raw;
        JsonElement? position = raw.Member("pos");
        JsonElement? size = raw.Member("size");
        return new NodeUi(position?.NumberAt(0) ?? 0, position?.NumberAt(1) ?? 0)
        {
            Width = size?.NumberAt(0),
            Height = size?.NumberAt(1),
            Title = string.IsNullOrEmpty(node.Title) ? null : node.Title,
            Color = Color(raw.Text("bgcolor")) ?? Color(raw.Text("color")),
            Collapsed = raw.Object("flags")?.Member("collapsed") is { ValueKind: JsonValueKind.True },
        };
    }

    /// <summary>The frames and notes of a graph; null when there are none.</summary>
    public static WorkflowUi? Read(UiGraph graph)
    {
        ImmutableArray<WorkflowFrame> frames = [.. graph.Raw.Items("groups").Where(group => group.ValueKind == JsonValueKind.Object).Select(Frame)];
        ImmutableArray<WorkflowNote> notes = [.. graph.Nodes.Where(node => node.Kind == UiNodeKind.Note).Select(Note)];
        return frames.IsEmpty && notes.IsEmpty ? null : new WorkflowUi(frames, notes);
    }

    /// <summary>Reports drawn parts that the document has no place for.</summary>
    public static void ReportDropped(UiGraph graph, ReportBuilder report)
    {
        int floating = graph.Raw.Count("floatingLinks");
        if (floating > 0)
        {
            report.Inform(ImportCodes.FloatingLinksDropped, $"{floating} links with a loose end were left out.");
        }

        int bends = graph.Raw.Count("reroutes") + (graph.Raw.Object("extra")?.Count("reroutes") ?? 0);
        if (bends > 0)
        {
            report.Inform(ImportCodes.LinkShapesDropped, $"{bends} bends of links were left out; they change no result.");
        }
    }

    private static WorkflowFrame Frame(JsonElement group)
    {
        JsonElement? bounds = group.Member("bounding");
        return new WorkflowFrame(
            group.Text("title") ?? "",
            bounds?.NumberAt(0) ?? 0,
            bounds?.NumberAt(1) ?? 0,
            bounds?.NumberAt(2) ?? 0,
            bounds?.NumberAt(3) ?? 0,
            Color(group.Text("color")));
    }

    private static WorkflowNote Note(UiNode node)
    {
        NodeUi ui = NodeUi(node);
        string text = SourceResolver.FirstValue(node) is { ValueKind: JsonValueKind.String } value ? value.GetString()! : "";
        return new WorkflowNote(text, ui.X, ui.Y, ui.Width ?? 0, ui.Height ?? 0, node.Type == "MarkdownNote");
    }

    /// <summary>A colour as <c>#rrggbb</c>; null for one that is written otherwise.</summary>
    public static string? Color(string? text)
    {
        if (text is null || text.Length is not (4 or 7) || text[0] != '#' || !text.AsSpan(1).ContainsOnlyHex())
        {
            return null;
        }

        string lower = text.ToLowerInvariant();
        return lower.Length == 7 ? lower : new string(['#', lower[1], lower[1], lower[2], lower[2], lower[3], lower[3]]);
    }

    private static bool ContainsOnlyHex(this ReadOnlySpan<char> text)
    {
        foreach (char digit in text)
        {
            if (!char.IsAsciiHexDigit(digit))
            {
                return false;
            }
        }

        return true;
    }
}
