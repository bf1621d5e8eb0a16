using System.Collections.Frozen;
using System.Collections.Immutable;
using Vortex.Diffusion.Recipes;
using Vortex.Tensors;

namespace Vortex.Diffusion.Sampling.Samplers;

/// <summary>A sampler that KSampler knows by name.</summary>
/// <param name="Name">ComfyUI's name.</param>
public sealed record SamplerDefinition(string Name)
{
    /// <summary>Gets whether KSampler leaves the last noise level but one out of its schedule.</summary>
    public bool LeavesPenultimateOut { get; init; }

    /// <summary>Gets whether what is kept of a masked latent gets noise of its own, from the seed after the run's.</summary>
    public bool HasOwnMaskNoise { get; init; }

    /// <summary>Gets whether the latent has another size in the end.</summary>
    public bool ChangesSize { get; init; }

    internal Action<SamplingRun> Run { get; init; } = _ => throw new InvalidOperationException("This sampler has no code.");
}

/// <summary>All samplers by name. Those ending in <c>_gpu</c> are the ones without it: noise here never depends on the device.</summary>
public static class SamplerRegistry
{
    private static readonly ImmutableArray<SamplerDefinition> s_all =
    [
        Of("euler", EulerSamplers.Euler),
        Of("euler_cfg_pp", EulerSamplers.CfgPlusPlus),
        Of("euler_ancestral", EulerSamplers.Ancestral),
        Of("euler_ancestral_cfg_pp", EulerSamplers.AncestralCfgPlusPlus),
        Of("heun", HeunSamplers.Heun),
        Of("heunpp2", HeunSamplers.HeunPlusPlus),
        Of("exp_heun_2_x0", SeedsSamplers.ExponentialHeun),
        Of("exp_heun_2_x0_sde", SeedsSamplers.ExponentialHeunStochastic),
        Of("dpm_2", Dpm2Samplers.Dpm2) with { LeavesPenultimateOut = true },
        Of("dpm_2_ancestral", Dpm2Samplers.Ancestral) with { LeavesPenultimateOut = true },
        Of("lms", MultistepSamplers.Linear),
        Of("dpm_fast", DpmSolver.Fast),
        Of("dpm_adaptive", DpmSolver.Adaptive),
        Of("dpmpp_2s_ancestral", DpmPlusPlusSamplers.SingleStepAncestral),
        Of("dpmpp_2s_ancestral_cfg_pp", DpmPlusPlusSamplers.SingleStepAncestralCfgPlusPlus),
        Of("dpmpp_sde", DpmPlusPlusSdeSamplers.SingleStep),
        Of("dpmpp_sde_gpu", DpmPlusPlusSdeSamplers.SingleStep),
        Of("dpmpp_2m", DpmPlusPlusSamplers.Multistep),
        Of("dpmpp_2m_cfg_pp", DpmPlusPlusSamplers.MultistepCfgPlusPlus),
        Of("dpmpp_2m_sde", DpmPlusPlusSdeSamplers.TwoStep),
        Of("dpmpp_2m_sde_gpu", DpmPlusPlusSdeSamplers.TwoStep),
        Of("dpmpp_2m_sde_heun", DpmPlusPlusSdeSamplers.TwoStepHeun),
        Of("dpmpp_2m_sde_heun_gpu", DpmPlusPlusSdeSamplers.TwoStepHeun),
        Of("dpmpp_3m_sde", DpmPlusPlusSdeSamplers.ThreeStep),
        Of("dpmpp_3m_sde_gpu", DpmPlusPlusSdeSamplers.ThreeStep),
        Of("ddpm", RestartSamplers.Ddpm),
        Of("lcm", RestartSamplers.Lcm),
        Of("ipndm", MultistepSamplers.Ipndm),
        Of("ipndm_v", MultistepSamplers.IpndmUneven),
        Of("deis", MultistepSamplers.Deis),
        Of("res_multistep", ResMultistepSampler.Plain),
        Of("res_multistep_cfg_pp", ResMultistepSampler.CfgPlusPlus),
        Of("res_multistep_ancestral", ResMultistepSampler.Ancestral),
        Of("res_multistep_ancestral_cfg_pp", ResMultistepSampler.AncestralCfgPlusPlus),
        Of("gradient_estimation", MultistepSamplers.GradientEstimation),
        Of("gradient_estimation_cfg_pp", MultistepSamplers.GradientEstimationCfgPlusPlus),
        Of("er_sde", ErSdeSampler.Sample),
        Of("seeds_2", SeedsSamplers.TwoStages),
        Of("seeds_3", SeedsSamplers.ThreeStages),
        Of("sa_solver", SaSolver.Sample),
        Of("sa_solver_pece", SaSolver.SampleTwice),
        Of("ddim", EulerSamplers.Euler) with { HasOwnMaskNoise = true },
        Of("uni_pc", UniPcSampler.First) with { LeavesPenultimateOut = true },
        Of("uni_pc_bh2", UniPcSampler.Second) with { LeavesPenultimateOut = true },
    ];

    // What nodes make and no list offers.
    private static readonly ImmutableArray<SamplerDefinition> s_nodes =
    [
        Of("euler_pp", EulerSamplers.Alternative),
        Of("lcm_upscale", LcmUpscaleSampler.Sample) with { ChangesSize = true },
    ];

    private static readonly FrozenDictionary<string, SamplerDefinition> s_byName = s_all.AddRange(s_nodes).ToFrozenDictionary(sampler => sampler.Name, StringComparer.Ordinal);

    /// <summary>Gets the names in ComfyUI's order.</summary>
    public static ImmutableArray<string> Names { get; } = [.. s_all.Select(sampler => sampler.Name)];

    /// <summary>Returns a sampler.</summary>
    /// <exception cref="DiffusionException">There is none of that name.</exception>
    public static SamplerDefinition Find(string name) => s_byName.TryGetValue(name, out SamplerDefinition? sampler)
        ? sampler
        : throw new DiffusionException(DiffusionCodes.OutOfRange, $"There is no sampler '{name}'; there are {string.Join(", ", Names)}.", "sampler_name");

    /// <summary>Runs a sampler over a latent that has its noise already.</summary>
    /// <param name="recipe">Which sampler, with its settings.</param>
    /// <param name="model">What it asks.</param>
    /// <param name="x">The noisy latent; not changed.</param>
    /// <param name="sigmas">The noise levels, at least one.</param>
    /// <param name="seed">The seed of the noise drawn on the way.</param>
    /// <param name="onStep">Told of each step.</param>
    /// <param name="cancellationToken">Stops between evaluations.</param>
    /// <returns>The latent at the last level, detached.</returns>
    public static Tensor Sample(
        SamplerRecipe recipe, IDenoiser model, Tensor x, float[] sigmas, ulong seed, Action<SamplerStep>? onStep = null, CancellationToken cancellationToken = default)
    {
        SamplerDefinition sampler = Find(recipe.Name);
        using TensorScope scope = TensorScope.Begin();
        using SamplingRun run = new(model, x, sigmas, recipe, seed, onStep, cancellationToken);
        sampler.Run(run);
        return run.Result();
    }

    private static SamplerDefinition Of(string name, Action<SamplingRun> run) => new(name) { Run = run };
}
