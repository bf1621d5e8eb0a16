using System.Collections.Immutable;
using System.Text.Json;

namespace Vortex.Workflows.Comfy;

/// <summary>A node of the document while it is being put together.</summary>
internal sealed class NodeDraft(NodeId id, NodeId place, string typeName, NodeType? type)
{
    private readonly SortedDictionary<string, JsonElement> _constants = new(StringComparer.Ordinal);

    /// <summary>Gets the id within its graph.</summary>
    public NodeId Id { get; } = id;

    /// <summary>Gets the name reports use.</summary>
    public NodeId Place { get; } = place;

    /// <summary>Gets or sets the type name in the document.</summary>
    public string TypeName { get; set; } = typeName;

    /// <summary>Gets the catalog's entry; null for an unknown type or an instance.</summary>
    public NodeType? Type { get; } = type;

    /// <summary>Gets the definition, for an instance.</summary>
    public UiDefinition? Definition { get; init; }

    /// <summary>Gets the inputs that edges feed.</summary>
    public HashSet<string> Linked { get; } = new(StringComparer.Ordinal);

    public NodeUi Ui { get; set; } = new();

    public NodeMode Mode { get; set; }

    public ComfyMeta Meta { get; } = new();

    public IReadOnlyDictionary<string, JsonElement> Constants => _constants;

    /// <summary>Keeps a constant, rewritten to the form its input asks for.</summary>
    public void Set(string input, JsonElement value, ReportBuilder report, WorkflowLimits limits)
    {
        if (value.ValueKind == JsonValueKind.String && value.GetString()!.Length > limits.MaxTextLength)
        {
            report.Error(
                ImportCodes.TextTooLong, $"The value has more than {limits.MaxTextLength} characters and was left out.", Place, input);
            return;
        }

        if (Type?.FindInput(input) is { } known)
        {
            JsonElement converted = Conversions.Convert(value, known, out bool rewritten);
            if (rewritten)
            {
                report.Inform(
                    ImportCodes.ValueConverted,
                    $"The value {ReportBuilder.Short(value.GetRawText())} of '{input}' is now {ReportBuilder.Short(converted.GetRawText())}.",
                    Place,
                    input);
            }

            value = converted;
        }

        _constants[input] = value.Clone();
    }

    public WorkflowNode Build() => new()
    {
        Id = Id,
        Type = TypeName,
        Inputs = _constants.ToImmutableSortedDictionary(StringComparer.Ordinal),
        Ui = Ui,
        Mode = Mode,
        Meta = Meta.ToJson(),
    };
}
