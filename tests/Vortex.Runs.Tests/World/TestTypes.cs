using System.Text.Json;
using Vortex.Workflows;

namespace Vortex.Runs.Tests;

/// <summary>Node types for tests: each shows one thing that planning or submitting looks at.</summary>
internal static class TestTypes
{
    public static NodeCatalog Catalog { get; } = new(
    [
        Type("Source", [Input("value", PortType.Number, 0)]),
        Type("Op", [Any("a"), Any("b"), Input("amount", PortType.Number, 1)]),
        Type("Two", [Any("a")]) with { Outputs = [new("first", PortType.Any), new("second", PortType.Any)] },
        Type("Tiny", [Any("a")]) with { Resources = NodeResources.Trivial },
        Type("Gpu", [Any("a"), Any("b"), Input("amount", PortType.Number, 1)]) with { Resources = NodeResources.Heavy },
        Type("Video", [Any("a")]) with { Pack = "video" },
        Type("Imaging", [Any("a")]) with { Pack = "core.imaging" },
        Type("Dice", [Any("a")]) with { IsDeterministic = false },
        Type("Save", [Any("a"), Input("name", PortType.Text, "out")]) with { IsOutput = true, Outputs = [] },
        Type("Load", [new NodeInput { Name = "file", Type = PortType.File }]),
        Type("Checkpoint", [new NodeInput { Name = "model", Type = PortType.ModelRef, ModelFolder = "checkpoints" }]),
        Type("Prompt", [Any("a"), Input("text", PortType.Text, "") with { IsPrompt = true }]),
        Type("Vae", [new NodeInput { Name = "vae", Type = PortType.ModelRef, ModelFolder = "vae", Choices = ["pixel_space"] }]),
        Type("Sampler",
        [
            Any("a"),
            Input("seed", PortType.Integer, 0) with { Min = 0, Max = ulong.MaxValue, HasControlAfterGenerate = true },
        ]),
        Type("SmallSeed", [Any("a"), Input("noise_seed", PortType.Integer, 0) with { Min = 0, Max = uint.MaxValue }]),
        Type("Unknown", [Any("a")]) with { IsExecutable = false },
    ]);

    private static NodeType Type(string name, NodeInput[] inputs) => new()
    {
        Name = name,
        DisplayName = name,
        Inputs = [.. inputs],
        Outputs = [new("out", PortType.Any)],
        IsExecutable = true,
    };

    private static NodeInput Any(string name) => new() { Name = name, Type = PortType.Any, IsRequired = false };

    private static NodeInput Input<T>(string name, PortType type, T standard) =>
        new() { Name = name, Type = type, IsRequired = false, Default = JsonSerializer.SerializeToElement(standard) };
}
