using System.Text.Json.Serialization;

namespace Vortex.Workflows;

/// <summary>The type of a port. Compared ordinally; a name outside the known ones is a type of its own.</summary>
/// <param name="Name">A known name, or the name another ecosystem uses for a type unknown here, kept as it is.</param>
[JsonConverter(typeof(StringIdConverter<PortType>))]
public readonly record struct PortType(string Name) : IStringId<PortType>
{
    /// <summary>Pictures, float32 [batch, height, width, channels], 0 to 1. ComfyUI: IMAGE.</summary>
    public static PortType Image { get; } = new("Image");

    /// <summary>Masks, float32 [batch, height, width], 1 is selected. ComfyUI: MASK.</summary>
    public static PortType Mask { get; } = new("Mask");

    /// <summary>Latent pictures. ComfyUI: LATENT.</summary>
    public static PortType Latent { get; } = new("Latent");

    /// <summary>Numbers with any shape.</summary>
    public static PortType Tensor { get; } = new("Tensor");

    /// <summary>Text. ComfyUI: STRING.</summary>
    public static PortType Text { get; } = new("Text");

    /// <summary>A number, 64-bit floating point. ComfyUI: FLOAT.</summary>
    public static PortType Number { get; } = new("Number");

    /// <summary>A whole number, -2^63 to 2^64 - 1. ComfyUI: INT. Fits where a Number is asked for.</summary>
    public static PortType Integer { get; } = new("Integer");

    /// <summary>True or false. ComfyUI: BOOLEAN.</summary>
    public static PortType Bool { get; } = new("Bool");

    /// <summary>One of a list of texts. ComfyUI: COMBO, or a list in place of a type.</summary>
    public static PortType Choice { get; } = new("Choice");

    /// <summary>Any JSON value.</summary>
    public static PortType Json { get; } = new("Json");

    /// <summary>A file of the workspace, named by a text; resolved to its digest before a run.</summary>
    public static PortType File { get; } = new("File");

    /// <summary>A model file, named by a text relative to its model folder; resolved to its digest before a run.</summary>
    public static PortType ModelRef { get; } = new("ModelRef");

    /// <summary>Fits everything. ComfyUI: *.</summary>
    public static PortType Any { get; } = new("*");

    /// <inheritdoc />
    string IStringId<PortType>.Value => Name;

    /// <inheritdoc />
    public static PortType Of(string value) => new(value);

    /// <summary>Gets whether a constant in the document can be a value of this type.</summary>
    public bool IsConstant => Name is "Text" or "Number" or "Integer" or "Bool" or "Choice" or "Json" or "File" or "ModelRef";

    /// <inheritdoc />
    public override string ToString() => Name;
}
