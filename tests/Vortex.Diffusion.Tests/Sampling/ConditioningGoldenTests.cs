using System.Text.Json;
using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Sampling;
using Vortex.Diffusion.Sampling.Guidance;
using Vortex.Diffusion.Sampling.Samplers;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;
using Vortex.Testing.Golden;
using static Vortex.Diffusion.Tests.Sampling.GoldenModel;

namespace Vortex.Diffusion.Tests.Sampling;

/// <summary>One evaluation of a model through everything prompts can carry.</summary>
[Trait("kind", "golden")]
public sealed class ConditioningGoldenTests(ITestOutputHelper output)
{
    public static TheoryData<string> Runs => [.. GoldenRuns.Labels("05a*", run => IsDescribed(run.Name))];

    [Theory]
    [MemberData(nameof(Runs))]
    public void Prompts_count_where_and_when_they_do_in_the_reference(string label)
    {
        GoldenRun run = GoldenRuns.Named(label);
        using CpuBackend backend = new();
        using TensorScope scope = TensorScope.Begin();
        Safetensors inputs = run.Case.Tensors("inputs");
        DiffusionModel model = Load(run.Case, backend).WithOptions([.. Options(run.Name)]);
        Prompts prompts = new(backend, inputs);
        (ConditioningList positive, ConditioningList negative) = prompts.For(run.Name);
        Tensor noise = Tensor(backend, inputs[run.Json.GetProperty("noise").GetString()!]);
        bool hasLatent = run.Name is "latent" or "denoise_mask";
        Tensor latent = hasLatent ? Tensor(backend, inputs["latent"]) : backend.Full(noise.Shape, 0);
        Tensor? mask = run.Name == "denoise_mask" ? Tensor(backend, inputs["mask.soft"]) : null;

        float[]? denoised = null;
        float[]? x = null;
        SampledPictures result = new GuidedSampling
        {
            Guider = new CfgGuider(model, positive, negative, run.Json.GetProperty("cfg").GetSingle()),
            Sampler = new SamplerRecipe("euler"),
            Sigmas = [run.Json.GetProperty("sigma").GetSingle(), 0],
            OnStep = step => (x, denoised) = (step.X.ToArray(), step.Denoised.ToArray()),
        }.Sample(latent, noise, mask, TestContext.Current.CancellationToken);

        JsonElement tolerance = run.Case.Json.GetProperty("tolerance");
        Compare(run, "x", x!, tolerance);
        Compare(run, "denoised", denoised!, tolerance);
        Compare(run, "out", result.Latent.ToArray(), tolerance);
    }

    // These two do not say which areas were recorded.
    private static bool IsDescribed(string name) => name is not ("two_areas" or "area_out_of_bounds");

    private void Compare(GoldenRun run, string what, float[] actual, JsonElement tolerance)
    {
        GoldenComparison comparison = GoldenComparison.Of(actual, run.Case.Tensors("outputs")[$"{run.Name}.{what}"].Floats());
        output.WriteLine($"{run.Name}.{what}: {comparison}");
        Assert.True(
            comparison.Largest <= Number(tolerance, "abs") && comparison.RelativeRms <= Number(tolerance, "rms_rel"), $"{run.Name}.{what}: {comparison}");
    }

    private static IEnumerable<OptionRecipe> Options(string run) => run switch
    {
        "rescale_cfg" => [ModelOptions.Of(ModelOptions.RescaleCfg, ("multiplier", 0.7))],
        "FreeU" => [ModelOptions.Of(ModelOptions.FreeU, ("b1", 1.3), ("b2", 1.4), ("s1", 0.9), ("s2", 0.2))],
        "FreeU_V2" => [ModelOptions.Of(ModelOptions.FreeUV2, ("b1", 1.3), ("b2", 1.4), ("s1", 0.9), ("s2", 0.2))],
        _ when run.StartsWith("model_sampling_", StringComparison.Ordinal) =>
            [ModelOptions.Of(ModelOptions.SamplingDiscrete, ("sampling", run["model_sampling_".Length..].Replace("_zsnr", "", StringComparison.Ordinal)), ("zsnr", run.EndsWith("_zsnr", StringComparison.Ordinal)))],
        _ => [],
    };

    private sealed class Prompts(ITensorBackend backend, Safetensors inputs)
    {
        private readonly ConditioningEntry _a = Entry(Tensor(backend, inputs["cond.a"]));
        private readonly ConditioningEntry _b = Entry(Tensor(backend, inputs["cond.b"]));
        private readonly ConditioningEntry _negative = Entry(Tensor(backend, inputs["cond.neg"]));

        public (ConditioningList Positive, ConditioningList Negative) For(string run) => run switch
        {
            "long_positive" => (List(Entry(Tensor(backend, inputs["cond.long"]))), List(_negative)),
            "combine" => (List(_a, _b), List(_negative)),
            "concat" => (List(_a with { Text = backend.Concat([_a.Text, _b.Text], 1) }), List(_negative)),
            "average1.0" => (List(_a), List(_negative)),
            "average0.35" => (List(_a with { Text = (_a.Text * 0.35f) + (_b.Text * (1f - 0.35f)) }), List(_negative)),
            "zero_out_negative" => (List(_a), List(_a with { Text = backend.Full(_a.Text.Shape, 0) })),
            "area_only" => (List(Area), List(_negative)),
            "area_combined" => (List(Area, _b), List(_negative)),
            "area_percentage" => (List(_a with { Area = new ConditioningArea(0.4f, 0.5f, 0.25f, 0.3f, true), Strength = 0.9f }, _b), List(_negative)),
            "area_strength" => (List(_a with { Strength = 0.4f }, _b), List(_negative)),
            _ when run.StartsWith("mask_", StringComparison.Ordinal) => (List(Masked(run["mask_".Length..]), _b), List(_negative)),
            _ when run.StartsWith("timestep_range_", StringComparison.Ordinal) => (List(Ranged(run.Split('_')[2..]), _b), List(_negative)),
            _ => (List(_a), List(_negative)),
        };

        private ConditioningEntry Area => _a with { Area = new ConditioningArea(48 / 8, 64 / 8, 24 / 8, 16 / 8, false) };

        private ConditioningEntry Masked(string name)
        {
            bool isBounds = name.EndsWith("_bounds", StringComparison.Ordinal);
            string mask = name[..name.LastIndexOf('_')];
            return _a with { Mask = Tensor(backend, inputs[$"mask.{mask}"]), MaskStrength = isBounds ? 0.6f : 1, AreaToMaskBounds = isBounds };
        }

        private ConditioningEntry Ranged(string[] range) => _a with
        {
            Start = float.Parse(range[0], System.Globalization.CultureInfo.InvariantCulture),
            End = float.Parse(range[1], System.Globalization.CultureInfo.InvariantCulture),
        };
    }
}
