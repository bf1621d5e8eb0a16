using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Vortex.Diffusion.Latents;
using Vortex.Diffusion.Sampling;
using Vortex.Diffusion.Sampling.Guidance;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;
using Vortex.Testing.Golden;
using static Vortex.Diffusion.Tests.Sampling.GoldenModel;

namespace Vortex.Diffusion.Tests.Sampling;

[Trait("kind", "golden")]
public sealed class KSamplerGoldenTests(ITestOutputHelper output)
{
    public static TheoryData<string> Runs => [.. GoldenRuns.Labels("05b*", _ => true)];

    [Theory]
    [MemberData(nameof(Runs))]
    public void A_whole_run_ends_where_the_reference_does(string label)
    {
        GoldenRun run = GoldenRuns.Named(label);
        using CpuBackend backend = new();
        using TensorScope scope = TensorScope.Begin();
        Safetensors inputs = run.Case.Tensors("inputs");
        DiffusionModel model = Load(run.Case, backend);
        JsonElement json = run.Json;
        int[] size = [.. run.Case.Json.GetProperty("config").GetProperty("latent").EnumerateArray().Select(value => value.GetInt32())];
        string source = json.GetProperty("latent").GetString()!;
        LatentBatch latent = new()
        {
            Samples = source == "empty" ? backend.Full([json.GetProperty("batch").GetInt32(), .. size], 0) : Tensor(backend, inputs[source]),
            NoiseMask = json.GetProperty("noise_mask").GetBoolean() ? Tensor(backend, inputs["noise_mask"]) : null,
            BatchIndex = json.GetProperty("batch_index") is { ValueKind: JsonValueKind.Array } indices
                ? [.. indices.EnumerateArray().Select(index => index.GetInt32())]
                : null,
        };

        KSampler sampler = new()
        {
            Seed = ulong.Parse(json.GetProperty("seed").GetString()!, CultureInfo.InvariantCulture),
            Steps = json.GetProperty("steps").GetInt32(),
            Cfg = json.GetProperty("cfg").GetSingle(),
            Sampler = json.GetProperty("sampler").GetString()!,
            Scheduler = json.GetProperty("scheduler").GetString()!,
            Denoise = Number(json, "denoise"),
        };
        if (json.GetProperty("advanced") is { ValueKind: JsonValueKind.Object } advanced)
        {
            sampler = sampler with
            {
                StartStep = advanced.GetProperty("start").GetInt32(),
                EndStep = advanced.GetProperty("end").GetInt32(),
                DisablesNoise = advanced.GetProperty("add_noise").GetString() == "disable",
                ForcesFullDenoise = advanced.GetProperty("leftover").GetString() != "enable",
            };
        }

        LatentBatch result = sampler.Sample(
            model, List(Entry(Tensor(backend, inputs["positive"]))), List(Entry(Tensor(backend, inputs["negative"]))), latent, TestContext.Current.CancellationToken);
        double allowed = Math.Max(30 * Number(json.GetProperty("sensitivity_to_2e-7_noise"), "max_abs"), 2e-4);
        GoldenComparison comparison = GoldenComparison.Of(result.Samples.ToArray(), run.Case.Tensors("outputs")[run.Name].Floats());
        output.WriteLine($"{run.Name}: {comparison}; allowed {allowed:G3}");
        Assert.True(
            comparison.Largest <= allowed && comparison.RelativeRms <= Number(run.Case.Json.GetProperty("tolerance"), "rms_rel"), $"{run.Name}: {comparison}; allowed {allowed:G3}");
    }
}
