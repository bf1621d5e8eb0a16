using Vortex.Imaging.Geometry;

namespace Vortex.Imaging.Tests.Geometry;

public sealed class OutpaintPaddingTests
{
    [Fact]
    public void Borders_are_grey_and_masked_and_the_picture_stays()
    {
        (ImageBatch image, MaskBatch mask) = new OutpaintPadding { Left = 1, Bottom = 1, Feathering = 0 }.Apply(new(1, 1, 2, 1, [0.1f, 0.2f]), TestContext.Current.CancellationToken);
        Assert.Equal([0.5f, 0.1f, 0.2f, 0.5f, 0.5f, 0.5f], image.Values);
        Assert.Equal([1f, 0, 0, 1, 1, 1], mask.Values);
    }

    [Fact]
    public void Mask_fades_with_the_square_of_the_depth_from_borders_that_are_added()
    {
        (_, MaskBatch mask) = new OutpaintPadding { Left = 2, Feathering = 2 }.Apply(Some.Image(5, 5), TestContext.Current.CancellationToken);
        Assert.Equal([1f, 1f, 1f, 0.25f, 0f, 0f, 0f], mask.Mask(0)[..7].ToArray());
    }

    [Fact]
    public void Fading_over_half_of_a_side_is_left_out()
    {
        (_, MaskBatch mask) = new OutpaintPadding { Left = 2, Feathering = 2 }.Apply(Some.Image(5, 4), TestContext.Current.CancellationToken);
        Assert.Equal([1f, 1f, 0f, 0f, 0f, 0f, 0f], mask.Mask(0)[..7].ToArray());
    }

    [Fact]
    public void Negative_border_and_overflow_are_refused()
    {
        Some.Refuses(ImagingCodes.Setting, "top", () => new OutpaintPadding { Top = -1 }.Apply(Some.Image(2, 2)));
        Some.Refuses(ImagingCodes.TooLarge, "width", () => new OutpaintPadding { Top = int.MaxValue, Left = int.MaxValue }.Apply(Some.Image(2, 2)));
    }
}
