using System.Collections.Immutable;
using System.Text.Json;

namespace Vortex.Workflows;

/// <summary>The interfaces of ComfyUI's most used core node types: enough to read, check and draw a workflow, not to run it.</summary>
/// <remarks>
/// No type here is executable. What a runner can execute comes from its packs and wins over the entry of the same name
/// when both are put into one <see cref="NodeCatalog"/>.
/// </remarks>
public static class CoreCatalog
{
    private const string Resource = "Vortex.Workflows.core-types.json";
    private static readonly Lazy<NodeCatalog> s_catalog = new(Read);

    /// <summary>Returns the catalog; the same one every time.</summary>
    public static NodeCatalog Load() => s_catalog.Value;

    private static NodeCatalog Read()
    {
        using Stream stream = typeof(CoreCatalog).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The assembly lacks its resource '{Resource}'.");
        using JsonDocument file = JsonDocument.Parse(stream);
        JsonElement lists = file.RootElement.GetProperty("lists");
        return new NodeCatalog(file.RootElement.GetProperty("types").EnumerateArray().Select(type => Type(type, lists)));
    }

    private static NodeType Type(JsonElement type, JsonElement lists) => new()
    {
        Name = Text(type, "name")!,
        DisplayName = Text(type, "title")!,
        Category = Text(type, "category")!,
        IsOutput = Flag(type, "output"),
        IsDeprecated = Flag(type, "deprecated"),
        TakesLists = Flag(type, "takesLists"),
        Resources = Text(type, "cost") switch
        {
            "heavy" => NodeResources.Heavy,
            "trivial" => NodeResources.Trivial,
            _ => NodeResources.Light,
        },
        Inputs = [.. type.GetProperty("inputs").EnumerateArray().Select(input => Input(input, lists))],
        Outputs = [.. type.GetProperty("outputs").EnumerateArray().Select(Output)],
    };

    private static NodeInput Input(JsonElement input, JsonElement lists)
    {
        string? folder = Text(input, "folder");
        bool isFile = input.TryGetProperty("file", out _);
        return new NodeInput
        {
            Name = Text(input, "name")!,
            Type = folder is not null ? PortType.ModelRef : isFile ? PortType.File : ComfyTypes.FromComfy(Text(input, "type")!),
            IsRequired = !Flag(input, "optional"),
            Default = input.TryGetProperty("default", out JsonElement value) ? value.Clone() : null,
            Min = Number(input, "min"),
            Max = Number(input, "max"),
            Step = Number(input, "step"),
            Choices = Choices(input, lists),
            ModelFolder = folder,
            IsMultiline = Flag(input, "multiline"),
            HasControlAfterGenerate = Flag(input, "control"),
            EdgeOnly = Flag(input, "edgeOnly"),
            ShownWhen = input.TryGetProperty("shownWhen", out JsonElement condition)
                ? new InputCondition(Text(condition, "input")!, Texts(condition.GetProperty("is")))
                : null,
        };
    }

    private static NodeOutput Output(JsonElement output) =>
        new(Text(output, "name")!, ComfyTypes.FromComfy(Text(output, "type")!), Flag(output, "list"));

    private static ImmutableArray<string> Choices(JsonElement input, JsonElement lists)
    {
        if (!input.TryGetProperty("choices", out JsonElement choices))
        {
            return [];
        }

        return Texts(choices.ValueKind == JsonValueKind.String ? lists.GetProperty(choices.GetString()!) : choices);
    }

    private static ImmutableArray<string> Texts(JsonElement array) => [.. array.EnumerateArray().Select(text => text.GetString()!)];

    private static string? Text(JsonElement from, string name) =>
        from.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private static bool Flag(JsonElement from, string name) =>
        from.TryGetProperty(name, out JsonElement value) && value.GetBoolean();

    private static decimal? Number(JsonElement from, string name) =>
        from.TryGetProperty(name, out JsonElement value) ? value.GetDecimal() : null;
}
