using Vortex.Imaging.Masks;

namespace Vortex.Imaging.Tests.Masks;

public sealed class MaskShapesTests
{
    [Fact]
    public void Threshold_selects_what_lies_above() =>
        Assert.Equal([0f, 0, 1, 0], MaskShapes.Threshold(Some.MaskRow(0.2f, 0.5f, 0.6f, float.NaN), 0.5f).Values);

    [Fact]
    public void Crop_is_cut_at_the_edge_and_refused_outside()
    {
        MaskBatch mask = Some.MaskRow(1, 2, 3);
        Assert.Equal([2f, 3], MaskShapes.Crop(mask, 1, 0, 9, 9).Values);
        Some.Refuses(ImagingCodes.OutsidePicture, "x", () => MaskShapes.Crop(mask, 3, 0, 1, 1));
        Some.Refuses(ImagingCodes.OutsidePicture, "y", () => MaskShapes.Crop(mask, 0, 1, 1, 1));
    }

    [Fact]
    public void Feather_from_the_right_counts_one_too_few_as_in_ComfyUI()
    {
        Assert.Equal([0.5f, 1, 1, 1], MaskShapes.Feather(Some.SolidMask(1, 4, 1), 2, 0, 0, 0).Values);
        // Step 0 hits column 0, step 1 the last one with 2/2.
        Assert.Equal([0.5f, 1, 1, 1], MaskShapes.Feather(Some.SolidMask(1, 4, 1), 0, 0, 2, 0).Values);
        Assert.Equal([0.25f, 1, 0.75f, 0.5f], MaskShapes.Feather(Some.SolidMask(1, 4, 1), 0, 0, 4, 0).Values);
    }

    [Fact]
    public void Feather_wider_than_the_mask_and_of_nothing_are_fine()
    {
        Assert.Equal([1f], MaskShapes.Feather(Some.SolidMask(1, 1, 1), 40, 40, 40, 40).Values);
        MaskBatch mask = Some.Mask(5, 4, 2);
        Assert.Equal(mask.Values, MaskShapes.Feather(mask, 0, 0, 0, 0).Values);
        Some.Refuses(ImagingCodes.Setting, "left", () => MaskShapes.Feather(mask, -1, 0, 0, 0));
    }

    [Fact]
    public void Solid_mask_has_one_value_and_a_size()
    {
        Assert.Equal([0.3f, 0.3f], MaskShapes.Solid(0.3f, 2, 1).Values);
        Some.Refuses(ImagingCodes.TooSmall, "width", () => MaskShapes.Solid(1, 0, 1));
    }
}
