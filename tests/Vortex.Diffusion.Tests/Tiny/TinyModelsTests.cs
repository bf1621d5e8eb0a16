using System.Security.Cryptography;
using Vortex.Diffusion.Detection;
using Vortex.Diffusion.Files;
using Vortex.Diffusion.Management;
using Vortex.Diffusion.Networks;
using Vortex.Diffusion.Tests.Files;
using Vortex.Diffusion.Tiny;
using Vortex.Diffusion.Vae;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;

namespace Vortex.Diffusion.Tests.Tiny;

public sealed class TinyModelsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CpuBackend _backend = new();

    public static TheoryData<string, ModelKind, string?> Kinds() => new()
    {
        { "tiny-sd15.safetensors", ModelKind.Checkpoint, "SD15" },
        { "tiny-sd15-inpainting.safetensors", ModelKind.Checkpoint, "SD15" },
        { "tiny-sdxl.safetensors", ModelKind.Checkpoint, "SDXL" },
        { "tiny-vae.safetensors", ModelKind.Vae, null },
        { "taesd_decoder.safetensors", ModelKind.TinyVae, null },
        { "taesd_encoder.safetensors", ModelKind.TinyVae, null },
        { "tiny-sd15-lora.safetensors", ModelKind.Lora, null },
        { "tiny-sd15-control.safetensors", ModelKind.ControlNet, "SD15" },
        { "tiny-sd15-t2iadapter.safetensors", ModelKind.T2IAdapter, null },
        { "tiny-esrgan-x4.safetensors", ModelKind.Upscaler, null },
        { "tiny-clip-vision.safetensors", ModelKind.ClipVision, null },
        { "tiny-style.safetensors", ModelKind.Embedding, null },
    };

    public void Dispose()
    {
        _backend.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_tiny_model_is_told_for_what_it_is(string name, ModelKind kind, string? family)
    {
        using IModelFile file = Open(name);
        DetectedModel found = ModelDetector.Detect(file, _backend);
        Assert.Equal(kind, found.Kind);
        Assert.Equal(family, found.Family?.Name);
    }

    [Fact]
    public void Every_tiny_model_has_a_kind_in_this_test() =>
        Assert.Equal(TinyModels.All.Select(model => model.Name).Order(StringComparer.Ordinal), Kinds().Select(row => row.Data.Item1).Order(StringComparer.Ordinal));

    [Fact]
    public void Checkpoints_hold_all_three_parts()
    {
        using IModelFile one = Open("tiny-sd15.safetensors");
        DetectedModel sd15 = ModelDetector.Detect(one, _backend);
        Assert.Equal("first_stage_model.", sd15.VaePrefix);
        Assert.Equal([new DetectedTextEncoder(TextEncoderKind.ClipL, "cond_stage_model.transformer.", EncoderLayout.HuggingFace) { Width = 32, Layers = 12 }], sd15.TextEncoders);
        Assert.Equal(8, sd15.UNet!.NumHeads);
        Assert.Equal(LatentFormats.Sd15, sd15.Latents);

        using IModelFile other = Open("tiny-sdxl.safetensors");
        DetectedModel sdxl = ModelDetector.Detect(other, _backend);
        Assert.Equal([TextEncoderKind.ClipL, TextEncoderKind.ClipG], sdxl.TextEncoders.Select(encoder => encoder.Kind));
        Assert.Equal((16, 1568, LatentFormats.Sdxl), (sdxl.UNet!.NumHeadChannels, sdxl.UNet.AdmInChannels!.Value, sdxl.Latents!));
    }

    [Fact]
    public void The_same_bytes_are_written_each_time()
    {
        TinyModel model = TinyModels.All.Single(model => model.Name == "tiny-sd15-lora.safetensors");
        model.Write(Path.Combine(_folder.Path, "a"));
        model.Write(Path.Combine(_folder.Path, "b"));
        byte[] bytes = File.ReadAllBytes(Path.Combine(_folder.Path, "a"));
        Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(_folder.Path, "b")));
        // Written down so that a change of the recipe, or a machine that computes otherwise, shows.
        Assert.Equal("a76077771333e43f", Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]);
    }

    [Theory]
    [InlineData("tiny-sd15.safetensors")]
    [InlineData("tiny-sd15-inpainting.safetensors")]
    [InlineData("tiny-sdxl.safetensors")]
    public void A_tiny_unet_predicts_noise_of_a_sane_size_that_depends_on_the_text(string name)
    {
        using IModelFile file = Open(name);
        DetectedModel found = ModelDetector.Detect(file, _backend);
        using FileWeights weights = FileWeights.Under(file, _backend, found.UNetPrefix);
        UNetConfig config = found.UNet!;
        UNet net = new(new WeightSet(weights), config);
        using TensorScope scope = TensorScope.Begin();
        float[] Predict(int seed) => net.Forward(new NetworkInput
        {
            Latent = Noise([1, config.InChannels, 8, 8], 1),
            Timesteps = _backend.From([500f], [1]),
            Context = Noise([1, 77, config.ContextDim], seed),
            Vector = config.AdmInChannels is { } adm ? Noise([1, adm], 3) : null,
        }).ToArray();
        float[] one = Predict(2);
        Assert.InRange(Deviation(one), 0.2, 5);
        Assert.InRange(Deviation([.. one.Zip(Predict(4), (a, b) => a - b)]), 0.01, 5);
    }

    [Fact]
    public void A_tiny_autoencoder_makes_pictures_of_eight_times_the_size_with_something_in_them()
    {
        using IModelFile file = Open("tiny-vae.safetensors");
        using FileWeights weights = new(file, _backend);
        AutoencoderKl vae = new(new WeightSet(weights));
        using TensorScope scope = TensorScope.Begin();
        Tensor picture = vae.Decode(Noise([1, 4, 4, 6], 1));
        Assert.Equal(new Shape([1, 3, 32, 48]), picture.Shape);
        Assert.InRange(Deviation(picture.ToArray()), 0.2, 5);
        Tensor latent = vae.Encode(picture);
        Assert.Equal(new Shape([1, 4, 4, 6]), latent.Shape);
        Assert.InRange(Deviation(latent.ToArray()), 0.2, 20);
    }

    [Fact]
    public void Every_weight_of_every_tiny_model_is_finite()
    {
        TinyModels.WriteAll(_folder.Path);
        foreach (TinyModel model in TinyModels.All)
        {
            using IModelFile file = ModelFiles.Open(Path.Combine(_folder.Path, model.Folder, model.Name));
            Assert.Null(FiniteCheck.FirstNotFinite(file, _backend));
        }
    }

    private static double Deviation(float[] values)
    {
        Assert.All(values, value => Assert.True(float.IsFinite(value)));
        double mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }

    private IModelFile Open(string name)
    {
        string path = Path.Combine(_folder.Path, name);
        TinyModels.All.Single(model => model.Name == name).Write(path);
        return ModelFiles.Open(path);
    }

    private Tensor Noise(Shape shape, int seed)
    {
        Random random = new(seed);
        return _backend.From([.. Enumerable.Range(0, (int)shape.Count).Select(_ => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))], shape);
    }
}
