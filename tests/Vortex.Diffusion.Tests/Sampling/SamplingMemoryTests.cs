using System.Globalization;
using System.Text.RegularExpressions;
using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Detection;
using Vortex.Diffusion.Latents;
using Vortex.Diffusion.Networks;
using Vortex.Diffusion.Sampling;
using Vortex.Diffusion.Sampling.Guidance;
using Vortex.Diffusion.Sampling.Schedules;
using Vortex.Diffusion.Tests.Networks;
using Vortex.Diffusion.Tiny;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;

namespace Vortex.Diffusion.Tests.Sampling;

/// <summary>What is said where sampling does not fit, and whether it is true.</summary>
public sealed partial class SamplingMemoryTests
{
    [Theory]
    [InlineData(1, 32, 32)]
    [InlineData(2, 24, 40)]
    [InlineData(4, 48, 48)]
    public void The_estimate_lies_above_what_is_used_and_not_far(int batch, int height, int width)
    {
        using CpuBackend backend = new();
        using TensorScope scope = TensorScope.Begin();
        UNet network = Network(backend);
        NetworkInput input = new()
        {
            Latent = backend.Full([batch, 4, height, width], 0.1f),
            Timesteps = backend.Full([batch], 500),
            Context = backend.Full([batch, 77, 32], 0.1f),
        };
        long before = backend.Memory.InUse;
        backend.ResetPeak();
        network.Forward(input).Dispose();
        double ratio = network.PeakBytes(batch, height, width) / (double)(backend.Memory.Peak - before);
        Assert.InRange(ratio, 1, 2.2);
    }

    [Fact]
    public void A_batch_that_does_not_fit_names_the_largest_that_does_and_it_does()
    {
        using CpuBackend tight = Tight(network => network.PeakBytes(2 * 2, 32, 32) + (4 << 20));
        using TensorScope scope = TensorScope.Begin();
        DiffusionModel model = Model(tight);
        DiffusionException problem = Assert.Throws<DiffusionException>(() => Sample(model, 6, 32, 32));
        Assert.Equal(DiffusionCodes.OutOfMemory, problem.Code);
        Match told = Batch().Match(problem.Message);
        Assert.True(told.Success, problem.Message);
        int fits = int.Parse(told.Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.InRange(fits, 1, 5);
        Assert.Equal(fits, Sample(model, fits, 32, 32).Samples.Shape[0]);
    }

    [Fact]
    public void A_picture_that_does_not_fit_names_the_largest_of_its_proportions_that_does_and_it_does()
    {
        using CpuBackend tight = Tight(network => network.PeakBytes(2, 24, 32) + (4 << 20));
        using TensorScope scope = TensorScope.Begin();
        DiffusionModel model = Model(tight);
        DiffusionException problem = Assert.Throws<DiffusionException>(() => Sample(model, 1, 72, 96));
        Match told = Picture().Match(problem.Message);
        Assert.True(told.Success, problem.Message);
        (int width, int height) = (int.Parse(told.Groups[1].Value, CultureInfo.InvariantCulture), int.Parse(told.Groups[2].Value, CultureInfo.InvariantCulture));
        Assert.InRange(width, 192, 704);
        Assert.Equal(0.75, height / (double)width, 0.1);
        Assert.Equal([1, 4, height / 8, width / 8], Sample(model, 1, height / 8, width / 8).Samples.Shape.ToArray());
    }

    private static CpuBackend Tight(Func<UNet, long> room)
    {
        using CpuBackend measure = new();
        using TensorScope scope = TensorScope.Begin();
        UNet network = Network(measure);
        return new CpuBackend(new CpuBackendOptions { MemoryLimit = measure.Memory.InUse + room(network) });
    }

    private static UNet Network(CpuBackend backend) => new(new WeightSet(TinySource.Of(backend, weights => TinyUNet.Write(weights, "", TinyModels.Sd15))), TinyModels.Sd15);

    private static DiffusionModel Model(CpuBackend backend) => new()
    {
        Network = Network(backend),
        Backend = backend,
        Sampling = DiscreteSampling.Create(PredictionKind.Noise),
        Latents = LatentFormats.Sd15,
    };

    private static LatentBatch Sample(DiffusionModel model, int count, int height, int width)
    {
        ConditioningList Prompt(float value) => new([new ConditioningEntry { Text = model.Backend.Full([1, 77, 32], value) }]);
        LatentBatch latent = new() { Samples = model.Backend.Full([count, 4, height, width], 0) };
        return new KSampler { Seed = 1, Steps = 2, Cfg = 5, Sampler = "euler", Scheduler = "normal" }.Sample(model, Prompt(0.1f), Prompt(0.2f), latent);
    }

    [GeneratedRegex(@"^Sampling 6 pictures of 256x256 needs about [\d.]+ MB, and [\d.]+ MB of the [\d.]+ MB .* A batch_size of (\d+) fits, which needs about [\d.]+ MB\.$")]
    private static partial Regex Batch();

    [GeneratedRegex(@"^Sampling 1 picture of 768x576 needs about .* 1 picture of (\d+)x(\d+) fits, which needs about [\d.]+ MB\.$")]
    private static partial Regex Picture();
}
