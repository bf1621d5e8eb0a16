using Vortex.Diffusion.Detection;
using Vortex.Diffusion.Management;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Vae;
using Vortex.Imaging.Codecs;
using Vortex.Nodes.Packs.Sampling;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;

namespace Vortex.Nodes.Tests.Packs;

public sealed class SamplingPreviewTests : IDisposable
{
    private readonly TinyFolder _folder = new();
    private readonly CpuBackend _backend = new();
    private readonly ModelManager _models;

    public SamplingPreviewTests() => _models = new ModelManager(_backend, _folder);

    public void Dispose()
    {
        _models.Dispose();
        _backend.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_tiny_decoder_shows_the_latent_at_full_size_and_larger_pictures_are_means()
    {
        using TensorScope scope = TensorScope.Begin();
        ModelFileRef file = _folder["vae_approx", "taesd_decoder.safetensors"];
        RecordingContext context = new(_models, PreviewMethod.Tiny);
        Tensor latent = _backend.From([.. Enumerable.Range(0, 2 * 4 * 16 * 24).Select(i => MathF.Sin(i * 0.1f))], [2, 4, 16, 24]);
        PreviewPicture picture = SamplingPreview.Of(latent, LatentFormats.Sd15, context)!;
        // 192x128 pixels in steps of two.
        Assert.Equal((96, 64), (picture.Width, picture.Height));
        using ModelLease<OpenModelFile> opened = _models.Open(file);
        float[] whole = Taesd.LoadDecoder(opened.Value.Weights).Decode(latent.Slice(0, 0, 1)).ToArray();
        byte[] pixels = ImageFile.Decode(picture.Content.ToArray()).Pixels;
        for (int i = 0; i < pixels.Length; i++)
        {
            (int y, int x, int colour) = (i / (96 * 3), i / 3 % 96, i % 3);
            float mean = 0;
            foreach ((int row, int column) in new[] { (0, 0), (0, 1), (1, 0), (1, 1) })
            {
                mean += Math.Clamp((whole[(((colour * 128) + (2 * y) + row) * 192) + (2 * x) + column] + 1) / 2, 0, 1) / 4;
            }

            Assert.InRange(pixels[i], (mean * 255) - 1.01, (mean * 255) + 1.01);
        }

        Assert.Empty(context.Warnings);
    }

    [Fact]
    public void Without_a_decoder_for_the_family_the_picture_is_rough_and_says_so()
    {
        using TensorScope scope = TensorScope.Begin();
        _ = _folder["vae_approx", "taesd_decoder.safetensors"];
        RecordingContext context = new(_models, PreviewMethod.Tiny);
        PreviewPicture picture = SamplingPreview.Of(_backend.Full([1, 4, 16, 24], 0.5f), LatentFormats.Sdxl, context)!;
        Assert.Equal((24, 16), (picture.Width, picture.Height));
        Assert.Contains("'taesdxl_decoder'", Assert.Single(context.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_decoder_costs_the_preview_and_not_the_picture()
    {
        using TensorScope scope = TensorScope.Begin();
        _folder.Put("vae_approx", "taesd_decoder.safetensors", "<html>not found</html>"u8);
        RecordingContext context = new(_models, PreviewMethod.Tiny);
        Assert.NotNull(SamplingPreview.Of(_backend.Full([1, 4, 16, 24], 0.5f), LatentFormats.Sd15, context));
        Assert.Single(context.Warnings);
    }

    [Fact]
    public void Nothing_is_shown_where_nobody_wants_it()
    {
        using TensorScope scope = TensorScope.Begin();
        Assert.Null(SamplingPreview.Of(_backend.Full([1, 4, 16, 24], 0.5f), LatentFormats.Sd15, new RecordingContext(_models, PreviewMethod.None)));
    }
}
