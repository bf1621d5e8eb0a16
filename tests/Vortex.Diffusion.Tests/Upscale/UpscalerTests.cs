using Vortex.Diffusion.Tests.Networks;
using Vortex.Diffusion.Tiny;
using Vortex.Diffusion.Upscale;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;

namespace Vortex.Diffusion.Tests.Upscale;

public sealed class UpscalerTests : IDisposable
{
    private readonly CpuBackend _backend = new();

    public void Dispose() => _backend.Dispose();

    [Fact]
    public void A_file_of_another_kind_names_what_is_supported()
    {
        DiffusionException problem = Assert.Throws<DiffusionException>(() => Upscaler.Load(TinySource.Of(_backend, tiny => TinyVae.Write(tiny, ""))));
        Assert.Equal(DiffusionCodes.FamilyUnsupported, problem.Code);
        Assert.Contains("ESRGAN", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_weights_are_listed()
    {
        DiffusionException problem = Assert.Throws<DiffusionException>(() => Upscaler.Load(TinySource.Of(
            _backend, TinyExtras.Esrgan, name => name == "model.1.sub.1.RDB2.conv3.0.weight" ? null : name)));
        Assert.Equal(DiffusionCodes.WeightsMissing, problem.Code);
        Assert.Contains("model.1.sub.1.RDB2.conv3.0.weight", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Empty_and_grey_pictures_are_refused()
    {
        Upscaler upscaler = Upscaler.Load(TinySource.Of(_backend, TinyExtras.Esrgan));
        Assert.Equal(DiffusionCodes.Mismatch, Assert.Throws<DiffusionException>(() => upscaler.Run(_backend.Empty([1, 3, 0, 4]))).Code);
        Assert.Equal(DiffusionCodes.Mismatch, Assert.Throws<DiffusionException>(() => upscaler.Run(_backend.Full([1, 1, 4, 4], 0))).Code);
        Assert.Equal(DiffusionCodes.OutOfRange, Assert.Throws<DiffusionException>(() => upscaler.Run(_backend.Full([1, 3, 4, 4], 0), 8, 8)).Code);
    }

    [Fact]
    public void A_compact_network_adds_detail_to_the_picture_enlarged_plainly()
    {
        // Weights of zero give no detail: what remains is the picture itself, twice as large.
        using TensorScope scope = TensorScope.Begin();
        Upscaler upscaler = Upscaler.Load(TinySource.Of(_backend, tiny =>
        {
            tiny.Conv("params.body.0", 8, 3, 3);
            tiny.Add("params.body.1.weight", [8], 0.1);
            tiny.Conv("params.body.2", 12, 8, 3, gain: 0, hasBias: false);
            tiny.Add("params.body.2.bias", [12], 0);
        }));
        Assert.Equal(2, upscaler.Scale);
        Tensor result = upscaler.Run(_backend.From([0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f], [1, 3, 1, 2]));
        Assert.Equal([1, 3, 2, 4], result.Shape);
        Assert.Equal([0.1f, 0.1f, 0.2f, 0.2f, 0.1f, 0.1f, 0.2f, 0.2f], result.ToArray()[..8]);
    }

    [Fact]
    public void Tiles_are_told_to_whoever_waits()
    {
        using TensorScope scope = TensorScope.Begin();
        Upscaler upscaler = Upscaler.Load(TinySource.Of(_backend, TinyExtras.Esrgan));
        List<(int Done, int Total)> told = [];
        upscaler.Run(_backend.Full([1, 3, 10, 20], 0.5f), 12, 4, (done, total) => told.Add((done, total)));
        Assert.Equal([(1, 2), (2, 2)], told);
    }
}
