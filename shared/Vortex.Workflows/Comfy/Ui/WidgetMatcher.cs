using System.Collections.Immutable;
using System.Text.Json;

namespace Vortex.Workflows.Comfy;

/// <summary>Finds out which stored widget value belongs to which input.</summary>
/// <remarks>
/// Files store values without names. For a known type the catalog gives the order; for any type a newer editor lists the widgets among
/// the inputs. Between them stand values of the editor's own: what to do with a seed after a run, and the mark of an upload button.
/// </remarks>
internal sealed class WidgetMatcher(NodeCatalog catalog)
{
    /// <summary>Assigns the values a node stores.</summary>
    public WidgetLayout Match(UiNode node) => node.Values switch
    {
        { ValueKind: JsonValueKind.Array } values => MatchList(node, [.. values.EnumerateArray()]),
        { ValueKind: JsonValueKind.Object } values => MatchNamed(node, values),
        _ => WidgetLayout.Empty,
    };

    /// <summary>The names of a node's widgets as the file lists them, in order.</summary>
    public static ImmutableArray<string> NamesInFile(UiNode node) =>
        [.. node.Inputs.Where(slot => slot.Widget is not null).Select(slot => slot.Widget!).Distinct(StringComparer.Ordinal)];

    /// <summary>What an editor shows for an input without a value and a default; null when that is nothing.</summary>
    public static JsonElement? Shown(NodeInput input) => input.Type.Name switch
    {
        "Choice" when input.Choices is [{ } first, ..] => JsonAccess.ToJson(first),
        "Text" => JsonAccess.ToJson(""),
        "Bool" => JsonElement.Parse("false"),
        "Integer" or "Number" => JsonElement.Parse("0"),
        _ => null,
    };

    private WidgetLayout MatchList(UiNode node, ImmutableArray<JsonElement> values)
    {
        NodeType? type = catalog.Find(node.Type);
        ImmutableArray<string> names = NamesInFile(node);
        WidgetLayout byFile = Walk(values, names.Select(name => type?.FindInput(name) ?? Guess(node, name)));
        if (type is null)
        {
            return byFile.IsComplete && names.Length > 0 ? byFile : Unnamed(values);
        }

        WidgetLayout byCatalog = Walk(values, type.Inputs.Where(input => input.IsWidget));
        bool fileFits = byFile.IsComplete && !byCatalog.IsComplete && names.All(name => type.FindInput(name) is { IsWidget: true });
        return fileFits ? byFile : byCatalog;
    }

    private WidgetLayout MatchNamed(UiNode node, JsonElement values)
    {
        NodeType? type = catalog.Find(node.Type);
        bool complete = true;
        ImmutableArray<WidgetEntry>.Builder entries = ImmutableArray.CreateBuilder<WidgetEntry>();
        foreach (JsonProperty value in values.EnumerateObject())
        {
            // Previews and the like are objects the editor keeps for itself.
            bool fits = type is null
                ? value.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array)
                : type.FindInput(value.Name) is { IsWidget: true };
            complete &= fits;
            entries.Add(new WidgetEntry(fits ? value.Name : null, value.Value));
        }

