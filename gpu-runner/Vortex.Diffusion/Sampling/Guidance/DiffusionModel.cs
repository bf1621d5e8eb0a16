using System.Collections.Immutable;
using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Detection;
using Vortex.Diffusion.Networks;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Sampling.Guidance.Changes;
using Vortex.Diffusion.Sampling.Schedules;
using Vortex.Tensors;

namespace Vortex.Diffusion.Sampling.Guidance;

/// <summary>A network with all that sampling must know of it: noise levels, latent format, what it is told beside the text, and changes made by options.</summary>
public sealed record DiffusionModel
{
    /// <summary>Gets the network.</summary>
    public required IDiffusionNetwork Network { get; init; }

    /// <summary>Gets what computes.</summary>
    public required ITensorBackend Backend { get; init; }

    /// <summary>Gets the noise levels.</summary>
    public required ModelSampling Sampling { get; init; }

    /// <summary>Gets how latents are scaled for the network.</summary>
    public required LatentFormat Latents { get; init; }

    /// <summary>Gets the channels of the network's first level, which FreeU goes by; 0 where it has none.</summary>
    public int ModelChannels { get; init; }

    /// <summary>Gets the width of the text that the network takes; 0 where any will do.</summary>
    public int TextWidth { get; init; }

    /// <summary>Gets what the network sees beside the noisy latent.</summary>
    public ExtraChannels Extra { get; init; }

    /// <summary>Gets what makes the vector the network is told beside the text, [batch, width]; null where it takes none.</summary>
    public Func<VectorRequest, Tensor>? Vector { get; init; }

    /// <summary>Gets the first beta of the family's schedule.</summary>
    public double BetaStart { get; init; } = 0.00085;

    /// <summary>Gets the last beta of the family's schedule.</summary>
    public double BetaEnd { get; init; } = 0.012;

    /// <summary>Gets what options do between the network's blocks.</summary>
    public NetworkHooks Hooks { get; init; } = NetworkHooks.None;

    /// <summary>Gets how guidance joins two answers; null for the plain way.</summary>
    public IGuidanceRule? Guidance { get; init; }

    /// <summary>Gets what is done to the guided answer, in this order.</summary>
    internal ImmutableArray<GuidedChange> Changes { get; init; } = [];

    /// <summary>Gets how a noise mask counts at each level; null for the plain way.</summary>
    internal DifferentialMask? Masking { get; init; }

    /// <summary>Gets what loads control networks; null where none can be used.</summary>
    public Func<ControlRecipe, ControlNetwork>? Controls { get; init; }

    /// <summary>Gets what loads GLIGENs; null where none can be used.</summary>
    public Func<GligenRecipe, Gligen>? Gligens { get; init; }

    /// <summary>Gets the most latent pixels of one evaluation, over its batch: conditionings beyond are evaluated one after the other.</summary>
    public long MaxBatchPixels { get; init; } = 4 * 128 * 128;
}

/// <summary>What a network sees beside the noisy latent.</summary>
public enum ExtraChannels
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A mask and the latent of the masked picture (nine channels in all).</summary>
    Inpaint,

    /// <summary>The latent of a picture to edit (eight channels in all), in the autoencoder's scale.</summary>
    InstructPicture,

    /// <summary>The latent of a picture to edit, in the model's scale (SDXL).</summary>
    InstructPictureScaled,
}

/// <summary>What a vector is made for.</summary>
/// <param name="Model">The model.</param>
/// <param name="Entry">The prompt.</param>
/// <param name="Width">The picture's width in pixels.</param>
/// <param name="Height">The picture's height in pixels.</param>
/// <param name="IsNegative">Whether the prompt says what is not wanted.</param>
/// <param name="Seed">The seed of sampling, for vectors that are noised.</param>
public sealed record VectorRequest(DiffusionModel Model, ConditioningEntry Entry, int Width, int Height, bool IsNegative, ulong Seed);

/// <summary>Joins the answers for the positive and for the negative prompt.</summary>
public interface IGuidanceRule
{
    /// <summary>Returns the clean latent with guidance.</summary>
    /// <param name="x">The noisy latent.</param>
    /// <param name="positive">The clean latent for the positive prompt.</param>
    /// <param name="negative">The clean latent for the negative one.</param>
    /// <param name="scale">How much guidance.</param>
    /// <param name="sigma">The noise level.</param>
    Tensor Join(Tensor x, Tensor positive, Tensor negative, float scale, float sigma);
}
