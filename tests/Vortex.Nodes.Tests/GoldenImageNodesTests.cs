using System.Collections;
using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Diffusion.Latents;
using Vortex.Imaging;
using Vortex.Tensors;
using Vortex.Testing.Golden;
using Vortex.Workflows;

namespace Vortex.Nodes.Tests;

/// <summary>Every recorded run of image, mask and latent nodes, through the method the catalog names, within the tolerance of its case.</summary>
[Trait("kind", "golden")]
public sealed class GoldenImageNodesTests
{
    private const string Cases = "08*";

    // One step of 8 bits, where a float lies on the boundary between two of them.
    private const double LanczosStep = (1.0 / 255) + 1e-6;
    private const double LanczosShare = 0.005;

    private static readonly HashSet<string> s_exact = ["ImageQuantize", "GrowMask", "CropMask", "ThresholdMask", "Canny", "Morphology", "ImageFlip", "ImageRotate", "ImageCrop"];

    public static TheoryData<string> Runs => [.. GoldenRuns.Labels(Cases, run => BuiltIn.Find(run.Node) is not null)];

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task Node_gives_what_ComfyUI_gave(string label)
    {
        GoldenRun run = GoldenRuns.Named(label);
        NodeMethod method = BuiltIn.Node(run.Node);
        Dictionary<string, object?> inputs = run.Inputs.EnumerateObject().ToDictionary(input => input.Name, input => Value(run, method.Type, input));

        ImmutableArray<object?> outputs = await method.InvokeAsync(inputs, new SilentContext(TestContext.Current.CancellationToken));

        Assert.Equal(run.Outputs.GetArrayLength(), outputs.Length);
        foreach ((object? actual, GoldenTensor expected) in outputs.SelectMany((output, slot) => Pairs(run, run.Outputs[slot], output)))
        {
            Check(run, expected, actual);
        }
    }

    [Fact]
    public void Every_run_has_its_node() =>
        Assert.Empty(GoldenRuns.Find(Cases).Select(run => run.Node).Where(node => BuiltIn.Find(node) is null).Distinct());

    private static object? Value(GoldenRun run, NodeType type, JsonProperty input)
    {
        if (input.Value.ValueKind != JsonValueKind.Object)
        {
            return input.Value.Clone();
        }

        if (input.Value.TryGetProperty("list_of_latents", out JsonElement latents))
        {
            return latents.EnumerateArray().Select(name => (object?)new LatentBatch { Samples = Tensor(run, name.GetString()!) }).ToArray();
        }

        if (input.Value.TryGetProperty("latent", out JsonElement latent))
        {
            return new LatentBatch
            {
                Samples = Tensor(run, latent.GetString()!),
                NoiseMask = input.Value.TryGetProperty("noise_mask", out JsonElement mask) ? Tensor(run, mask.GetString()!) : null,
                BatchIndex = input.Value.TryGetProperty("batch_index", out JsonElement index) ? [.. index.EnumerateArray().Select(number => number.GetInt32())] : null,
            };
        }

        PortType port = type.FindInput(input.Name)!.Type;
        return input.Value.TryGetProperty("list", out JsonElement list)
            ? list.EnumerateArray().Select(name => Batch(run.Case.Tensors("inputs")[name.GetString()!], port)).ToArray()
            : Batch(run.InputTensor(input.Name), port);
    }

    private static Tensor Tensor(GoldenRun run, string name)
    {
        GoldenTensor golden = run.Case.Tensors("inputs")[name];
        return TestModels.Backend.From(golden.Floats(), new Shape(golden.Shape)).Detach();
    }

    private static object? Batch(GoldenTensor tensor, PortType port) => port == PortType.Image
        ? new ImageBatch(tensor.Shape[0], tensor.Shape[1], tensor.Shape[2], tensor.Shape[3], tensor.Floats())
        : new MaskBatch(tensor.Shape[0], tensor.Shape[1], tensor.Shape[2], tensor.Floats());

    private static IEnumerable<(object? Actual, GoldenTensor Expected)> Pairs(GoldenRun run, JsonElement output, object? actual)
    {
        if (output.GetProperty("kind").GetString() == "list")
        {
            IReadOnlyList<object> items = Assert.IsAssignableFrom<IEnumerable>(actual).Cast<object>().ToArray();
            Assert.Equal(output.GetProperty("items").GetArrayLength(), items.Count);
            return items.Zip(output.GetProperty("items").EnumerateArray()).SelectMany(pair => Pairs(run, pair.Second, pair.First));
        }

        if (output.GetProperty("kind").GetString() == "latent")
        {
            return LatentPairs(run, output.GetProperty("entries"), Assert.IsType<LatentBatch>(actual));
        }

        return [(actual, Output(output))];

        GoldenTensor Output(JsonElement golden) => run.Case.Tensors("outputs")[golden.GetProperty("name").GetString()!];
    }

    private static IEnumerable<(object? Actual, GoldenTensor Expected)> LatentPairs(GoldenRun run, JsonElement entries, LatentBatch latent)
    {
        int[]? numbers = entries.TryGetProperty("batch_index", out JsonElement index)
            ? [.. index.GetProperty("value").EnumerateArray().Select(number => number.GetInt32())]
            : null;
        Assert.Equal(numbers, latent.BatchIndex?.ToArray());
        Assert.Equal(entries.TryGetProperty("noise_mask", out JsonElement mask), latent.NoiseMask is not null);
        yield return (latent.Samples, run.Case.Tensors("outputs")[entries.GetProperty("samples").GetString()!]);
        if (latent.NoiseMask is { } actual)
        {
            yield return (actual, run.Case.Tensors("outputs")[mask.GetString()!]);
        }
    }

    private static void Check(GoldenRun run, GoldenTensor expected, object? actual)
    {
        (int[] shape, float[] values) = actual switch
        {
            ImageBatch image => ([image.Count, image.Height, image.Width, image.Channels], image.Values),
            MaskBatch mask => ((int[])[mask.Count, mask.Height, mask.Width], mask.Values),
            Tensor tensor => ([.. tensor.Shape], tensor.ToArray()),
            _ => throw new InvalidOperationException($"{run} gave {actual}."),
        };
        Assert.Equal(expected.Shape, shape);
        GoldenComparison comparison = GoldenComparison.Of(values, expected.Floats());
        TestContext.Current.TestOutputHelper?.WriteLine($"{run}: {comparison}");
        string method = Text(run, "upscale_method");
        if (method == "lanczos")
        {
            Assert.True(comparison.Largest <= LanczosStep && comparison.DifferingShare < LanczosShare, $"{run}: {comparison}");
            return;
        }

        bool exact = method == "nearest-exact" || s_exact.Contains(run.Node) || Text(run, "operation") is "and" or "or" or "xor";
        JsonElement tolerances = run.Case.Json.GetProperty("tolerance");
        double tolerance = exact ? 0 : tolerances.GetProperty(method is "bicubic" or "bislerp" ? method : "abs").GetDouble();
        Assert.True(comparison.Largest <= tolerance, $"{run}: {comparison}, allowed {tolerance}");
    }

    private static string Text(GoldenRun run, string input) =>
        run.Inputs.TryGetProperty(input, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
