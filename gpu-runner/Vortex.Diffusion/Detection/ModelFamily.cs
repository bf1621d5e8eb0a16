using System.Collections.Immutable;
using Vortex.Diffusion.Networks;

namespace Vortex.Diffusion.Detection;

/// <summary>What a network predicts.</summary>
public enum Prediction
{
    /// <summary>The noise.</summary>
    Epsilon = 0,

    /// <summary>The velocity: a mix of noise and picture.</summary>
    Velocity = 1,

    /// <summary>EDM preconditioning (Playground 2.5).</summary>
    Edm = 2,

    /// <summary>Velocity on a continuous range of noise levels (SVD, CosXL).</summary>
    VelocityEdm = 3,
}

/// <summary>A text encoder's kind.</summary>
public enum TextEncoderKind
{
    /// <summary>CLIP ViT-L.</summary>
    ClipL = 0,

    /// <summary>OpenCLIP ViT-H.</summary>
    ClipH = 1,

    /// <summary>OpenCLIP ViT-bigG.</summary>
    ClipG = 2,

    /// <summary>One that is known by name and not supported, such as T5 or a language model.</summary>
    Other = 3,
}

/// <summary>A family of diffusion models.</summary>
/// <param name="Name">ComfyUI's name of it, such as <c>SD15</c>.</param>
/// <param name="Title">What a person calls it.</param>
public sealed record ModelFamily(string Name, string Title)
{
    /// <summary>Gets whether networks of it can be made here.</summary>
    public bool IsSupported { get; init; }

    /// <summary>Gets the format of its latents; null where it is not known here.</summary>
    public LatentFormat? Latents { get; init; }

    /// <summary>Gets the text encoders it was trained with, in the order their widths are joined.</summary>
    public ImmutableArray<TextEncoderKind> TextEncoders { get; init; } = [];

    /// <summary>Gets what it predicts unless a file says otherwise.</summary>
    public Prediction Prediction { get; init; }

    /// <summary>Gets the attention heads of every level, or -1.</summary>
    public int NumHeads { get; init; } = -1;

    /// <summary>Gets the channels of one head, or -1.</summary>
    public int NumHeadChannels { get; init; } = -1;

    /// <summary>Gets the first beta of its noise schedule.</summary>
    public double LinearStart { get; init; } = 0.00085;

    /// <summary>Gets the last beta of its noise schedule.</summary>
    public double LinearEnd { get; init; } = 0.012;

    /// <summary>Gets the width of the timestep embedding that noise-augments a CLIP vision embedding; null for families that are no unCLIP.</summary>
    public int? NoiseAugmentationWidth { get; init; }

    /// <summary>Gets where the picture encoder lies in its checkpoints, or null.</summary>
    public string? VisionPrefix { get; init; }

    /// <summary>Compares names.</summary>
    public bool Equals(ModelFamily? other) => Name == other?.Name;

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <summary>Says the name a person knows.</summary>
    public override string ToString() => Title;
}

/// <summary>A UNet family and which builds are of it.</summary>
internal sealed record UNetFamily(ModelFamily Family, Func<UNetConfig, KeyIndex, bool> Matches);
