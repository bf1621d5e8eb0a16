namespace Vortex.Workflows;

/// <summary>The one place where ComfyUI's names of types meet ours.</summary>
/// <remarks>
/// Lossless: <c>ToComfy(FromComfy(name))</c> is <c>name</c> for every text. A name unknown here stays as it is; one that
/// would read as one of ours although ComfyUI means something else by it carries the prefix <c>comfy:</c>.
/// </remarks>
public static class ComfyTypes
{
    private const string Escape = "comfy:";

    /// <summary>Returns the port type for a type name of ComfyUI.</summary>
    public static PortType FromComfy(string name) => name switch
    {
        "IMAGE" => PortType.Image,
        "MASK" => PortType.Mask,
        "LATENT" => PortType.Latent,
        "STRING" => PortType.Text,
        "FLOAT" => PortType.Number,
        "INT" => PortType.Integer,
        "BOOLEAN" => PortType.Bool,
        "COMBO" => PortType.Choice,
        "JSON" => PortType.Json,
        "*" => PortType.Any,
        _ when IsOurs(name) || name.StartsWith(Escape, StringComparison.Ordinal) => new PortType(Escape + name),
        _ => new PortType(name),
    };

    /// <summary>Returns ComfyUI's name for a port type. Files and models are choices there: lists of file names.</summary>
    public static string ToComfy(PortType type) => type.Name switch
    {
        "Image" => "IMAGE",
        "Mask" => "MASK",
        "Latent" => "LATENT",
        "Text" => "STRING",
        "Number" => "FLOAT",
        "Integer" => "INT",
        "Bool" => "BOOLEAN",
        "Choice" or "File" or "ModelRef" => "COMBO",
        "Json" => "JSON",
        "Tensor" => "TENSOR",
        string name when name.StartsWith(Escape, StringComparison.Ordinal) => name[Escape.Length..],
        string name => name,
    };

    private static bool IsOurs(string name) =>
        name is "Image" or "Mask" or "Latent" or "Tensor" or "Text" or "Number" or "Integer" or "Bool" or "Choice" or "Json" or "File" or "ModelRef";
}
