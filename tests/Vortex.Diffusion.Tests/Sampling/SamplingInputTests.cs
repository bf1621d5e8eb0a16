using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Detection;
using Vortex.Diffusion.Latents;
using Vortex.Diffusion.Networks;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Sampling;
using Vortex.Diffusion.Sampling.Guidance;
using Vortex.Diffusion.Sampling.Samplers;
using Vortex.Diffusion.Sampling.Schedules;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;

namespace Vortex.Diffusion.Tests.Sampling;

public sealed class SamplingInputTests : IDisposable
{
    private readonly CpuBackend _backend = new();

    [Theory]
    [InlineData(0, "euler", "normal", "steps")]
    [InlineData(10001, "euler", "normal", "steps")]
    [InlineData(5, "nonsense", "normal", "sampler_name")]
    [InlineData(5, "euler", "nonsense", "scheduler")]
    [InlineData(1, "euler", "kl_optimal", "sigmas")]
    public void A_setting_that_cannot_be_sampled_by_is_named(int steps, string sampler, string scheduler, string argument)
    {
        KSampler settings = new() { Steps = steps, Sampler = sampler, Scheduler = scheduler };
        DiffusionException problem = Assert.Throws<DiffusionException>(() => Sample(settings, Latent(4)));
        Assert.Equal((DiffusionCodes.OutOfRange, argument), (problem.Code, problem.Argument));
    }

    [Fact]
    public void A_latent_of_other_channels_is_refused_unless_it_is_empty()
    {
        LatentBatch empty = Latent(16);
        Assert.Equal(new Shape([1, 4, 4, 4]), Sample(new KSampler { Steps = 2 }, empty).Samples.Shape);
        DiffusionException problem = Assert.Throws<DiffusionException>(() => Sample(new KSampler { Steps = 2 }, Latent(16, 0.5f)));
        Assert.Equal(DiffusionCodes.Mismatch, problem.Code);
    }

    [Fact]
    public void Values_that_are_not_numbers_are_named_by_where_they_come_from()
    {
        Assert.Equal("latent_image", Assert.Throws<DiffusionException>(() => Sample(new KSampler { Steps = 2 }, Latent(4, float.NaN))).Argument);
        DiffusionException problem = Assert.Throws<DiffusionException>(() => Sample(new KSampler { Steps = 2 }, Latent(4), float.NaN));
        Assert.Equal(DiffusionCodes.WeightsNotFinite, problem.Code);
    }

    [Fact]
    public void Without_any_way_to_go_the_latent_stays_as_it_is()
    {
        LatentBatch latent = Latent(4, 0.5f);
        Assert.Equal(latent.Samples.ToArray(), Sample(new KSampler { Steps = 3, Denoise = 0 }, latent).Samples.ToArray());
        Assert.Equal(latent.Samples.ToArray(), Sample(new KSampler { Steps = 3, StartStep = 3 }, latent).Samples.ToArray());
    }

    [Fact]
    public void A_cancelled_run_ends_at_its_next_evaluation()
    {
        using CancellationTokenSource source = new();
        List<int> steps = [];
        KSampler settings = new()
        {
            Steps = 8,
            OnStep = step =>
            {
                steps.Add(step.Index);
                source.Cancel();
            },
        };
        Assert.Throws<OperationCanceledException>(() => settings.Sample(Model(1), Some(), Some(), Latent(4), source.Token));
        Assert.Equal([0], steps);
    }

    public static TheoryData<string> Samplers => [.. SamplerRegistry.Names];

    [Theory]
    [MemberData(nameof(Samplers))]
    public void Memory_does_not_grow_with_the_steps_and_nothing_is_left_behind(string sampler)
    {
        using TensorScope scope = TensorScope.Begin();
        DiffusionModel model = Model(1);
        (ConditioningList positive, ConditioningList negative) = (Some(), Some());
        LatentBatch latent = Latent(4);
        long before = _backend.Memory.Tensors;
        List<long> held = [];
        KSampler settings = new() { Steps = 16, Sampler = sampler, Scheduler = "karras", OnStep = _ => held.Add(_backend.Memory.Tensors) };
        LatentBatch result = settings.Sample(model, positive, negative, latent, TestContext.Current.CancellationToken);
        Assert.Equal(before + 1, _backend.Memory.Tensors);
        Assert.True(held.Count < 9 || held[^2] <= held[8] + 1, string.Join(' ', held));
        result.Samples.Dispose();
    }

    [Fact]
    public void Splitting_and_turning_round_keeps_every_level()
    {
        float[] sigmas = [4, 3, 2, 1, 0];
        (float[] high, float[] low) = SigmaTools.Split(sigmas, 2);
        Assert.Equal([4, 3, 2], high);
        Assert.Equal([2, 1, 0], low);
        (high, low) = SigmaTools.SplitByDenoise(sigmas, 0.5);
        Assert.Equal([4, 3, 2], high);
        Assert.Equal([2, 1, 0], low);
        Assert.Equal([0.0001f, 1, 2, 3, 4], SigmaTools.Flip(sigmas));
        Assert.Empty(SigmaTools.Flip([]));
    }

    public void Dispose() => _backend.Dispose();

    private LatentBatch Sample(KSampler settings, LatentBatch latent, float answer = 1) => settings.Sample(Model(answer), Some(), Some(), latent);

    private LatentBatch Latent(int channels, float value = 0) => new() { Samples = _backend.Full([1, channels, 4, 4], value).Detach() };

    private ConditioningList Some() => new([new ConditioningEntry { Text = _backend.Full([1, 2, 3], 1).Detach() }]);

    private DiffusionModel Model(float answer) => new()
    {
        Network = new Echo(answer),
        Backend = _backend,
        Sampling = DiscreteSampling.Create(PredictionKind.Noise),
        Latents = LatentFormats.Sd15,
    };

    /// <summary>Says of everything that it is noise, as strong as told.</summary>
    private sealed class Echo(float answer) : IDiffusionNetwork
    {
        public Tensor Forward(NetworkInput input) => input.Latent * answer * 0.9f;
    }
}
