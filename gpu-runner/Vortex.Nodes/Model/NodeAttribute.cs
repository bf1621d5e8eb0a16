using Vortex.Workflows;

namespace Vortex.Nodes;

/// <summary>Makes a public static method a node type: its parameters are the inputs, what it returns are the outputs.</summary>
/// <remarks>
/// A parameter <c>upscaleMethod</c> is the input <c>upscale_method</c>; its XML documentation is the input's help. A nullable
/// parameter is an optional input; <see cref="InputAttribute.Default"/> or a C# default is the input's default. The order of the parameters
/// is the order of the inputs, which ComfyUI's UI format depends on, so prefer the attribute where a required input follows. Parameters of type <see cref="NodeContext"/> and
/// <see cref="CancellationToken"/> are not inputs. The method may return a value, a tuple, a <see cref="Task"/> of either, or nothing.
/// </remarks>
/// <param name="name">The type's name in documents; for ComfyUI's types ComfyUI's class name.</param>
/// <param name="category">The menu path, parts separated by a slash.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeAttribute(string name, string category) : Attribute
{
    /// <summary>Gets the type's name.</summary>
    public string Name { get; } = name;

    /// <summary>Gets the menu path.</summary>
    public string Category { get; } = category;

    /// <summary>Gets or sets the title a person sees.</summary>
    /// <value>The default is the name.</value>
    public string? DisplayName { get; set; }

    /// <summary>Gets or sets the version of what is computed. Raise it when the same inputs give another result.</summary>
    /// <value>The default is 1.</value>
    public string Version { get; set; } = "1";

    /// <summary>Gets or sets whether runs walk back from it: it shows or saves something.</summary>
    public bool IsOutput { get; set; }

    /// <summary>Gets or sets whether the same inputs may give different outputs.</summary>
    public bool IsNonDeterministic { get; set; }

    /// <summary>Gets or sets whether each parameter takes the whole list of values, as an <c>IReadOnlyList</c>.</summary>
    public bool TakesLists { get; set; }

    /// <summary>Gets or sets how dear it is to run.</summary>
    /// <value>The default is <see cref="NodeCost.Light"/>.</value>
    public NodeCost Cost { get; set; } = NodeCost.Light;

    /// <summary>Gets or sets whether a GPU runner is preferred.</summary>
    public bool NeedsGpu { get; set; }

    /// <summary>Gets or sets whether newer workflows should use something else.</summary>
    public bool IsDeprecated { get; set; }
}

/// <summary>Says more of an input than its parameter's type and name do.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class InputAttribute : Attribute
{
    /// <summary>Gets or sets the input's name where it is not the parameter's in snake_case.</summary>
    public string? Name { get; set; }

    /// <summary>Gets or sets the port type where the parameter's type does not tell it, such as <c>Choice</c> or a union <c>Image,Mask</c>.</summary>
    public string? Type { get; set; }

    /// <summary>Gets or sets the default where it is not the C# default.</summary>
    public object? Default { get; set; }

    /// <summary>Gets or sets the least number.</summary>
    public object? Min { get; set; }

    /// <summary>Gets or sets the greatest number.</summary>
    public object? Max { get; set; }

    /// <summary>Gets or sets an editor's step.</summary>
    public object? Step { get; set; }

    /// <summary>Gets or sets the texts to choose from; makes a text parameter a choice. Beside <see cref="ModelFolder"/>: names that are no files.</summary>
    public string[]? Choices { get; set; }

    /// <summary>Gets or sets a type whose public static property <c>All</c> (an <c>ImmutableArray&lt;string&gt;</c>) is the list of choices, where several inputs share one.</summary>
    public Type? ChoicesOf { get; set; }

    /// <summary>Gets or sets the model folder; makes a <c>ModelFileRef</c> parameter a model reference. An <c>object</c> takes the text of a choice as well.</summary>
    public string? ModelFolder { get; set; }

    /// <summary>Gets or sets whether text has several lines.</summary>
    public bool Multiline { get; set; }

    /// <summary>Gets or sets whether the text is a prompt, so that textual inversions it names and the tokenizer's vocabulary count in cache keys.</summary>
    public bool Prompt { get; set; }

    /// <summary>Gets or sets whether ComfyUI keeps a control-after-generate value behind the widget.</summary>
    public bool ControlAfterGenerate { get; set; }

    /// <summary>Gets or sets whether only an edge can feed it.</summary>
    public bool EdgeOnly { get; set; }

    /// <summary>Gets or sets whether the input may be left out although the parameter is not nullable.</summary>
    public bool Optional { get; set; }

    /// <summary>Gets or sets the input whose value decides whether this one is needed; null for always needed.</summary>
    /// <remarks>
    /// What feeds an input that is not needed is not executed for its sake, and the parameter gets null. The deciding input must
    /// be needed always. Together with <see cref="ChosenAt"/>.
    /// </remarks>
    public string? ChosenBy { get; set; }

    /// <summary>Gets or sets the value of <see cref="ChosenBy"/> at which this input is needed.</summary>
    public object? ChosenAt { get; set; }
}

/// <summary>Names the outputs in slot order where ComfyUI's type names (IMAGE, MASK, …) are not right.</summary>
/// <param name="names">One name per output.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OutputsAttribute(params string[] names) : Attribute
{
    /// <summary>Gets the names.</summary>
    public string[] Names { get; } = names;

    /// <summary>Gets or sets the port types where the return type does not tell them; one per output, null to infer.</summary>
    public string?[]? Types { get; set; }

    /// <summary>Gets or sets the slots whose value is a list (an <c>IReadOnlyList</c>) that runs dependents entry by entry.</summary>
    public int[] Lists { get; set; } = [];
}
