using System.Collections.Immutable;
using System.Text.Json;

namespace Vortex.Workflows;

/// <summary>What a node can be: an entry of the node catalog. Data only; what executes it lives elsewhere.</summary>
public sealed record NodeType
{
    /// <summary>Gets the name documents use. For ComfyUI's types this is ComfyUI's class name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the version of what the type computes. It changes whenever the same inputs give another result.</summary>
    public string Version { get; init; } = "1";

    /// <summary>Gets the pack that brings the type.</summary>
    public string Pack { get; init; } = "core";

    /// <summary>Gets the title a person sees.</summary>
    public required string DisplayName { get; init; }

    /// <summary>Gets the menu path, parts separated by a slash.</summary>
    public string Category { get; init; } = "";

    /// <summary>Gets the help text, plain or Markdown.</summary>
    public string? Description { get; init; }

    /// <summary>Gets the inputs in ComfyUI's order, which is also the order of widget values in its UI format.</summary>
    public ImmutableArray<NodeInput> Inputs { get; init; } = [];

    /// <summary>Gets the outputs in slot order; names are unique.</summary>
    public ImmutableArray<NodeOutput> Outputs { get; init; } = [];

    /// <summary>Gets whether a run walks back from this node: it shows or saves something.</summary>
    public bool IsOutput { get; init; }

    /// <summary>Gets whether the type takes whole lists instead of being run once per list entry.</summary>
    public bool TakesLists { get; init; }

    /// <summary>Gets whether the same inputs always give the same outputs.</summary>
    public bool IsDeterministic { get; init; } = true;

    /// <summary>Gets what executing it asks of a runner.</summary>
    public NodeResources Resources { get; init; } = NodeResources.Light;

    /// <summary>Gets whether a runner of this build can execute it. False for types known only by their interface.</summary>
    public bool IsExecutable { get; init; }

    /// <summary>Gets whether newer workflows should use something else.</summary>
    public bool IsDeprecated { get; init; }

    /// <summary>Finds an input by name; null when there is none.</summary>
    public NodeInput? FindInput(string name)
    {
        foreach (NodeInput input in Inputs)
        {
            if (string.Equals(input.Name, name, StringComparison.Ordinal))
            {
                return input;
            }
        }

        return null;
    }

    /// <summary>Finds an output's slot by name or by position (<c>#N</c>); -1 when there is none.</summary>
    public int FindOutput(string port)
    {
        for (int i = 0; i < Outputs.Length; i++)
        {
            if (string.Equals(Outputs[i].Name, port, StringComparison.Ordinal))
            {
                return i;
            }
        }

        return port.Length > 1 && port[0] == '#' && int.TryParse(port.AsSpan(1), out int slot) && slot >= 0 && slot < Outputs.Length ? slot : -1;
    }
}

/// <summary>An input port of a node type.</summary>
public sealed record NodeInput
{
    /// <summary>Gets the name, unique among the inputs.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the type.</summary>
    public required PortType Type { get; init; }

    /// <summary>Gets whether a run needs a value: an edge, a constant or <see cref="Default"/>.</summary>
    public bool IsRequired { get; init; } = true;

    /// <summary>Gets the value when there is neither edge nor constant.</summary>
    public JsonElement? Default { get; init; }

    /// <summary>Gets the least number allowed.</summary>
    public decimal? Min { get; init; }

    /// <summary>Gets the greatest number allowed.</summary>
    public decimal? Max { get; init; }

    /// <summary>Gets an editor's step; not enforced.</summary>
    public decimal? Step { get; init; }

    /// <summary>Gets the texts a <see cref="PortType.Choice"/> may have, empty when they are not fixed; of a <see cref="PortType.ModelRef"/> names that are no files.</summary>
    public ImmutableArray<string> Choices { get; init; } = [];

    /// <summary>Gets the model folder a <see cref="PortType.ModelRef"/> is looked up in, such as <c>checkpoints</c>.</summary>
    public string? ModelFolder { get; init; }

    /// <summary>Gets whether text has several lines.</summary>
    public bool IsMultiline { get; init; }

    /// <summary>Gets whether the text is a prompt: <c>embedding:name</c> in it names a file of the <c>embeddings</c> folder, and a tokenizer's vocabulary takes part in what it means.</summary>
    public bool IsPrompt { get; init; }

    /// <summary>Gets whether ComfyUI's editor keeps a hidden control-after-generate value behind this widget.</summary>
    public bool HasControlAfterGenerate { get; init; }

    /// <summary>Gets when the input exists at all; null for always. An input that does not exist has no widget and takes no value.</summary>
    public InputCondition? ShownWhen { get; init; }

    /// <summary>Gets whether only an edge can feed it although its type could be a constant.</summary>
    public bool EdgeOnly { get; init; }

    /// <summary>Gets what to tell a person who fills it in.</summary>
    public string? Tooltip { get; init; }

    /// <summary>Gets whether editors show a widget for it: its value can be a constant.</summary>
    public bool IsWidget => Type.IsConstant && !EdgeOnly;
}

/// <summary>Ties an input to what another input of the same node says, as types with several forms do.</summary>
/// <param name="Input">The deciding input, a <see cref="PortType.Choice"/>.</param>
/// <param name="Values">The values of it for which the tied input exists.</param>
public sealed record InputCondition(string Input, ImmutableArray<string> Values);

/// <summary>An output port of a node type.</summary>
/// <param name="Name">Unique among the outputs of the type.</param>
/// <param name="Type">The type.</param>
/// <param name="IsList">Whether the value is a list whose entries run dependents one by one.</param>
public sealed record NodeOutput(string Name, PortType Type, bool IsList = false);

/// <summary>What executing a node asks for.</summary>
/// <param name="Cost">How dear a repetition is: decides what is kept between batches and runs.</param>
/// <param name="NeedsGpu">Whether a GPU runner is preferred.</param>
public sealed record NodeResources(NodeCost Cost, bool NeedsGpu = false)
{
    /// <summary>A node that costs next to nothing.</summary>
    public static NodeResources Trivial { get; } = new(NodeCost.Trivial);

    /// <summary>A node of milliseconds to a second.</summary>
    public static NodeResources Light { get; } = new(NodeCost.Light);

    /// <summary>A node whose result is always worth keeping.</summary>
    public static NodeResources Heavy { get; } = new(NodeCost.Heavy, NeedsGpu: true);
}

/// <summary>How dear it is to compute a node again.</summary>
public enum NodeCost
{
    /// <summary>Microseconds: arithmetic, text.</summary>
    Trivial,

    /// <summary>Up to about a second: picture operations.</summary>
    Light,

    /// <summary>Seconds or a GPU: samplers, encoders, upscalers.</summary>
    Heavy,
}
