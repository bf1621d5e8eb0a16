using System.Text.RegularExpressions;
using Vortex.Diffusion.Detection;
using Vortex.Diffusion.Tests.Networks;
using Vortex.Diffusion.Tiny;
using Vortex.Diffusion.Vae;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;
using Vortex.Testing.Golden;

namespace Vortex.Diffusion.Tests.Vae;

public sealed class AutoencoderTests : IDisposable
{
    private readonly CpuBackend _backend = new();

    public void Dispose() => _backend.Dispose();

    [Fact]
    public void The_diffusers_layout_gives_what_the_original_gives()
    {
        using TensorScope scope = TensorScope.Begin();
        Autoencoder original = Autoencoder.Load(TinySource.Of(_backend, tiny => TinyVae.Write(tiny, ""), name => $"first_stage_model.{name}"));
        Autoencoder diffusers = Autoencoder.Load(TinySource.Of(_backend, tiny => TinyVae.Write(tiny, ""), DiffusersName));
        Tensor pixels = _backend.Full([1, 3, 16, 24], 0.3f);
        Assert.Equal(original.Encode(pixels).ToArray(), diffusers.Encode(pixels).ToArray());
        Tensor latent = _backend.Full([2, 4, 2, 3], 0.3f);
        Assert.Equal(original.Decode(latent).ToArray(), diffusers.Decode(latent).ToArray());
    }

    [Fact]
    public void Pictures_too_small_or_without_colours_are_refused()
    {
        Autoencoder vae = Autoencoder.Load(TinySource.Of(_backend, tiny => TinyVae.Write(tiny, "")));
        Assert.Equal(DiffusionCodes.Mismatch, Assert.Throws<DiffusionException>(() => vae.Encode(_backend.Full([1, 3, 7, 64], 0))).Code);
        Assert.Equal(DiffusionCodes.Mismatch, Assert.Throws<DiffusionException>(() => vae.Encode(_backend.Full([1, 1, 64, 64], 0))).Code);
        Assert.Equal(DiffusionCodes.Mismatch, Assert.Throws<DiffusionException>(() => vae.Decode(_backend.Full([1, 16, 8, 8], 0))).Code);
        Assert.Equal(DiffusionCodes.Mismatch, Assert.Throws<DiffusionException>(() => vae.Decode(_backend.Empty([1, 4, 0, 8]))).Code);
    }

    [Fact]
    public void Tiles_that_do_not_fit_their_overlap_are_refused()
    {
        Autoencoder vae = Autoencoder.Load(TinySource.Of(_backend, tiny => TinyVae.Write(tiny, "")));
        Assert.Equal(DiffusionCodes.OutOfRange, Assert.Throws<DiffusionException>(() => vae.DecodeTiled(_backend.Full([1, 4, 8, 8], 0), 4, 4)).Code);
        Assert.Equal(DiffusionCodes.OutOfRange, Assert.Throws<DiffusionException>(() => vae.EncodeTiled(_backend.Full([1, 3, 64, 64], 0), 20, 8)).Code);
    }

    [Fact]
    public void A_file_of_another_kind_is_named_as_none()
    {
        DiffusionException problem = Assert.Throws<DiffusionException>(() => Autoencoder.Load(TinySource.Of(_backend, TinyExtras.Esrgan)));
        Assert.Equal(DiffusionCodes.FamilyUnsupported, problem.Code);
    }

