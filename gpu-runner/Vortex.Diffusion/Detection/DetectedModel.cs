using System.Collections.Immutable;
using Vortex.Diffusion.Networks;

namespace Vortex.Diffusion.Detection;

/// <summary>How the keys of a text or picture encoder are named.</summary>
public enum EncoderLayout
{
    /// <summary>As transformers names them: <c>text_model.encoder.layers.0…</c>.</summary>
    HuggingFace = 0,

    /// <summary>As OpenCLIP names them: <c>transformer.resblocks.0…</c>.</summary>
    OpenClip = 1,
}

/// <summary>A text encoder found in a file.</summary>
/// <param name="Kind">Which one.</param>
/// <param name="Prefix">Stands before its keys: what follows it is <c>text_model.…</c> in the one layout, <c>transformer.resblocks.…</c> in the other, or <c>encoder.layers.…</c> in checkpoints from before <c>text_model</c>.</param>
/// <param name="Layout">How its keys are named.</param>
public sealed record DetectedTextEncoder(TextEncoderKind Kind, string Prefix, EncoderLayout Layout)
{
    /// <summary>Gets the width of its hidden state.</summary>
    public int Width { get; init; }

    /// <summary>Gets its layers.</summary>
    public int Layers { get; init; }

    /// <summary>Gets the name of an encoder that is not supported, such as <c>T5 XXL</c>.</summary>
    public string? Name { get; init; }
}

/// <summary>What a model file holds, told from its keys and shapes. Nothing in it depends on values, except the prediction of SD 2.</summary>
public sealed record DetectedModel
{
    /// <summary>Gets what the file is called in messages.</summary>
    public required string File { get; init; }

    /// <summary>Gets the sort of model.</summary>
    public ModelKind Kind { get; init; }

    /// <summary>Gets the family of its diffusion model; null where it has none, or none that is known.</summary>
    public ModelFamily? Family { get; init; }

    /// <summary>Gets whether the sizes are those of the published family, and not only like them.</summary>
    public bool IsPublishedSize { get; init; }

    /// <summary>Gets the build of its UNet (of a ControlNet: of the half it has); null where it has none.</summary>
    public UNetConfig? UNet { get; init; }

    /// <summary>Gets what stands before the diffusion model's keys.</summary>
    public string UNetPrefix { get; init; } = "";

    /// <summary>Gets whether the diffusion model, ControlNet or autoencoder has keys of the diffusers layout: rename them with <see cref="DiffusersKeys"/> first.</summary>
    public bool IsDiffusersLayout { get; init; }

    /// <summary>Gets what its network predicts.</summary>
    public Prediction Prediction { get; init; }

    /// <summary>Gets whether its schedule is rescaled so that the last step holds no signal.</summary>
    public bool IsZeroTerminal { get; init; }

    /// <summary>Gets the format of its latents; null where that is not known.</summary>
    public LatentFormat? Latents { get; init; }

    /// <summary>Gets its text encoders in the order their widths are joined.</summary>
    public ImmutableArray<DetectedTextEncoder> TextEncoders { get; init; } = [];

    /// <summary>Gets what stands before the autoencoder's keys; null where it has none.</summary>
    public string? VaePrefix { get; init; }

    /// <summary>Gets what stands before the picture encoder's keys; null where it has none.</summary>
    public string? VisionPrefix { get; init; }

    /// <summary>Gets what more is known, such as an upscaler's design.</summary>
    public string? Detail { get; init; }

    /// <summary>Says what the file looks like: <c>a LoRA</c>, <c>a checkpoint of Stable Diffusion 1.5</c>.</summary>
    public string Describe() => Kind.Title() + (Family is { } family ? $" of {family.Title}" : Detail is { } detail ? $" ({detail})" : "");

    /// <summary>Returns itself when it is of one of the kinds.</summary>
    /// <exception cref="DiffusionException">It is not: <see cref="DiffusionCodes.Mismatch"/>, saying what it looks like and where that belongs.</exception>
    public DetectedModel Expect(params ReadOnlySpan<ModelKind> kinds)
    {
        if (kinds.Contains(Kind))
        {
            return this;
        }

        string wanted = kinds[0].Title();
        throw Kind == ModelKind.Unknown
            ? new DiffusionException(DiffusionCodes.FamilyUnsupported, $"'{File}' is not {wanted}: its keys are those of no model that is known here.")
            : new DiffusionException(DiffusionCodes.Mismatch, $"'{File}' is not {wanted}: it looks like {Describe()}{(Kind.Remedy() is { } remedy ? $"; {remedy}" : "")}.");
    }

    /// <summary>Returns the family when networks of it can be made.</summary>
    /// <exception cref="DiffusionException">They cannot: <see cref="DiffusionCodes.FamilyUnsupported"/>, naming the family.</exception>
    public ModelFamily SupportedFamily() => Family switch
    {
        { IsSupported: true } family => family,
        not null => throw new DiffusionException(DiffusionCodes.FamilyUnsupported, $"'{File}' is {Describe()}, a family that is not supported yet."),
        null => throw new DiffusionException(DiffusionCodes.FamilyUnsupported, $"'{File}' holds no diffusion model of a family that is known here; it looks like {Describe()}."),
    };
}
