using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Latents;
using Vortex.Diffusion.Management;
using Vortex.Diffusion.Recipes;
using Vortex.Tensors;
using Vortex.Testing.Golden;

namespace Vortex.Nodes.Tests;

/// <summary>Every recorded run of KSampler and KSamplerAdvanced, through the node and the model manager, within the tolerance of its case.</summary>
[Trait("kind", "golden")]
public sealed class GoldenSamplingNodesTests(ITestOutputHelper output)
{
    public static TheoryData<string> Runs => [.. GoldenRuns.Labels("05b*", _ => true)];

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task Node_ends_where_ComfyUI_ends(string label)
    {
        GoldenRun run = GoldenRuns.Named(label);
        string path = Path.Combine(run.Case.Folder, "..", run.Case.Json.GetProperty("config").GetProperty("model").GetString()!);
        ModelFileRef file = new("checkpoints", "golden.safetensors", Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken))));
        using ModelManager models = new(TestModels.Backend, new OneFile(path));
        Dictionary<string, object?> inputs = new()
        {
            ["model"] = new ModelRecipe(new WeightsRecipe.FromFiles([file])),
            ["positive"] = Prompt(run, "positive"),
            ["negative"] = Prompt(run, "negative"),
            ["latent_image"] = Latent(run),
            ["steps"] = run.Json.GetProperty("steps"),
            ["cfg"] = run.Json.GetProperty("cfg"),
            ["sampler_name"] = run.Json.GetProperty("sampler"),
            ["scheduler"] = run.Json.GetProperty("scheduler"),
        };
        ulong seed = ulong.Parse(run.Json.GetProperty("seed").GetString()!, CultureInfo.InvariantCulture);
        bool isAdvanced = run.Json.GetProperty("advanced") is { ValueKind: JsonValueKind.Object };
        if (isAdvanced)
        {
            JsonElement advanced = run.Json.GetProperty("advanced");
            inputs["noise_seed"] = seed;
            inputs["add_noise"] = advanced.GetProperty("add_noise");
            inputs["start_at_step"] = advanced.GetProperty("start");
            inputs["end_at_step"] = advanced.GetProperty("end");
            inputs["return_with_leftover_noise"] = advanced.GetProperty("leftover");
        }
        else
        {
            inputs["seed"] = seed;
            inputs["denoise"] = run.Json.GetProperty("denoise");
        }

        RecordingContext context = new(models);
        ImmutableArray<object?> outputs = await BuiltIn.Node(isAdvanced ? "KSamplerAdvanced" : "KSampler").InvokeAsync(inputs, context);

        LatentBatch latent = Assert.IsType<LatentBatch>(Assert.Single(outputs));
        double allowed = Math.Max(30 * run.Json.GetProperty("sensitivity_to_2e-7_noise").GetProperty("max_abs").GetDouble(), 2e-4);
        GoldenComparison comparison = GoldenComparison.Of(latent.Samples.ToArray(), run.Case.Tensors("outputs")[run.Name].Floats());
        output.WriteLine($"{run.Name}: {comparison}; allowed {allowed:G3}");
        Assert.True(comparison.Largest <= allowed && comparison.RelativeRms <= run.Case.Json.GetProperty("tolerance").GetProperty("rms_rel").GetDouble(), $"{run.Name}: {comparison}; allowed {allowed:G3}");
        Assert.NotEmpty(context.Reports);
        Assert.All(context.Previews, preview => Assert.Equal((latent.Width, latent.Height), (preview.Width, preview.Height)));
    }

    private static ConditioningList Prompt(GoldenRun run, string name) => new([new ConditioningEntry { Text = Tensor(run.Case.Tensors("inputs")[name]) }]);

    private static LatentBatch Latent(GoldenRun run)
    {
        string source = run.Json.GetProperty("latent").GetString()!;
        int[] size = [.. run.Case.Json.GetProperty("config").GetProperty("latent").EnumerateArray().Select(value => value.GetInt32())];
        return new LatentBatch
        {
            Samples = source == "empty" ? TestModels.Backend.Full([run.Json.GetProperty("batch").GetInt32(), .. size], 0).Detach() : Tensor(run.Case.Tensors("inputs")[source]),
            NoiseMask = run.Json.GetProperty("noise_mask").GetBoolean() ? Tensor(run.Case.Tensors("inputs")["noise_mask"]) : null,
            BatchIndex = run.Json.GetProperty("batch_index") is { ValueKind: JsonValueKind.Array } numbers
                ? [.. numbers.EnumerateArray().Select(number => number.GetInt32())]
                : null,
        };
    }

    private static Tensor Tensor(GoldenTensor golden) => TestModels.Backend.From(golden.Floats(), new Shape(golden.Shape)).Detach();

    private sealed class OneFile(string path) : IModelFiles
    {
        public string PathOf(ModelFileRef file) => path;

        public ModelFileRef? Find(string folder, string name) => null;

        public IReadOnlyList<string> List(string folder) => [];
    }
}
