using System.Collections.Immutable;
using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Networks;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Sampling;
using Vortex.Diffusion.Sampling.Guidance;
using Vortex.Diffusion.Tests.Networks;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;
using Vortex.Testing.Golden;
using static Vortex.Diffusion.Tests.Sampling.GoldenModel;

namespace Vortex.Diffusion.Tests.Sampling;

/// <summary>What control networks do to a model's answer, through the nodes' ways to put them on prompts.</summary>
[Trait("kind", "golden")]
public sealed class ControlGoldenTests(ITestOutputHelper output)
{
    [Fact]
    public void Control_networks_steer_as_much_as_in_the_reference()
    {
        foreach (GoldenCase golden in GoldenCase.Find("05c*"))
        {
            double allowed = golden.Json.GetProperty("tolerance").GetProperty("effect.* abs").GetDouble();
            string[] runs = [.. golden.Tensors("outputs").Names.Where(name => name.StartsWith("effect.", StringComparison.Ordinal))];
            foreach (string run in runs)
            {
                GoldenComparison comparison = GoldenComparison.Of(Denoised(golden, run.Split('.', 2)[1].Replace(".denoised", "", StringComparison.Ordinal)), golden.Tensors("outputs")[run].Floats());
                output.WriteLine($"{run}: {comparison}");
                Assert.True(comparison.Largest <= allowed, $"{run}: {comparison}");
            }
        }
    }

    private static float[] Denoised(GoldenCase golden, string run)
    {
        using CpuBackend backend = new();
        using TensorScope scope = TensorScope.Begin();
        Safetensors inputs = golden.Tensors("inputs");
        NetworkGolden tools = new(golden, backend);
        DiffusionModel model = Load(golden, backend);
        ControlNetwork network = ControlNetwork.Load(tools.Weights("model"), ((UNet)model.Network).Config);
        model = model with { Controls = _ => network };

        Tensor Hint(string name) => Tensor(backend, inputs[name]).Permute(0, 3, 1, 2);
        ControlRecipe recipe = new(new WeightsRecipe.FromFiles([]));
        ControlRequest Request(string image, float strength, float start = 0, float end = 1, bool both = false) =>
            new(recipe, Hint(image), strength, start, end) { IsOnBoth = both };
        ImmutableArray<ControlRequest> controls = run switch
        {
            "advanced_1.0" or "batch2" => [Request("image", 1)],
            "batch2_hint2" => [Request("image_batch2", 1)],
            "advanced_other_size" => [Request("image_other_size", 0.55f)],
            "apply_0.8" => [Request("image", 0.8f, both: true)],
            "out_of_range" => [Request("image", 1, 0.6f, 1)],
            "range_0_0.5" => [Request("image", 1, 0, 0.5f)],
            "chained" => [Request("image_other_size", 0.4f), Request("image", 0.7f)],
            _ => [],
        };
        ConditioningEntry positive = Entry(Tensor(backend, inputs["positive"])) with { Controls = controls };
        ConditioningEntry negative = Entry(Tensor(backend, inputs["negative"])) with { Controls = run.StartsWith("apply", StringComparison.Ordinal) ? [] : controls };
        Tensor noise = Tensor(backend, inputs[run.StartsWith("batch2", StringComparison.Ordinal) ? "noise2" : "noise"]);
        float[] denoised = [];
        _ = new GuidedSampling
        {
            Guider = new CfgGuider(model, List(positive), List(negative), 5),
            Sampler = new SamplerRecipe("euler"),
            Sigmas = [4, 0],
            OnStep = step => denoised = step.Denoised.ToArray(),
        }.Sample(backend.Full(noise.Shape, 0), noise, null, TestContext.Current.CancellationToken);
        return denoised;
    }
}