        return new WidgetLayout(entries.ToImmutable(), complete);
    }

    private static WidgetLayout Unnamed(ImmutableArray<JsonElement> values) =>
        new([.. values.Select(value => new WidgetEntry(null, value))], values.All(IsNothing));

    private static WidgetLayout Walk(ImmutableArray<JsonElement> values, IEnumerable<NodeInput> inputs)
    {
        ImmutableArray<WidgetEntry>.Builder entries = ImmutableArray.CreateBuilder<WidgetEntry>(values.Length);
        Dictionary<string, JsonElement> given = new(StringComparer.Ordinal);
        bool complete = true;
        string? seed = null;
        foreach (NodeInput input in inputs)
        {
            if (input.ShownWhen is { } condition && !Shows(condition, given))
            {
                continue;
            }

            // After a seed comes what the editor does to it, unless the file is older than that.
            if (seed is not null && entries.Count < values.Length && IsControl(values[entries.Count], input))
            {
                entries.Add(new WidgetEntry(seed, values[entries.Count], IsControl: true));
            }

            seed = null;
            if (entries.Count >= values.Length)
            {
                break;
            }

            JsonElement value = values[entries.Count];
            bool suits = Suits(value, input.Type);
            complete &= suits;
            entries.Add(new WidgetEntry(suits ? input.Name : null, value));
            if (suits)
            {
                given[input.Name] = value;
            }

            seed = MayBeControlled(input) ? input.Name : null;
            if (input.Type == PortType.File && entries.Count < values.Length && IsUploadMark(values[entries.Count]))
            {
                entries.Add(new WidgetEntry(null, values[entries.Count]));
            }
        }

        if (seed is not null && entries.Count < values.Length && IsControl(values[entries.Count], null))
        {
            entries.Add(new WidgetEntry(seed, values[entries.Count], IsControl: true));
        }

        while (entries.Count < values.Length)
        {
            complete &= IsNothing(values[entries.Count]);
            entries.Add(new WidgetEntry(null, values[entries.Count]));
        }

        return new WidgetLayout(entries.ToImmutable(), complete);
    }

    private static bool Shows(InputCondition condition, Dictionary<string, JsonElement> given) =>
        given.TryGetValue(condition.Input, out JsonElement value)
        && value.ValueKind == JsonValueKind.String
        && condition.Values.Contains(value.GetString()!, StringComparer.Ordinal);

    private static bool MayBeControlled(NodeInput input) =>
        input.HasControlAfterGenerate || (input.Name is "seed" or "noise_seed" && input.Type == PortType.Integer);

    /// <summary>A word, or the yes-or-no of early 2023, which can only be told from a value where no such value is due.</summary>
    private static bool IsControl(JsonElement value, NodeInput? next) => value.ValueKind switch
    {
        JsonValueKind.String => IsControlWord(value.GetString()!) && (next is null || !next.Choices.Contains(value.GetString()!, StringComparer.Ordinal)),
        JsonValueKind.True or JsonValueKind.False => next is null || next.Type != PortType.Bool,
        _ => false,
    };

    private static bool IsControlWord(string word) =>
        word is "fixed" or "increment" or "decrement" or "randomize" or "increment-wrap";

    private static bool IsUploadMark(JsonElement value) => value.ValueKind == JsonValueKind.String && value.ValueEquals("image");

    /// <summary>What buttons and previews leave behind.</summary>
    private static bool IsNothing(JsonElement value) =>
        value.ValueKind is JsonValueKind.Null or JsonValueKind.True or JsonValueKind.False || (value.ValueKind == JsonValueKind.String
            && (value.ValueEquals("") || value.ValueEquals("image")));

    /// <summary>Whether a value can be what an input of this type holds. Nothing at all suits everything: it means the default.</summary>
    private static bool Suits(JsonElement value, PortType type) => value.ValueKind switch
    {
        JsonValueKind.Null => true,
        _ when type == PortType.Integer || type == PortType.Number => value.ValueKind == JsonValueKind.Number || Conversions.IsNumber(value),
        _ when type == PortType.Bool => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        _ when type == PortType.Text => value.ValueKind is JsonValueKind.String or JsonValueKind.Number,
        _ when type == PortType.File || type == PortType.ModelRef => value.ValueKind == JsonValueKind.String,
        _ when type == PortType.Choice => value.ValueKind is not JsonValueKind.Object and not JsonValueKind.Array,
        _ => true,
    };

    private static NodeInput Guess(UiNode node, string name)
    {
        UiSlot? slot = node.Inputs.Find(input => string.Equals(input.Widget, name, StringComparison.Ordinal));
        return new NodeInput { Name = name, Type = ComfyTypes.FromComfy(slot?.Type ?? "*") };
    }
}
