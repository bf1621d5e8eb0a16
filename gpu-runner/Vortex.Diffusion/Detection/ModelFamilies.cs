using System.Collections.Immutable;
using Vortex.Diffusion.Networks;

namespace Vortex.Diffusion.Detection;

/// <summary>The families whose network is a Stable Diffusion UNet, in the order they are tried. Facts as ComfyUI 0.3.64 has them.</summary>
public static class ModelFamilies
{
    private const string OpenClipVision = "conditioner.embedders.0.open_clip.model.visual.";

    /// <summary>Gets SD 1.x.</summary>
    public static ModelFamily Sd15 { get; } = One("SD15", "Stable Diffusion 1.5");

    /// <summary>Gets instruct-pix2pix on SD 1.5.</summary>
    public static ModelFamily Sd15InstructPix2Pix { get; } = One("SD15_instructpix2pix", "Stable Diffusion 1.5 instruct-pix2pix");

    /// <summary>Gets SD 2.x.</summary>
    public static ModelFamily Sd20 { get; } = Two("SD20", "Stable Diffusion 2");

    /// <summary>Gets SD 2.1 unCLIP with ViT-L.</summary>
    public static ModelFamily Sd21UnclipL { get; } = Two("SD21UnclipL", "Stable Diffusion 2.1 unCLIP (ViT-L)") with { NoiseAugmentationWidth = 768, VisionPrefix = "embedder.model.visual." };

    /// <summary>Gets SD 2.1 unCLIP with ViT-H.</summary>
    public static ModelFamily Sd21UnclipH { get; } = Two("SD21UnclipH", "Stable Diffusion 2.1 unCLIP (ViT-H)") with { NoiseAugmentationWidth = 1024, VisionPrefix = "embedder.model.visual." };

    /// <summary>Gets instruct-pix2pix on SDXL.</summary>
    public static ModelFamily SdxlInstructPix2Pix { get; } = Xl("SDXL_instructpix2pix", "SDXL instruct-pix2pix");

    /// <summary>Gets the SDXL refiner.</summary>
    public static ModelFamily SdxlRefiner { get; } = Xl("SDXLRefiner", "SDXL refiner") with { TextEncoders = [TextEncoderKind.ClipG] };

    /// <summary>Gets SDXL.</summary>
    public static ModelFamily Sdxl { get; } = Xl("SDXL", "SDXL");

    /// <summary>Gets SSD-1B, a smaller SDXL.</summary>
    public static ModelFamily Ssd1B { get; } = Xl("SSD1B", "SSD-1B");

    /// <summary>Gets KOALA 700M, a smaller SDXL.</summary>
    public static ModelFamily Koala700M { get; } = Xl("KOALA_700M", "KOALA 700M");

    /// <summary>Gets KOALA 1B, a smaller SDXL.</summary>
    public static ModelFamily Koala1B { get; } = Xl("KOALA_1B", "KOALA 1B");

    /// <summary>Gets Segmind Vega, a smaller SDXL.</summary>
    public static ModelFamily SegmindVega { get; } = Xl("Segmind_Vega", "Segmind Vega");

    /// <summary>Gets all of them in the order they are tried.</summary>
    public static ImmutableArray<ModelFamily> All => [.. Ordered.Select(entry => entry.Family)];

    internal static ImmutableArray<UNetFamily> Ordered { get; } =
    [
        new(Unsupported(Two("LotusD", "Lotus")), (net, _) => IsStill(net) && net is { ModelChannels: 320, UseLinearInTransformer: true, AdmInChannels: 4, InChannels: 4 }),
        new(Unsupported(One("Stable_Zero123", "Stable Zero123") with { TextEncoders = [], VisionPrefix = "cond_stage_model.model.visual." }),
            (net, all) => IsSd15(net) && net.InChannels == 8 && all.HasAll("cc_projection.weight", "cc_projection.bias")),
        new(Sd15InstructPix2Pix, (net, _) => IsSd15(net) && net.InChannels == 8),
        new(Sd15, (net, _) => IsSd15(net)),
        new(Sd20, (net, _) => IsSd2(net) && net.AdmInChannels is null),
        new(Sd21UnclipL, (net, _) => IsSd2(net) && net.AdmInChannels == 1536),
        new(Sd21UnclipH, (net, _) => IsSd2(net) && net.AdmInChannels == 2048),
        new(SdxlInstructPix2Pix, (net, _) => IsSdxl(net, [0, 0, 2, 2, 10, 10]) && net.InChannels == 8),
        new(SdxlRefiner, (net, _) => IsStill(net) && net is { ModelChannels: 384, UseLinearInTransformer: true, ContextDim: 1280, AdmInChannels: 2560 } && HasDepth(net, [0, 0, 4, 4, 4, 4, 0, 0])),
        new(Sdxl, (net, _) => IsSdxl(net, [0, 0, 2, 2, 10, 10])),
        new(Ssd1B, (net, _) => IsSdxl(net, [0, 0, 2, 2, 4, 4])),
        new(Koala700M, (net, _) => IsSdxl(net, [0, 2, 5])),
        new(Koala1B, (net, _) => IsSdxl(net, [0, 2, 6])),
        new(SegmindVega, (net, _) => IsSdxl(net, [0, 0, 1, 1, 2, 2])),
        new(Unsupported(Two("SD_X4Upscaler", "Stable Diffusion x4 upscaler") with { Prediction = Prediction.Velocity, Latents = LatentFormats.SdX4, LinearStart = 0.0001, LinearEnd = 0.02, NumHeads = 8, NumHeadChannels = -1 }),
            (net, _) => IsStill(net) && net is { ContextDim: 1024, ModelChannels: 256, InChannels: 7, UseLinearInTransformer: true, AdmInChannels: null }),
        new(Unsupported(Video("SV3D_u", "Stable Video 3D (u)")), (net, _) => IsVideo(net) && net.AdmInChannels == 256),
        new(Unsupported(Video("SV3D_p", "Stable Video 3D (p)")), (net, _) => IsVideo(net) && net.AdmInChannels == 1280),
        new(Unsupported(Video("SVD_img2vid", "Stable Video Diffusion")), (net, _) => IsVideo(net) && net.AdmInChannels == 768),
    ];

