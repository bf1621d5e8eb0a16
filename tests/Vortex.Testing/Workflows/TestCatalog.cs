using System.Text.Json;
using Vortex.Workflows;

namespace Vortex.Testing.Workflows;

/// <summary>A small catalog with one type of every sort, all executable.</summary>
public static class TestCatalog
{
    /// <summary>Gets the catalog.</summary>
    public static NodeCatalog Catalog { get; } = new(
    [
        Type("Source", [Input("seed", PortType.Integer) with { Min = 0, Max = ulong.MaxValue, Default = Json("0") }], [new("image", PortType.Image), new("mask", PortType.Mask)]),
        Type("Blend", [Input("a", PortType.Image), Input("b", PortType.Image) with { IsRequired = false }, Input("amount", PortType.Number) with { Min = 0, Max = 1, Default = Json("0.5") }], [new("image", PortType.Image)]),
        Type("Masked", [Input("image", PortType.Image), Input("mask", PortType.Mask) with { IsRequired = false }, Input("mode", PortType.Choice) with { Choices = ["soft", "hard", "2"], Default = Json("\"soft\"") }], [new("image", PortType.Image), new("mask", PortType.Mask)]),
        Type("MaskToImage", [Input("mask", PortType.Mask)], [new("image", PortType.Image)]),
        Type("ImageToMask", [Input("image", PortType.Image), Input("channel", PortType.Choice) with { Choices = ["red", "alpha"], Default = Json("\"red\"") }], [new("mask", PortType.Mask)]),
        Type("Whole", [Input("value", PortType.Integer)], [new("value", PortType.Integer)]),
        Type("Join", [Input("a", PortType.Text) with { Default = Json("\"\"") }, Input("b", PortType.Text) with { IsRequired = false }], [new("text", PortType.Text)]),
        Type("Flag", [Input("on", PortType.Bool) with { Default = Json("false") }], [new("on", PortType.Bool)]),
        Type("Load", [Input("file", PortType.File)], [new("image", PortType.Image)]),
        Type("Save", [Input("image", PortType.Image), Input("prefix", PortType.Text) with { Default = Json("\"out\"") }], []) with { IsOutput = true },
        Type("Show", [Input("value", PortType.Any)], []) with { IsOutput = true },
        Type("Known", [Input("image", PortType.Image) with { IsRequired = false }], [new("image", PortType.Image)]) with { IsExecutable = false },
        .. FlowTypes.All.Select(type => type with { IsExecutable = true }),
    ]);

    /// <summary>Makes an executable type.</summary>
    public static NodeType Type(string name, NodeInput[] inputs, NodeOutput[] outputs) =>
        new() { Name = name, DisplayName = name, Inputs = [.. inputs], Outputs = [.. outputs], IsExecutable = true };

    /// <summary>Makes a required input.</summary>
    public static NodeInput Input(string name, PortType type) => new() { Name = name, Type = type };

    /// <summary>Parses a JSON value.</summary>
    public static JsonElement Json(string text) => JsonElement.Parse(text);
}
