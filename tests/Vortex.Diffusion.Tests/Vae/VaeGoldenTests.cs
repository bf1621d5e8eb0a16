using System.Text.Json;
using Vortex.Diffusion.Tests.Networks;
using Vortex.Diffusion.Vae;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;
using Vortex.Testing.Golden;

namespace Vortex.Diffusion.Tests.Vae;

[Trait("kind", "golden")]
public sealed class VaeGoldenTests
{
    public static TheoryData<string> Patterns => ["03-vae*", "11e*"];

    [Theory]
    [MemberData(nameof(Patterns))]
    public void Pictures_become_the_latents_of_the_reference(string pattern)
    {
        using CpuBackend backend = new();
        foreach (GoldenCase found in GoldenCase.Find(pattern))
        {
            using TensorScope scope = TensorScope.Begin();
            NetworkGolden golden = new(found, backend);
            Autoencoder vae = Autoencoder.Load(golden.Weights("model"));
            foreach (string entry in golden.Entries(".pixels").Where(entry => entry.StartsWith("encode.", StringComparison.Ordinal)))
            {
                Tensor pixels = golden.Input($"{entry}.pixels").Permute(0, 3, 1, 2);
                golden.Compare($"{entry}.latent", vae.Encode(pixels));
                if (found.Tensors("outputs").Contains($"{entry}.cropped_pixels"))
                {
                    Tensor cropped = golden.Tensor(found.Tensors("outputs")[$"{entry}.cropped_pixels"]).Permute(0, 3, 1, 2);
                    golden.Compare($"{entry}.moments", ((AutoencoderKl)vae.Network).Moments((cropped * 2) - 1));
                }
            }

            golden.Report();
        }
    }

    [Theory]
    [MemberData(nameof(Patterns))]
    public void Latents_become_the_pictures_of_the_reference(string pattern)
    {
        using CpuBackend backend = new();
        foreach (GoldenCase found in GoldenCase.Find(pattern))
        {
            using TensorScope scope = TensorScope.Begin();
            NetworkGolden golden = new(found, backend);
            Autoencoder vae = Autoencoder.Load(golden.Weights("model"));
            foreach (string entry in golden.Entries(".raw", "outputs"))
            {
                Tensor latent = found.Tensors("inputs").Contains($"{entry}.latent")
                    ? golden.Input($"{entry}.latent")
                    : golden.Tensor(found.Tensors("outputs")[$"{entry}.process_out"]);
                golden.Compare($"{entry}.raw", vae.Network.Decode(latent));
                golden.Compare($"{entry}.image", vae.Decode(latent).Permute(0, 2, 3, 1));
            }

            golden.Report();
        }
    }

    [Fact]
    public void Tiled_work_gives_what_the_reference_gives()
    {
        using CpuBackend backend = new();
        foreach (GoldenCase found in GoldenCase.Find("03-vae*"))
        {
            using TensorScope scope = TensorScope.Begin();
            NetworkGolden golden = new(found, backend);
            Autoencoder vae = Autoencoder.Load(golden.Weights("model"));
            JsonElement notes = found.Json.GetProperty("notes");
            (int tile, int overlap) = Tiles(notes.GetProperty("tiled decode").GetString()!);
            Tensor latent = golden.Input("decode_tiled.latent");
            int told = 0;
            golden.Compare("decode_tiled.image", vae.DecodeTiled(latent, tile, overlap, (done, total) => told = total - done).Permute(0, 2, 3, 1));
            golden.Compare("decode_tiled.untiled_image", vae.Decode(latent).Permute(0, 2, 3, 1));
            (tile, overlap) = Tiles(notes.GetProperty("tiled encode").GetString()!);
            golden.Compare("encode_tiled.latent", vae.EncodeTiled(golden.Input("encode_tiled.pixels").Permute(0, 3, 1, 2), tile, overlap));
            golden.Report();
            Assert.Equal(0, told);
        }
    }

    [Fact]
    public void Every_block_gives_what_the_reference_gives()
    {
        using CpuBackend backend = new();
        foreach (GoldenCase found in GoldenCase.Find("03-vae*"))
        {
            using TensorScope scope = TensorScope.Begin();
            NetworkGolden golden = new(found, backend);
            AutoencoderKl vae = (AutoencoderKl)Autoencoder.Load(golden.Weights("model")).Network;
            void Trace(string name, Tensor result)
            {
                // The reference's norm is recorded before the SiLU that is fused into ours.
                if (!name.EndsWith("norm_out", StringComparison.Ordinal) && found.Tensors("trace").Contains(name))
                {
                    golden.Compare(name, result, "trace");
                }
            }

            vae.Moments((golden.Input("trace.pixels").Permute(0, 3, 1, 2) * 2) - 1, Trace);
            vae.Decode(golden.Input("trace.latent"), Trace);
            golden.Report();
        }
    }

    [Fact]
    public void The_tiny_autoencoder_decodes_as_the_reference_does()
    {
        using CpuBackend backend = new();
        foreach (GoldenCase found in GoldenCase.Find("06b*"))
        {
            using TensorScope scope = TensorScope.Begin();
            NetworkGolden golden = new(found, backend);
            Autoencoder vae = Autoencoder.Load(golden.Weights("model"));
            foreach (string entry in golden.Entries(".latent"))
            {
                golden.Compare($"{entry}.raw", vae.Network.Decode(golden.Input($"{entry}.latent")));
                golden.Compare($"{entry}.image", vae.Decode(golden.Input($"{entry}.latent")).Permute(0, 2, 3, 1));
            }

            golden.Report();
        }
    }

    // The case writes down the call: "decode_tiled(tile_x=6, tile_y=6, overlap=2) in latent units".
    private static (int Tile, int Overlap) Tiles(string call)
    {
        int Value(string name)
        {
            int at = call.IndexOf(name, StringComparison.Ordinal) + name.Length + 1;
            return int.Parse(new string([.. call[at..].TakeWhile(char.IsAsciiDigit)]), System.Globalization.CultureInfo.InvariantCulture);
        }

        return (Value("tile_x"), Value("overlap"));
    }
}
