using Vortex.Diffusion.Conditioning;
using Vortex.Imaging;
using Vortex.Tensors;

namespace Vortex.Nodes.Packs.Conditioning;

/// <summary>Nodes that say for which part of the picture a prompt counts.</summary>
public static class ConditioningAreaNodes
{
    private const int Downscale = 8;

    /// <summary>Lets prompts count for a rectangle only.</summary>
    /// <param name="conditioning">The prompts.</param>
    /// <param name="width">The width in pixels.</param>
    /// <param name="height">The height in pixels.</param>
    /// <param name="x">Pixels from the left.</param>
    /// <param name="y">Pixels from the top.</param>
    /// <param name="strength">How much they count against others there.</param>
    [Node("ConditioningSetArea", "model/conditioning/transform", DisplayName = "Conditioning (Set Area)")]
    public static ConditioningList SetArea(
        ConditioningList conditioning,
        [Input(Default = 64, Min = 64, Max = PictureLimits.MaxSide, Step = 8)] int width,
        [Input(Default = 64, Min = 64, Max = PictureLimits.MaxSide, Step = 8)] int height,
        [Input(Default = 0, Min = 0, Max = PictureLimits.MaxSide, Step = 8)] int x,
        [Input(Default = 0, Min = 0, Max = PictureLimits.MaxSide, Step = 8)] int y,
        [Input(Default = 1.0, Min = 0.0, Max = 10.0, Step = 0.01)] double strength)
    {
        // Whole places of the latent: the division rounds down on purpose.
        ConditioningArea area = new(height / Downscale, width / Downscale, y / Downscale, x / Downscale, IsRelative: false);
        return conditioning.Each(entry => entry with { Area = area, Strength = (float)strength, AreaToMaskBounds = false });
    }

    /// <summary>Lets prompts count for a rectangle only, given in parts of the picture.</summary>
    /// <param name="conditioning">The prompts.</param>
    /// <param name="width">The width; 1 is the whole picture.</param>
    /// <param name="height">The height; 1 is the whole picture.</param>
    /// <param name="x">The distance from the left.</param>
    /// <param name="y">The distance from the top.</param>
    /// <param name="strength">How much they count against others there.</param>
    [Node("ConditioningSetAreaPercentage", "model/conditioning/transform", DisplayName = "Conditioning (Set Area with Percentage)")]
    public static ConditioningList SetAreaPercentage(
        ConditioningList conditioning,
        [Input(Default = 1.0, Min = 0.0, Max = 1.0, Step = 0.01)] double width,
        [Input(Default = 1.0, Min = 0.0, Max = 1.0, Step = 0.01)] double height,
        [Input(Default = 0.0, Min = 0.0, Max = 1.0, Step = 0.01)] double x,
        [Input(Default = 0.0, Min = 0.0, Max = 1.0, Step = 0.01)] double y,
        [Input(Default = 1.0, Min = 0.0, Max = 10.0, Step = 0.01)] double strength)
    {
        ConditioningArea area = new((float)height, (float)width, (float)y, (float)x, IsRelative: true);
        return conditioning.Each(entry => entry with { Area = area, Strength = (float)strength, AreaToMaskBounds = false });
    }

    /// <summary>Says how much prompts count against others.</summary>
    /// <param name="conditioning">The prompts.</param>
    /// <param name="strength">How much.</param>
    [Node("ConditioningSetAreaStrength", "model/conditioning/transform", DisplayName = "ConditioningSetAreaStrength")]
    public static ConditioningList SetAreaStrength(
        ConditioningList conditioning,
        [Input(Default = 1.0, Min = 0.0, Max = 10.0, Step = 0.01)] double strength) =>
        conditioning.Each(entry => entry with { Strength = (float)strength });

    /// <summary>Lets prompts count where a mask says so.</summary>
    /// <param name="conditioning">The prompts.</param>
    /// <param name="mask">The mask, of any size; it is scaled to the latent.</param>
    /// <param name="strength">How much they count against others there.</param>
    /// <param name="setCondArea">Whether the whole picture is evaluated, or only the rectangle around the mask.</param>
    /// <param name="context">Holds the tensors.</param>
    [Node("ConditioningSetMask", "model/conditioning/transform", DisplayName = "Conditioning (Set Mask)")]
    public static ConditioningList SetMask(
        ConditioningList conditioning,
        MaskBatch mask,
        [Input(Default = 1.0, Min = 0.0, Max = 10.0, Step = 0.01)] double strength,
        [Input(Choices = ["default", "mask bounds"])] string setCondArea,
        NodeContext context)
    {
        Tensor values = context.Backend.From(mask.Values, [mask.Count, mask.Height, mask.Width]).Detach();
        return conditioning.Each(entry => entry with { Mask = values, MaskStrength = (float)strength, AreaToMaskBounds = setCondArea == "mask bounds" });
    }
}