    [Fact]
    public void All_missing_weights_are_listed()
    {
        DiffusionException problem = Assert.Throws<DiffusionException>(() => Autoencoder.Load(TinySource.Of(
            _backend, tiny => TinyVae.Write(tiny, ""), name => name is "decoder.mid.attn_1.q.weight" or "encoder.norm_out.bias" ? null : name)));
        Assert.Contains("decoder.mid.attn_1.q.weight", problem.Message, StringComparison.Ordinal);
        Assert.Contains("encoder.norm_out.bias", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_decoder_alone_cannot_encode_and_says_so()
    {
        using TensorScope scope = TensorScope.Begin();
        Autoencoder vae = new(Taesd.LoadDecoder(TinySource.Of(_backend, tiny => TinyVae.WriteTaesd(tiny, isDecoder: true))));
        Assert.Equal([1, 3, 16, 24], vae.Decode(_backend.Full([1, 4, 2, 3], 0)).Shape);
        Assert.Equal(DiffusionCodes.WeightsMissing, Assert.Throws<DiffusionException>(() => vae.Encode(_backend.Full([1, 3, 16, 16], 0))).Code);
    }

    [Fact]
    public void A_decode_that_does_not_fit_goes_on_with_tiles()
    {
        using TensorScope scope = TensorScope.Begin();
        Autoencoder roomy = Autoencoder.Load(TinySource.Of(_backend, tiny => TinyVae.Write(tiny, "")));
        Tensor latent = _backend.Full([1, 4, 128, 72], 0.1f);
        _backend.ResetPeak();
        roomy.Decode(latent).Dispose();
        using CpuBackend tight = new(new CpuBackendOptions { MemoryLimit = _backend.Memory.Peak * 3 / 4 });
        Autoencoder small = Autoencoder.Load(TinySource.Of(tight, tiny => TinyVae.Write(tiny, "")));
        int tiles = 0;
        Tensor picture = small.Decode(tight.From(latent.ToArray(), latent.Shape), (_, total) => tiles = total);
        Assert.Equal([1, 3, 1024, 576], picture.Shape);
        Assert.True(tiles > 1);
    }

    [Theory]
    [InlineData(64, 64)]
    [InlineData(96, 40)]
    public void Estimates_lie_above_what_is_used_and_not_far(int height, int width)
    {
        using TensorScope scope = TensorScope.Begin();
        foreach (bool isTiny in new[] { false, true })
        {
            VaeNetwork network = Autoencoder.Load(TinySource.Of(_backend, tiny =>
            {
                if (isTiny)
                {
                    TinyVae.WriteTaesd(tiny, isDecoder: true);
                }
                else
                {
                    TinyVae.Write(tiny, "");
                }
            }, isTiny ? name => "taesd_decoder." + name : null)).Network;
            Tensor latent = _backend.Full([1, 4, height, width], 0.1f);
            long before = _backend.Memory.InUse;
            _backend.ResetPeak();
            network.Decode(latent).Dispose();
            Assert.InRange(network.DecodeBytes(height, width) / (double)(_backend.Memory.Peak - before), 1, 2.2);
        }

        VaeNetwork encoder = Autoencoder.Load(TinySource.Of(_backend, tiny => TinyVae.Write(tiny, ""))).Network;
        Tensor pixels = _backend.Full([1, 3, height * 8, width * 8], 0.1f);
        long start = _backend.Memory.InUse;
        _backend.ResetPeak();
        encoder.Encode(pixels).Dispose();
        Assert.InRange(encoder.EncodeBytes(height * 8, width * 8) / (double)(_backend.Memory.Peak - start), 1, 2.2);
    }

    [Fact]
    public void A_decode_whose_tiles_do_not_fit_names_the_largest_that_do_and_they_do()
    {
        using TensorScope scope = TensorScope.Begin();
        Autoencoder roomy = Autoencoder.Load(TinySource.Of(_backend, tiny => TinyVae.Write(tiny, "")));
        long weights = _backend.Memory.InUse;
        long limit = weights + (1024 * 576 * 40) + (roomy.Network.DecodeBytes(64, 64) / 4);
        using CpuBackend tight = new(new CpuBackendOptions { MemoryLimit = limit });
        Autoencoder small = Autoencoder.Load(TinySource.Of(tight, tiny => TinyVae.Write(tiny, "")));
        Tensor latent = tight.Full([1, 4, 72, 128], 0.1f);
        DiffusionException problem = Assert.Throws<DiffusionException>(() => small.Decode(latent));
        Assert.Equal(DiffusionCodes.OutOfMemory, problem.Code);
        Match told = Regex.Match(problem.Message, @"^Decoding 1 picture of 1024x576 in tiles of 512 pixels needs about [\d.]+ MB, and [\d.]+ MB of the [\d.]+ MB .* tile_size of (\d+), which needs about [\d.]+ MB\.$");
        Assert.True(told.Success, problem.Message);
        int size = int.Parse(told.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(size, 64, 448);
        Assert.Equal([1, 3, 576, 1024], small.DecodeTiled(latent, size / 8, 4).Shape);
    }

    [Fact]
    public void Where_no_tile_fits_it_says_so()
    {
        using TensorScope scope = TensorScope.Begin();
        Autoencoder roomy = Autoencoder.Load(TinySource.Of(_backend, tiny => TinyVae.Write(tiny, "")));
        using CpuBackend tight = new(new CpuBackendOptions { MemoryLimit = _backend.Memory.InUse + (1 << 20) });
        Autoencoder small = Autoencoder.Load(TinySource.Of(tight, tiny => TinyVae.Write(tiny, "")));
        Assert.Contains("Nothing smaller fits either", Assert.Throws<DiffusionException>(() => small.Decode(tight.Full([1, 4, 64, 64], 0.1f))).Message, StringComparison.Ordinal);
        Assert.NotNull(roomy);
    }

    [Fact]
    [Trait("kind", "golden")]
    public void Rough_previews_are_those_of_the_reference()
    {
        foreach (GoldenCase found in GoldenCase.Find("16a*"))
        {
            foreach ((string name, LatentFormat format) in LatentFormats.ByName.Where(entry => found.Tensors("outputs").Contains($"{entry.Key}.preview_rgb")))
            {
                using TensorScope scope = TensorScope.Begin();
                GoldenTensor latent = found.Tensors("inputs")[$"{name}.x0"];
                Tensor picture = LatentPreview.Rgb(_backend.From(latent.Floats(), new Shape(latent.Shape)), format)!;
                float[] bytes = [.. picture.Permute(0, 2, 3, 1).ToArray().Select(value => MathF.Truncate(value * 255))];
                GoldenComparison comparison = GoldenComparison.Of(bytes, found.Tensors("outputs")[$"{name}.preview_rgb"].Floats());
                Assert.InRange(comparison.Largest, 0, 1);
                Assert.InRange(comparison.DifferingShare, 0, 0.05);
            }
        }
    }

    private static string DiffusersName(string name)
    {
        const int Levels = 4;
        string[] parts = name.Split('.');
        string last = parts[^1];
        if (parts is [_, "mid", "attn_1", ..])
        {
            string part = parts[3] switch { "norm" => "group_norm", "q" => "to_q", "k" => "to_k", "v" => "to_v", _ => "to_out.0" };
            return $"{parts[0]}.mid_block.attentions.0.{part}.{last}";
        }

        string Shortcut(string path) => path.Replace("nin_shortcut", "conv_shortcut", StringComparison.Ordinal);
        int Level() => int.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture);
        return parts switch
        {
            [_, "mid", var block, ..] => $"{parts[0]}.mid_block.resnets.{(block == "block_1" ? 0 : 1)}.{Shortcut(parts[3])}.{last}",
            ["encoder", "down", _, "block", ..] => $"encoder.down_blocks.{Level()}.resnets.{parts[4]}.{Shortcut(parts[5])}.{last}",
            ["encoder", "down", ..] => $"encoder.down_blocks.{Level()}.downsamplers.0.conv.{last}",
            ["decoder", "up", _, "block", ..] => $"decoder.up_blocks.{Levels - 1 - Level()}.resnets.{parts[4]}.{Shortcut(parts[5])}.{last}",
            ["decoder", "up", ..] => $"decoder.up_blocks.{Levels - 1 - Level()}.upsamplers.0.conv.{last}",
            [_, "norm_out", ..] => $"{parts[0]}.conv_norm_out.{last}",
            _ => name,
        };
    }
}
