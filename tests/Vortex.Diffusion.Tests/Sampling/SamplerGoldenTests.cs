using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Sampling.Guidance;
using Vortex.Diffusion.Sampling.Samplers;
using Vortex.Diffusion.Sampling.Schedules;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;
using Vortex.Testing.Golden;

namespace Vortex.Diffusion.Tests.Sampling;

[Trait("kind", "golden")]
public sealed class SamplerGoldenTests(ITestOutputHelper output)
{
    public static TheoryData<string> Runs => [.. GoldenRuns.Labels("04b*", _ => true)];

    [Theory]
    [MemberData(nameof(Runs))]
    public void Every_sampler_ends_where_the_reference_does(string label)
    {
        GoldenRun run = GoldenRuns.Named(label);
        string model = run.Name[..run.Name.IndexOf('/', StringComparison.Ordinal)];
        string name = run.Name[(model.Length + 1)..];
        JsonElement config = run.Case.Json.GetProperty("config");
        ModelSampling sampling = SamplingModels.Of(config.GetProperty("models").GetProperty(model));
        Safetensors tensors = run.Case.Tensors(model);
        string sampler = run.Json.GetProperty("sampler").GetString()!;

        float[] sigmas = Schedulers.ForSampler(
            sampler, run.Json.GetProperty("scheduler").GetString()!, sampling, run.Json.GetProperty("steps").GetInt32(), run.Json.GetProperty("denoise").GetDouble());
        float[] expectedSigmas = tensors[$"{name}.sigmas"].Floats();
        Assert.True(GoldenComparison.Of(sigmas, expectedSigmas).RelativeRms < 1e-6);

        using CpuBackend backend = new();
        using TensorScope scope = TensorScope.Begin();
        AnalyticDenoiser denoiser = new(config, sampling, run.Json.GetProperty("cfg").GetSingle());
        string seedText = run.Json.GetProperty("seed").GetString()!;
        ulong seed = ulong.Parse(seedText, CultureInfo.InvariantCulture);
        Tensor noise = Load(backend, tensors[$"noise.seed{seedText}"]);
        bool hasLatent = run.Json.GetProperty("denoise").GetDouble() < 1 && tensors.Contains("latent");
        Tensor latent = hasLatent ? Load(backend, tensors["latent"]) : backend.Full(noise.Shape, 0);
        List<float[]> pictures = [];
        Tensor start = sampling.AddNoise(expectedSigmas[0], noise, latent, SampledLatent.IsFromPureNoise(sampling, expectedSigmas));
        using Tensor end = SamplerRegistry.Sample(
            new SamplerRecipe(sampler), denoiser, start, expectedSigmas, seed, step => pictures.Add(step.Denoised.ToArray()), TestContext.Current.CancellationToken);
        float[] actual = sampling.RemoveScale(expectedSigmas[^1], end).ToArray();

        JsonElement measured = run.Json.GetProperty("float32_vs_float64");
        double allowed = Math.Max(20 * measured.GetProperty("max_abs").GetDouble(), 2e-6 * measured.GetProperty("out_absmax").GetDouble());
        GoldenComparison comparison = GoldenComparison.Of(actual, tensors[$"{name}.out"].Floats());
        GoldenComparison steps = GoldenComparison.Of([.. pictures.SelectMany(values => values)], tensors[$"{name}.denoised"].Floats());
        output.WriteLine($"{name}: {comparison}; steps {steps}; allowed {allowed:G3}");
        Assert.True(comparison.Largest <= allowed, $"{name}: {comparison}; allowed {allowed:G3}");
        Assert.True(steps.RelativeRms < 1e-4, $"{name}: {steps}");
        Assert.Equal(run.Json.GetProperty("evaluations").GetInt32(), denoiser.Evaluations);
    }

    [Fact]
    public void What_a_mask_keeps_is_kept_as_the_reference_keeps_it()
    {
        foreach (GoldenCase golden in GoldenCase.Find("04b*"))
        {
            ModelSampling sampling = DiscreteSampling.Create(PredictionKind.Noise);
            Safetensors tensors = golden.Tensors("inpaint_eps");
            using CpuBackend backend = new();
            foreach (string entry in tensors.Names.Where(name => name.EndsWith(".out", StringComparison.Ordinal)))
            {
                using TensorScope scope = TensorScope.Begin();
                string[] parts = entry.Split('.');
                float[] sigmas = tensors[$"{parts[0]}.{parts[1]}.sigmas"].Floats();
                (Tensor noise, Tensor latent) = (Load(backend, tensors["noise"]), Load(backend, tensors["latent"]));
                AnalyticDenoiser inner = new(golden.Json.GetProperty("config"), sampling, 2);
                ulong seed = Seed(golden);
                MaskedDenoiser masked = new(inner, Load(backend, tensors[$"mask_{parts[1]}"]), latent, SampledLatent.MaskNoise(parts[0], noise, seed));
                Tensor start = sampling.AddNoise(sigmas[0], noise, latent, SampledLatent.IsFromPureNoise(sampling, sigmas));
                using Tensor end = SamplerRegistry.Sample(new SamplerRecipe(parts[0]), masked, start, sigmas, seed, null, TestContext.Current.CancellationToken);
                GoldenComparison comparison = GoldenComparison.Of(end.ToArray(), tensors[entry].Floats());
                output.WriteLine($"{entry}: {comparison}");
                Assert.True(comparison.Largest <= 2e-5, $"{entry}: {comparison}");
            }
        }
    }

    private static ulong Seed(GoldenCase golden) => ulong.Parse(golden.Runs[0].Json.GetProperty("seed").GetString()!, CultureInfo.InvariantCulture);

    private static Tensor Load(CpuBackend backend, GoldenTensor tensor) => backend.From(tensor.Floats(), new Shape(tensor.Shape));

    /// <summary>The denoiser that the reference's samplers were recorded with.</summary>
    private sealed class AnalyticDenoiser(JsonElement config, ModelSampling sampling, float cfg) : IDenoiser
    {
        private readonly ImmutableArray<float> _positive = Values(config, "c_cond_per_channel");
        private readonly ImmutableArray<float> _negative = Values(config, "c_uncond_per_channel");

        public ModelSampling Sampling => sampling;

        public int Evaluations { get; private set; }

        public Denoised Denoise(Tensor x, float sigma, bool needsUnconditional)
        {
            Evaluations++;
            (Tensor positive, Tensor negative) = (Network(x, sigma, _positive), Network(x, sigma, _negative));
            return new Denoised(negative + ((positive - negative) * cfg), negative);
        }

        private static ImmutableArray<float> Values(JsonElement config, string name) => [.. config.GetProperty(name).EnumerateArray().Select(value => value.GetSingle())];

        private Tensor Network(Tensor x, float sigma, ImmutableArray<float> shift)
        {
            Tensor input = sampling.CalculateInput(x, sigma);
            Tensor channels = x.Backend.From(shift.AsSpan(), [1, shift.Length, 1, 1]);
            float wave = 0.05f * MathF.Cos(0.003f * sampling.Timestep(sigma));
            Tensor value = (input * 0.7f) + (((input * 1.3f) + channels).Map(UnaryOp.Tanh) * 0.25f) + wave;
            return sampling.CalculateDenoised(value, x, sigma);
        }
    }
}
