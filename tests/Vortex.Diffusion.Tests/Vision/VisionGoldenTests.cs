using System.Text.Json;
using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Tests.Text;
using Vortex.Diffusion.Vision;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;
using Vortex.Testing.Golden;

namespace Vortex.Diffusion.Tests.Vision;

[Trait("kind", "golden")]
public sealed class VisionGoldenTests
{
    [Theory]
    [InlineData("14a*")]
    [InlineData("14b*")]
    [InlineData("14c*")]
    public void Pictures_are_prepared_and_seen_as_by_the_reference(string pattern)
    {
        using CpuBackend backend = new();
        foreach (GoldenCase found in GoldenCase.Find(pattern))
        {
            VisionEncoder encoder = Encoder(found, backend);
            Safetensors inputs = Inputs(found);
            Safetensors outputs = found.Tensors("outputs");
            foreach (string name in outputs.Names.Where(name => name.EndsWith(".image_embeds", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            {
                using TensorScope scope = TensorScope.Begin();
                string run = name[..^".image_embeds".Length];
                bool crop = !run.EndsWith(".nocrop", StringComparison.Ordinal);
                Tensor picture = GoldenWeights.ToTensor(inputs[(crop ? run : run[..^".nocrop".Length]) + ".image"], backend);
                GoldenTensor pixels = Pixels(found)[run + ".pixel_values"];
                AssertSameBesideTies(found, pixels, VisionPreprocessing.Prepare(picture, encoder.Config, crop), encoder.Config, run);

                // What the network says is held to the reference on the reference's own pixels.
                VisionOutput seen = encoder.Forward(GoldenWeights.ToTensor(pixels, backend), null, default);
                GoldenWeights.AssertClose(found, outputs[name], seen.Embedding, name);
                GoldenWeights.AssertClose(found, outputs[run + ".last_hidden_state"], seen.LastHidden, run + " last");
                GoldenWeights.AssertClose(found, outputs[run + ".penultimate_hidden_states"], seen.PenultimateHidden, run + " penultimate");
            }
        }
    }

    [Theory]
    [InlineData("14a*")]
    [InlineData("14b*")]
    [InlineData("14c*")]
    public void Every_block_says_what_the_reference_says(string pattern)
    {
        using CpuBackend backend = new();
        foreach (GoldenCase found in GoldenCase.Find(pattern))
        {
            using TensorScope scope = TensorScope.Begin();
            VisionEncoder encoder = Encoder(found, backend);
            Tensor picture = GoldenWeights.ToTensor(Inputs(found)[found.Json.GetProperty("trace_case").GetString() + ".image"], backend);
            int seen = 0;
            encoder.Forward(
                VisionPreprocessing.Prepare(picture, encoder.Config),
                (name, x) =>
                {
                    GoldenWeights.AssertClose(found, found.Tensors("trace")[name], x, name);
                    seen++;
                },
                default);
            Assert.Equal(found.Tensors("trace").Names.Count(), seen);
        }
    }

    private static VisionEncoder Encoder(GoldenCase found, CpuBackend backend)
    {
        JsonElement config = found.Json.GetProperty("config");
        int Size(string name) => config.GetProperty(name).GetInt32();
        IWeightSource weights = VisionWeights.From(GoldenWeights.Weights(found, backend));
        VisionActivation activation = config.GetProperty("hidden_act").GetString() switch
        {
            "quick_gelu" => VisionActivation.QuickGelu,
            "gelu" => VisionActivation.Gelu,
            _ => VisionActivation.GeluTanh,
        };
        VisionConfig sizes = new(
            Size("hidden_size"),
            Size("num_hidden_layers"),
            Size("num_attention_heads"),
            Size("intermediate_size"),
            Size("patch_size"),
            Size("image_size"),
            config.GetProperty("model_type").GetString()!.StartsWith("siglip", StringComparison.Ordinal) ? VisionKind.Siglip : VisionKind.Clip,
            activation);
        Assert.Equal(sizes, VisionConfig.Detect(new WeightSet(weights)) with { Heads = sizes.Heads, Activation = sizes.Activation });
        return new VisionEncoder(weights, sizes);
    }

    /// <summary>A value halfway between two of the 256 levels may round to either.</summary>
    private static void AssertSameBesideTies(GoldenCase found, GoldenTensor expected, Tensor actual, VisionConfig config, string run)
    {
        Assert.Equal(expected.Shape, actual.Shape.ToArray());
        double limit = found.Json.GetProperty("tolerance").GetProperty("abs").GetDouble();
        double level = limit + (1 / 255.0 / config.Deviation.Min());
        double[] differences = [.. actual.ToArray().Zip(expected.Floats(), (a, b) => Math.Abs((double)a - b)).Where(difference => difference > limit)];
        Assert.True(
            differences.All(difference => difference <= level) && differences.Length <= expected.Length / 1000,
            $"{found.Name} {run}: {differences.Length} of {expected.Length} pixels differ, by up to {differences.DefaultIfEmpty().Max()}");
    }

    // The pixels of the second case are those of the first: both prepare pictures alike.
    private static Safetensors Pixels(GoldenCase found) =>
        (found.Tensors("outputs").Names.Any(name => name.EndsWith(".pixel_values", StringComparison.Ordinal)) ? found : GoldenCase.Find("14a*")[0]).Tensors("outputs");

    // The pictures of the other cases are those of the first.
    private static Safetensors Inputs(GoldenCase found) =>
        (File.Exists(Path.Combine(found.Folder, "inputs.safetensors")) ? found : GoldenCase.Find("14a*")[0]).Tensors("inputs");
}