    /// <summary>Returns the family that a build is most like where its sizes are none of the published ones, as with tiny models for tests.</summary>
    internal static ModelFamily? Nearest(UNetConfig net)
    {
        if (!IsStill(net) || net.ClassCount is not null)
        {
            return null;
        }

        if (net.AdmInChannels is null)
        {
            ModelFamily first = net.InChannels == 8 ? Sd15InstructPix2Pix : Sd15;
            return Resized(net.UseLinearInTransformer ? Sd20 : first, net);
        }

        // SDXL leaves transformers out of its first level, the refiner out of its last one too; unCLIP has them where SD 2 does.
        bool isXl = net.TransformerDepth.Length > 0 && net.TransformerDepth[0] == 0;
        ModelFamily xl = net.TransformerDepth.Length > 0 && net.TransformerDepth[^1] == 0 ? SdxlRefiner
            : net.InChannels == 8 ? SdxlInstructPix2Pix : Sdxl;
        return net.UseLinearInTransformer ? Resized(isXl ? xl : Sd21UnclipH, net) : null;
    }

    // Sixteen channels a head suit a network too narrow for the published sixty-four.
    private static ModelFamily Resized(ModelFamily family, UNetConfig net) =>
        family.NumHeadChannels > 0 && net.ModelChannels % family.NumHeadChannels != 0 ? family with { NumHeadChannels = 16 } : family;

    private static bool IsStill(UNetConfig net) => !net.UseTemporalAttention;

    private static bool IsSd15(UNetConfig net) => IsStill(net) && net is { ContextDim: 768, ModelChannels: 320, UseLinearInTransformer: false, AdmInChannels: null };

    private static bool IsSd2(UNetConfig net) => IsStill(net) && net is { ContextDim: 1024, ModelChannels: 320, UseLinearInTransformer: true };

    private static bool IsSdxl(UNetConfig net, ReadOnlySpan<int> depth) =>
        IsStill(net) && net is { ModelChannels: 320, UseLinearInTransformer: true, ContextDim: 2048, AdmInChannels: 2816 } && HasDepth(net, depth);

    private static bool IsVideo(UNetConfig net) =>
        net is { ModelChannels: 320, InChannels: 8, UseLinearInTransformer: true, ContextDim: 1024, UseTemporalAttention: true, UseTemporalResblock: true } && HasDepth(net, [1, 1, 1, 1, 1, 1, 0, 0]);

    private static bool HasDepth(UNetConfig net, ReadOnlySpan<int> depth) => net.TransformerDepth.AsSpan().SequenceEqual(depth);

    private static ModelFamily One(string name, string title) =>
        new(name, title) { IsSupported = true, Latents = LatentFormats.Sd15, TextEncoders = [TextEncoderKind.ClipL], NumHeads = 8 };

    private static ModelFamily Two(string name, string title) =>
        new(name, title) { IsSupported = true, Latents = LatentFormats.Sd15, TextEncoders = [TextEncoderKind.ClipH], NumHeadChannels = 64 };

    private static ModelFamily Xl(string name, string title) =>
        new(name, title) { IsSupported = true, Latents = LatentFormats.Sdxl, TextEncoders = [TextEncoderKind.ClipL, TextEncoderKind.ClipG], NumHeadChannels = 64 };

    private static ModelFamily Video(string name, string title) =>
        new(name, title) { Latents = LatentFormats.Sd15, Prediction = Prediction.VelocityEdm, NumHeadChannels = 64, VisionPrefix = OpenClipVision };

    private static ModelFamily Unsupported(ModelFamily family) => family with { IsSupported = false };
}
