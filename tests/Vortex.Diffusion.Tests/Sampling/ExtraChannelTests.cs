using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Detection;
using Vortex.Diffusion.Latents;
using Vortex.Diffusion.Networks;
using Vortex.Diffusion.Sampling;
using Vortex.Diffusion.Sampling.Guidance;
using Vortex.Diffusion.Sampling.Schedules;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;

namespace Vortex.Diffusion.Tests.Sampling;

public sealed class ExtraChannelTests : IDisposable
{
    private readonly CpuBackend _backend = new();

    [Fact]
    public void An_inpainting_model_sees_the_rounded_mask_and_the_latent_beside_the_noise()
    {
        using TensorScope scope = TensorScope.Begin();
        Recorder network = new();
        LatentBatch latent = new()
        {
            Samples = _backend.Full([1, 4, 2, 2], 2).Detach(),
            NoiseMask = _backend.From([0.2f, 0.6f, 1f, 0f], [1, 1, 2, 2]).Detach(),
        };
        new KSampler { Steps = 1 }.Sample(Model(network, ExtraChannels.Inpaint), Some(), Some(), latent, TestContext.Current.CancellationToken);
        float[] seen = network.Seen!;
        Assert.Equal(9 * 4, seen.Length);
        Assert.Equal([0f, 1, 1, 0], seen[16..20]);
        Assert.All(seen[20..], value => Assert.Equal(2 * 0.18215f, value, 6));
    }

    [Fact]
    public void An_inpainting_model_without_a_mask_is_told_to_paint_everything_over_grey()
    {
        using TensorScope scope = TensorScope.Begin();
        Recorder network = new();
        LatentBatch latent = new() { Samples = _backend.Full([1, 4, 2, 2], 0).Detach() };
        new KSampler { Steps = 1 }.Sample(Model(network, ExtraChannels.Inpaint), Some(), Some(), latent, TestContext.Current.CancellationToken);
        Assert.Equal([1f, 1, 1, 1, 0.8223f], network.Seen![16..21]);
    }

    [Fact]
    public void A_prompt_of_another_family_is_refused_at_its_side()
    {
        LatentBatch latent = new() { Samples = _backend.Full([1, 4, 2, 2], 0).Detach() };
        DiffusionModel model = Model(new Recorder(), ExtraChannels.None) with { TextWidth = 768 };
        DiffusionException problem = Assert.Throws<DiffusionException>(
            () => new KSampler { Steps = 1 }.Sample(model, Some(), Some(), latent, TestContext.Current.CancellationToken));
        Assert.Equal((DiffusionCodes.Mismatch, "positive"), (problem.Code, problem.Argument));
    }

    public void Dispose() => _backend.Dispose();

    private ConditioningList Some() => new([new ConditioningEntry { Text = _backend.Full([1, 2, 3], 1).Detach() }]);

    private DiffusionModel Model(IDiffusionNetwork network, ExtraChannels extra) => new()
    {
        Network = network,
        Backend = _backend,
        Sampling = DiscreteSampling.Create(PredictionKind.Noise),
        Latents = LatentFormats.Sd15,
        Extra = extra,
        MaxBatchPixels = 1,
    };

    /// <summary>Keeps what it was asked last.</summary>
    private sealed class Recorder : IDiffusionNetwork
    {
        public float[]? Seen { get; private set; }

        public Tensor Forward(NetworkInput input)
        {
            Seen = input.Latent.ToArray();
            return input.Latent.Slice(1, 0, 4).Clone();
        }
    }
}
