using System.Collections.Immutable;
using System.Text.Json;

namespace Vortex.Workflows.Comfy;

/// <summary>The values a file keeps for a node's widgets, each with the input it belongs to.</summary>
/// <param name="Entries">One per stored value, in the file's order.</param>
/// <param name="IsComplete">Whether every value that means something found its input.</param>
internal sealed record WidgetLayout(ImmutableArray<WidgetEntry> Entries, bool IsComplete)
{
    public static WidgetLayout Empty { get; } = new([], true);

    /// <summary>The values by input.</summary>
    public IEnumerable<(string Input, JsonElement Value)> Values =>
        from entry in Entries
        where entry.Input is not null && !entry.IsControl && entry.Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined)
        select (entry.Input!, entry.Value);

    /// <summary>What the editor does to inputs after a run, by input.</summary>
    public IEnumerable<(string Input, JsonElement Value)> Controls =>
        from entry in Entries where entry.IsControl && entry.Input is not null select (entry.Input!, entry.Value);
}

/// <summary>A stored value.</summary>
/// <param name="Input">The input it belongs to; null when it belongs to none.</param>
/// <param name="Value">The value.</param>
/// <param name="IsControl">Whether it says what happens to the input after a run, instead of being its value.</param>
internal readonly record struct WidgetEntry(string? Input, JsonElement Value, bool IsControl = false);
