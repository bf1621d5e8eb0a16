using System.Collections.Immutable;
using Vortex.Diffusion.Conditioning;

namespace Vortex.Diffusion.Recipes;

/// <summary>Which sampler, with its settings. ComfyUI's SAMPLER.</summary>
/// <param name="Name">ComfyUI's name, such as <c>dpmpp_2m_sde</c>.</param>
public sealed record SamplerRecipe(string Name)
{
    /// <summary>Gets settings by ComfyUI's name, such as <c>eta</c> and <c>s_noise</c>; what is missing has the sampler's default.</summary>
    public ImmutableSortedDictionary<string, double> Numbers { get; init; } = ImmutableSortedDictionary<string, double>.Empty;

    /// <summary>Gets settings that are texts, such as <c>solver_type</c>.</summary>
    public ImmutableSortedDictionary<string, string> Texts { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>Noise levels from step to step, usually falling, the last one usually 0. ComfyUI's SIGMAS.</summary>
/// <param name="Values">One more than there are steps; may be empty.</param>
public sealed record SigmaSchedule(ImmutableArray<float> Values);

/// <summary>What noise sampling begins with. ComfyUI's NOISE.</summary>
/// <param name="Seed">The seed; null for no noise.</param>
public sealed record NoiseRecipe(ulong? Seed);

/// <summary>How predictions are joined to one. ComfyUI's GUIDER.</summary>
/// <param name="Kind"><c>basic</c>: [positive]; <c>cfg</c>: [positive, negative]; <c>dual_cfg</c>: [first, second, negative]; <c>perp_neg</c>: [positive, negative, empty].</param>
/// <param name="Model">The network.</param>
/// <param name="Conditionings">The prompts in the order of the kind.</param>
/// <param name="Scales">None; [cfg]; [cfg of first to second, cfg of second to negative]; [cfg, how much of the negative].</param>
/// <param name="Style">For <c>dual_cfg</c>: <c>regular</c> or <c>nested</c>.</param>
public sealed record GuiderRecipe(
    string Kind, ModelRecipe Model, ImmutableArray<ConditioningList> Conditionings, ImmutableArray<float> Scales, string? Style = null);

/// <summary>A style model (Redux): STYLE_MODEL.</summary>
public sealed record StyleRecipe(WeightsRecipe Source) : Recipe(Source);
