using Vortex.Imaging;

namespace Vortex.Nodes.Tests.Packs;

/// <summary>Tiny pictures for node tests, and what they are compared with.</summary>
internal static class Pictures
{
    internal static ImageBatch Row(params float[] values) => new(1, 1, values.Length, 1, values);

    internal static ImageBatch Rgb(float red, float green, float blue) => new(1, 1, 1, 3, [red, green, blue]);

    internal static ImageBatch Solid(float value, int width, int height, int channels = 3, int count = 1)
    {
        float[] values = new float[count * height * width * channels];
        values.AsSpan().Fill(value);
        return new(count, height, width, channels, values);
    }

    internal static MaskBatch Mask(params float[] values) => new(1, 1, values.Length, values);

    /// <summary>Runs a node and returns the values of its first output.</summary>
    internal static async Task<float[]> ValuesAsync(string node, params (string Name, object? Value)[] inputs) =>
        (await BuiltIn.RunAsync(node, inputs))[0] switch
        {
            ImageBatch image => image.Values,
            MaskBatch mask => mask.Values,
            var other => throw new InvalidOperationException($"{node} gave {other}."),
        };

    /// <summary>Asserts what the first output of a node is.</summary>
    internal static async Task GivesAsync(float[] expected, string node, params (string Name, object? Value)[] inputs) =>
        Assert.Equal(expected, await ValuesAsync(node, inputs));

    /// <summary>Asserts that a node refuses its inputs, with that code and at that input.</summary>
    internal static async Task RefusesAsync(string code, string? port, string node, params (string Name, object? Value)[] inputs)
    {
        NodeProblemException problem = await Assert.ThrowsAsync<NodeProblemException>(() => BuiltIn.RunAsync(node, inputs));
        Assert.Equal((code, port), (problem.Code, problem.Port));
        Assert.EndsWith(".", problem.Message, StringComparison.Ordinal);
    }
}
