using System.Collections.Immutable;
using Vortex.Diffusion.Recipes;
using Vortex.Tensors;

namespace Vortex.Diffusion.Conditioning;

/// <summary>What a prompt became, and where and when it counts. ComfyUI's CONDITIONING is a list of these. Tensors are detached and never changed.</summary>
public sealed record ConditioningEntry
{
    /// <summary>Gets the text: [batch, tokens, width].</summary>
    public required Tensor Text { get; init; }

    /// <summary>Gets the pooled text: [batch, width], or null.</summary>
    public Tensor? Pooled { get; init; }

    /// <summary>Gets the part of the picture it counts for; null for all.</summary>
    public ConditioningArea? Area { get; init; }

    /// <summary>Gets the mask [batch, height, width] it counts with, 0 to 1; null for everywhere.</summary>
    public Tensor? Mask { get; init; }

    /// <summary>Gets the mask's strength.</summary>
    public float MaskStrength { get; init; } = 1;

    /// <summary>Gets whether the area is cut to the mask's bounds.</summary>
    public bool AreaToMaskBounds { get; init; }

    /// <summary>Gets how much it counts against others.</summary>
    public float Strength { get; init; } = 1;

    /// <summary>Gets the part of sampling it counts in: 0 at its begin.</summary>
    public float Start { get; init; }

    /// <summary>Gets where it ends to count: 1 at the end of sampling.</summary>
    public float End { get; init; } = 1;

    /// <summary>Gets SDXL's sizes; null for those of the latent.</summary>
    public SizeConditioning? Sizes { get; init; }

    /// <summary>Gets SDXL refiner's aesthetic score; null for the default.</summary>
    public float? AestheticScore { get; init; }

    /// <summary>Gets control networks, the first one applied last.</summary>
    public ImmutableArray<ControlRequest> Controls { get; init; } = [];

    /// <summary>Gets the latent an inpainting or instruct-pix2pix model sees beside the noise: [batch, channels, height, width].</summary>
    public Tensor? ConcatLatent { get; init; }

    /// <summary>Gets the mask an inpainting model sees: [batch, 1, height, width].</summary>
    public Tensor? ConcatMask { get; init; }

    /// <summary>Gets pictures for unCLIP models.</summary>
    public ImmutableArray<UnclipRequest> Unclip { get; init; } = [];

    /// <summary>Gets what is where in the picture; null for nothing.</summary>
    public GligenRequest? Gligen { get; init; }

    /// <summary>Gets other values by ComfyUI's name, for families that come later (such as <c>guidance</c>).</summary>
    public ImmutableDictionary<string, float> Numbers { get; init; } = ImmutableDictionary<string, float>.Empty;
}

/// <summary>A rectangle of the latent: in latent pixels (an eighth of the picture's), or in parts of the whole.</summary>
/// <param name="Height">Height.</param>
/// <param name="Width">Width.</param>
/// <param name="Y">Top.</param>
/// <param name="X">Left.</param>
/// <param name="IsRelative">Whether the numbers are parts of the whole, 0 to 1.</param>
public sealed record ConditioningArea(float Height, float Width, float Y, float X, bool IsRelative);

/// <summary>SDXL's conditioning on sizes, in pixels.</summary>
public sealed record SizeConditioning(int Width, int Height, int CropWidth, int CropHeight, int TargetWidth, int TargetHeight);

/// <summary>A control network at work on a picture.</summary>
/// <param name="Network">Which one.</param>
/// <param name="Hint">[batch, 3, height, width], 0 to 1.</param>
/// <param name="Strength">How much it adds.</param>
/// <param name="Start">From which part of sampling, 0 to 1.</param>
/// <param name="End">To which part.</param>
/// <param name="VaeLatent">The hint as latent for networks that want one; null otherwise.</param>
/// <param name="IsOnBoth">Whether it reaches the opposite list too (plain ControlNetApply).</param>
public sealed record ControlRequest(ControlRecipe Network, Tensor Hint, float Strength, float Start, float End, Tensor? VaeLatent = null, bool IsOnBoth = false)
{
    /// <summary>Gets extra arguments, such as a union network's type.</summary>
    public ImmutableDictionary<string, int> Options { get; init; } = ImmutableDictionary<string, int>.Empty;
}

/// <summary>A picture's CLIP vision embedding for an unCLIP model.</summary>
/// <param name="Embedding">[batch, width].</param>
/// <param name="Strength">How much it counts.</param>
/// <param name="NoiseAugmentation">0 to 1.</param>
public sealed record UnclipRequest(Tensor Embedding, float Strength, float NoiseAugmentation);

/// <summary>Text boxes for GLIGEN.</summary>
/// <param name="Network">Which GLIGEN.</param>
/// <param name="Boxes">The boxes in the order they were added; at least one.</param>
public sealed record GligenRequest(GligenRecipe Network, ImmutableArray<GligenBox> Boxes);

/// <summary>Something in a box.</summary>
/// <param name="Embedding">What it is: the pooled text before it is projected, [1, width].</param>
/// <param name="Height">Height in latent pixels (an eighth of the picture's).</param>
/// <param name="Width">Width.</param>
/// <param name="Y">Top.</param>
/// <param name="X">Left.</param>
public sealed record GligenBox(Tensor Embedding, int Height, int Width, int Y, int X);
