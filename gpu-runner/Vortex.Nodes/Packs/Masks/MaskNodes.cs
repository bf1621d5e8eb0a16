using Vortex.Imaging;
using Vortex.Imaging.Colour;
using Vortex.Imaging.Masks;

namespace Vortex.Nodes.Packs.Masks;

/// <summary>Nodes that make, combine and reshape masks.</summary>
public static class MaskNodes
{
    private static readonly Choices<MaskOperation> s_operations = new(
        "operation",
        ["multiply", "add", "subtract", "and", "or", "xor"],
        [MaskOperation.Multiply, MaskOperation.Add, MaskOperation.Subtract, MaskOperation.And, MaskOperation.Or, MaskOperation.Xor]);

    /// <summary>Makes a mask of one value.</summary>
    /// <param name="value">1 selects everything, 0 nothing.</param>
    /// <param name="width">The width in pixels.</param>
    /// <param name="height">The height in pixels.</param>
    [Node("SolidMask", "image/mask", DisplayName = "Create Solid Mask")]
    public static MaskBatch Solid(
        [Input(Default = 1.0, Min = 0.0, Max = 1.0, Step = 0.01)] double value,
        [Input(Default = 512, Min = 1, Max = PictureLimits.MaxSide, Step = 1)] int width,
        [Input(Default = 512, Min = 1, Max = PictureLimits.MaxSide, Step = 1)] int height) =>
        MaskShapes.Solid((float)value, width, height);

    /// <summary>Selects what was not selected.</summary>
    /// <param name="mask">The masks.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    [Node("InvertMask", "image/mask", DisplayName = "Invert Mask")]
    public static MaskBatch Invert(MaskBatch mask, CancellationToken cancellationToken) => Colours.Invert(mask, cancellationToken);

    /// <summary>Cuts a part out of masks; what reaches beyond the edge is left out.</summary>
    /// <param name="mask">The masks.</param>
    /// <param name="x">The left edge of the part; inside the mask.</param>
    /// <param name="y">The upper edge of the part; inside the mask.</param>
    /// <param name="width">The width of the part.</param>
    /// <param name="height">The height of the part.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    [Node("CropMask", "image/mask", DisplayName = "Crop Mask")]
    public static MaskBatch Crop(
        MaskBatch mask,
        [Input(Default = 0, Min = 0, Max = PictureLimits.MaxSide, Step = 1)] int x,
        [Input(Default = 0, Min = 0, Max = PictureLimits.MaxSide, Step = 1)] int y,
        [Input(Default = 512, Min = 1, Max = PictureLimits.MaxSide, Step = 1)] int width,
        [Input(Default = 512, Min = 1, Max = PictureLimits.MaxSide, Step = 1)] int height,
        CancellationToken cancellationToken) =>
        MaskShapes.Crop(mask, x, y, width, height, cancellationToken);

    /// <summary>Lays one mask over another at a place and combines them there.</summary>
    /// <param name="destination">The masks laid under; they give size and number.</param>
    /// <param name="source">The masks laid over: one, or as many as there are destinations.</param>
    /// <param name="x">The column of the destination at which the source begins.</param>
    /// <param name="y">The row of the destination at which the source begins.</param>
    /// <param name="operation">How two values become one.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    [Node("MaskComposite", "image/mask", DisplayName = "Combine Masks")]
    public static MaskBatch Combine(
        MaskBatch destination,
        MaskBatch source,
        [Input(Default = 0, Min = 0, Max = PictureLimits.MaxSide, Step = 1)] int x,
        [Input(Default = 0, Min = 0, Max = PictureLimits.MaxSide, Step = 1)] int y,
        [Input(Choices = ["multiply", "add", "subtract", "and", "or", "xor"])] string operation,
        CancellationToken cancellationToken) =>
        new MaskCombination { Operation = s_operations[operation], X = x, Y = y }.Apply(destination, source, cancellationToken);

    /// <summary>Fades masks at their edges.</summary>
    /// <remarks>From the right and the bottom the first step fades column or row 0 instead of the last, as in ComfyUI.</remarks>
    /// <param name="mask">The masks.</param>
    /// <param name="left">How many columns fade at the left.</param>
    /// <param name="top">How many rows fade at the top.</param>
    /// <param name="right">How many columns fade at the right.</param>
    /// <param name="bottom">How many rows fade at the bottom.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    [Node("FeatherMask", "image/mask", DisplayName = "Feather Mask")]
    public static MaskBatch Feather(
        MaskBatch mask,
        [Input(Default = 0, Min = 0, Max = PictureLimits.MaxSide, Step = 1)] int left,
        [Input(Default = 0, Min = 0, Max = PictureLimits.MaxSide, Step = 1)] int top,
        [Input(Default = 0, Min = 0, Max = PictureLimits.MaxSide, Step = 1)] int right,
        [Input(Default = 0, Min = 0, Max = PictureLimits.MaxSide, Step = 1)] int bottom,
        CancellationToken cancellationToken) =>
        MaskShapes.Feather(mask, left, top, right, bottom, cancellationToken);

    /// <summary>Grows the selected parts of masks, or shrinks them.</summary>
    /// <param name="mask">The masks.</param>
    /// <param name="expand">By how many pixels; below 0 the mask shrinks.</param>
    /// <param name="taperedCorners">Whether corners become slanted or stay square.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    [Node("GrowMask", "image/mask", DisplayName = "Grow Mask")]
    public static MaskBatch Grow(
        MaskBatch mask,
        [Input(Default = 0, Min = -PictureLimits.MaxSide, Max = PictureLimits.MaxSide, Step = 1)] int expand,
        [Input(Default = true)] bool taperedCorners,
        CancellationToken cancellationToken) =>
        new GrowMask { Expand = expand, TaperedCorners = taperedCorners }.Apply(mask, cancellationToken);

    /// <summary>Makes masks hard: 1 above a value, 0 elsewhere.</summary>
    /// <param name="mask">The masks.</param>
    /// <param name="value">What lies above it is selected.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    [Node("ThresholdMask", "image/mask", DisplayName = "Threshold Mask")]
    public static MaskBatch Threshold(
        MaskBatch mask,
        [Input(Default = 0.5, Min = 0.0, Max = 1.0, Step = 0.01)] double value,
        CancellationToken cancellationToken) =>
        MaskShapes.Threshold(mask, (float)value, cancellationToken);
}
