using System.Text.Json;
using Vortex.Diffusion.Detection;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;
using Vortex.Testing.Golden;

namespace Vortex.Diffusion.Tests.Detection;

[Trait("kind", "golden")]
public sealed class LatentFormatTests
{
    [Fact]
    public void Known_formats_scale_latents_as_the_reference_does()
    {
        using CpuBackend backend = new();
        foreach (GoldenCase found in GoldenCase.Find("16a*"))
        {
            double tolerance = found.Json.GetProperty("tolerance").GetProperty("abs").GetDouble();
            Safetensors inputs = found.Tensors("inputs");
            Safetensors outputs = found.Tensors("outputs");
            foreach ((string name, LatentFormat format) in LatentFormats.ByName)
            {
                GoldenTensor latent = inputs[$"{name}.latent"];
                using TensorScope scope = TensorScope.Begin();
                Tensor x = backend.From(latent.Floats(), new Shape(latent.Shape));
                Assert.InRange(GoldenComparison.Of(format.ToNetwork(x).ToArray(), outputs[$"{name}.process_in"].Floats()).Largest, 0, tolerance);
                Assert.InRange(GoldenComparison.Of(format.FromNetwork(x).ToArray(), outputs[$"{name}.process_out"].Floats()).Largest, 0, tolerance);
            }
        }
    }

    [Fact]
    public void The_numbers_of_known_formats_are_the_reference_s()
    {
        foreach (GoldenCase found in GoldenCase.Find("16a*"))
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(found.Folder, "formats.json")));
            foreach ((string name, LatentFormat format) in LatentFormats.ByName)
            {
                JsonElement expected = document.RootElement.GetProperty(name);
                Assert.Equal(expected.GetProperty("latent_channels").GetInt32(), format.Channels);
                Assert.Equal(expected.GetProperty("scale_factor").GetSingle(), format.Scale);
                Assert.Equal(expected.TryGetProperty("shift_factor", out JsonElement shift) ? shift.GetSingle() : 0, format.Shift);
                Assert.Equal(expected.GetProperty("taesd_decoder_name").GetString(), format.TinyDecoderName);
                Assert.Equal(Numbers(expected, "latent_rgb_factors_bias"), format.RgbBias);
                Assert.Equal(Numbers(expected, "latents_mean"), format.Mean);
                Assert.Equal(Numbers(expected, "latents_std"), format.Spread);
                JsonElement factors = expected.GetProperty("latent_rgb_factors");
                Assert.Equal(factors.ValueKind == JsonValueKind.Null ? [] : factors.EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(value => value.GetSingle()), format.RgbFactors);
            }
        }
    }

    private static float[] Numbers(JsonElement format, string name) =>
        format.TryGetProperty(name, out JsonElement values) && values.ValueKind == JsonValueKind.Array ? [.. values.EnumerateArray().Select(value => value.GetSingle())] : [];
}
