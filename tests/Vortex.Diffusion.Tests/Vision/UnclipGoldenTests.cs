using System.Text.Json;
using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Tests.Text;
using Vortex.Diffusion.Vision;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;
using Vortex.Testing.Golden;

namespace Vortex.Diffusion.Tests.Vision;

[Trait("kind", "golden")]
public sealed class UnclipGoldenTests
{
    [Fact]
    public void Pictures_become_the_vectors_of_the_reference()
    {
        using CpuBackend backend = new();
        foreach (GoldenRun run in GoldenRuns.Find("14d*"))
        {
            using TensorScope scope = TensorScope.Begin();
            GoldenCase found = run.Case;
            Safetensors inputs = found.Tensors("inputs");
            UnclipRequest[] requests =
            [
                .. run.Json.GetProperty("unclip").EnumerateArray().Select(entry => new UnclipRequest(
                    GoldenWeights.ToTensor(inputs[$"image_embeds.{entry.GetProperty("image").GetString()}"], backend),
                    entry.GetProperty("strength").GetSingle(),
                    entry.GetProperty("noise_augmentation").GetSingle())),
            ];
            GoldenTensor expected = found.Tensors("outputs")[run.Name + ".adm"];
            Tensor actual = UnclipVector.Create(backend, requests, expected.Shape[1], Seed(run));
            GoldenComparison comparison = GoldenComparison.Of(actual.ToArray(), expected.Floats());
            TestContext.Current.TestOutputHelper?.WriteLine($"{run}: {comparison}");
            Assert.True(comparison.Largest <= found.Json.GetProperty("tolerance").GetProperty("adm").GetDouble(), $"{run}: {comparison}");
        }
    }

    [Fact]
    public void No_picture_gives_zeros()
    {
        using CpuBackend backend = new();
        Assert.All(UnclipVector.Create(backend, [], 8, 1).ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void An_embedding_of_another_width_is_a_mismatch()
    {
        using CpuBackend backend = new();
        UnclipRequest request = new(backend.Full([1, 6], 1), 1, 0);
        Assert.Equal(DiffusionCodes.Mismatch, Assert.Throws<DiffusionException>(() => UnclipVector.Create(backend, [request], 8, 1)).Code);
    }

    // The runs of the first set were sampled with this seed, which they do not say.
    private static ulong Seed(GoldenRun run) => run.Json.TryGetProperty("seed", out JsonElement seed) ? seed.GetUInt64() : 123;
}
