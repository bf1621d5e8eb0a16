using System.Text.Json;
using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Detection;
using Vortex.Diffusion.Networks;
using Vortex.Diffusion.Sampling.Guidance;
using Vortex.Diffusion.Sampling.Schedules;
using Vortex.Diffusion.Tests.Detection;
using Vortex.Diffusion.Tests.Networks;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;
using Vortex.Testing.Golden;

namespace Vortex.Diffusion.Tests.Sampling;

/// <summary>The model that golden sampling cases name, and what they give it.</summary>
internal static class GoldenModel
{
    /// <summary>Loads the UNet of another case of the same set, named as in <c>02b-unet-small/model.safetensors</c>.</summary>
    public static DiffusionModel Load(GoldenCase golden, ITensorBackend backend)
    {
        string name = golden.Json.GetProperty("config").GetProperty("model").GetString()!.Split('/')[0];
        NetworkGolden model = new(GoldenCase.Find(name).Single(), backend);
        UNetConfig config = UNetConfigJson.Read(model.Config);
        return new DiffusionModel
        {
            Network = new UNet(new WeightSet(model.Weights("model", "model.diffusion_model.")), config),
            Backend = backend,
            Sampling = DiscreteSampling.Create(PredictionKind.Noise),
            Latents = LatentFormats.Sd15,
            ModelChannels = config.ModelChannels,
        };
    }

    public static Tensor Tensor(ITensorBackend backend, GoldenTensor tensor) => backend.From(tensor.Floats(), new Shape(tensor.Shape)).Detach();

    public static ConditioningEntry Entry(Tensor text) => new() { Text = text };

    public static ConditioningList List(params ReadOnlySpan<ConditioningEntry> entries) => new([.. entries]);

    public static double Number(JsonElement json, string name) => json.GetProperty(name).GetDouble();
}
