using Vortex.Diffusion;
using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Latents;
using Vortex.Diffusion.Management;
using Vortex.Diffusion.Recipes;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;

namespace Vortex.Nodes.Tests.Packs;

/// <summary>Nodes that change guidance, through a real network and the sampling nodes.</summary>
public sealed class GuidedSamplingNodesTests : IDisposable
{
    private readonly TinyFolder _folder = new();
    private readonly CpuBackend _backend = new();
    private readonly ModelManager _models;

    public GuidedSamplingNodesTests() => _models = new ModelManager(_backend, _folder);

    public void Dispose()
    {
        _models.Dispose();
        _backend.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("PerturbedAttentionGuidance", "scale", 0.0, 3.0)]
    [InlineData("SelfAttentionGuidance", "scale", 0.0, 0.5)]
    public async Task Guidance_of_scale_0_changes_nothing_and_more_does(string node, string input, double none, double some)
    {
        ModelRecipe model = new(new WeightsRecipe.FromFiles([_folder["checkpoints", "tiny-sd15.safetensors"]]));
        async Task<ModelRecipe> With(double scale) => Assert.IsType<ModelRecipe>(await Core.OneAsync(
            node, node == "SelfAttentionGuidance" ? [("model", model), (input, scale), ("blur_sigma", 2.0)] : [("model", model), (input, scale)]));
        float[] plain = (await SampleAsync(model, "euler")).ToArray();
        Assert.All(plain.Zip((await SampleAsync(await With(none), "euler")).ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        float[] guided = (await SampleAsync(await With(some), "euler")).ToArray();
        Assert.True(plain.Zip(guided, (a, b) => Math.Abs(a - b)).Max() > 1e-4);
        Assert.All(guided, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public async Task A_white_mask_means_the_same_to_differential_diffusion_and_a_grey_one_does_not()
    {
        ModelRecipe model = new(new WeightsRecipe.FromFiles([_folder["checkpoints", "tiny-sd15.safetensors"]]));
        ModelRecipe changed = Assert.IsType<ModelRecipe>(await Core.OneAsync("DifferentialDiffusion", ("model", model)));
        Tensor white = _backend.Full([1, 1, 16, 16], 1).Detach();
        Tensor grey = _backend.Full([1, 1, 16, 16], 0.5f).Detach();
        Assert.Equal((await SampleAsync(model, "euler", white)).ToArray(), (await SampleAsync(changed, "euler", white)).ToArray());
        Assert.NotEqual((await SampleAsync(model, "euler", grey)).ToArray(), (await SampleAsync(changed, "euler", grey)).ToArray());
    }

    [Fact]
    public async Task Consistency_steps_that_grow_give_a_larger_latent_and_refuse_a_mask()
    {
        ModelRecipe model = new(new WeightsRecipe.FromFiles([_folder["checkpoints", "tiny-sd15.safetensors"]]));
        SamplerRecipe grows = Assert.IsType<SamplerRecipe>(await Core.OneAsync("SamplerLCMUpscale", ("scale_ratio", 2.0), ("scale_steps", -1), ("upscale_method", "bislerp")));
        Assert.Equal(new Shape([1, 4, 32, 32]), (await CustomAsync(model, grows, null)).Shape);
        NodeProblemException problem = await Assert.ThrowsAsync<NodeProblemException>(() => CustomAsync(model, grows, _backend.Full([1, 1, 16, 16], 1).Detach()));
        Assert.Equal(DiffusionCodes.Mismatch, problem.Code);
    }

    [Theory]
    [InlineData("exp_heun_2_x0")]
    [InlineData("exp_heun_2_x0_sde")]
    public async Task Samplers_of_the_list_are_computed(string sampler)
    {
        ModelRecipe model = new(new WeightsRecipe.FromFiles([_folder["checkpoints", "tiny-sd15.safetensors"]]));
        Assert.All((await SampleAsync(model, sampler)).ToArray(), value => Assert.True(float.IsFinite(value)));
    }

    private async Task<Tensor> SampleAsync(ModelRecipe model, string sampler, Tensor? mask = null)
    {
        object?[] outputs = await Core.RunAsync(
            "KSampler", new RecordingContext(_models), ("model", model), ("seed", 7), ("steps", 3), ("cfg", 4.0), ("sampler_name", sampler), ("scheduler", "normal"), ("positive", Prompt(0.3f)),
            ("negative", Prompt(0.7f)), ("latent_image", Latent(mask)), ("denoise", 1.0));
        return Assert.IsType<LatentBatch>(outputs[0]).Samples;
    }

    private async Task<Tensor> CustomAsync(ModelRecipe model, SamplerRecipe sampler, Tensor? mask)
    {
        object?[] outputs = await Core.RunAsync(
            "SamplerCustom", new RecordingContext(_models), ("model", model), ("add_noise", true), ("noise_seed", 7), ("cfg", 1.5), ("positive", Prompt(0.3f)), ("negative", Prompt(0.7f)), ("sampler", sampler),
            ("sigmas", new SigmaSchedule([14.6f, 6, 2, 0.5f, 0])), ("latent_image", Latent(mask)));
        return Assert.IsType<LatentBatch>(outputs[0]).Samples;
    }

    private LatentBatch Latent(Tensor? mask) => new() { Samples = _backend.Full([1, 4, 16, 16], mask is null ? 0 : 0.5f).Detach(), NoiseMask = mask };

    private ConditioningList Prompt(float pitch) =>
        new([new ConditioningEntry { Text = _backend.From([.. Enumerable.Range(0, 77 * 32).Select(i => MathF.Cos(i * pitch))], [1, 77, 32]).Detach() }]);
}
