using Vortex.Imaging.Colour;

namespace Vortex.Imaging.Tests.Colour;

public sealed class ColoursTests
{
    [Fact]
    public void Invert_takes_alpha_along_and_undoes_itself()
    {
        Assert.Equal([0.75f, 1f, 0f, 0.5f], Colours.Invert(new ImageBatch(1, 1, 1, 4, [0.25f, 0, 1, 0.5f])).Values);
        MaskBatch mask = Some.Mask(9, 9);
        Assert.Equal(mask.Values, Colours.Invert(Colours.Invert(mask)).Values, (a, b) => Math.Abs(a - b) < 1e-7f);
    }

    [Fact]
    public void Solid_colour_is_read_as_red_green_blue() =>
        Assert.Equal([1f, 128f / 255f, 0f], Colours.Solid(1, 1, 1, 0xFF8000).Values);

    [Fact]
    public void Luma_and_differences_bring_the_colours_back()
    {
        ImageBatch image = Some.Image(9, 5, count: 2);
        (ImageBatch y, ImageBatch u, ImageBatch v) = Colours.RgbToYuv(image);
        Assert.Equal(image.Values, Colours.YuvToRgb(y, u, v).Values, (a, b) => Math.Abs(a - b) < 2e-3f);
        Assert.Equal(0.5f, Colours.RgbToYuv(Some.Solid(0.3f, 1, 1)).U.Values[0], 1e-6f);
    }

    [Fact]
    public void Pictures_that_do_not_fit_are_refused()
    {
        Some.Refuses(ImagingCodes.Channels, "image", () => Colours.RgbToYuv(Some.Image(1, 1, 1)));
        Some.Refuses(ImagingCodes.SizeMismatch, "V", () => Colours.YuvToRgb(Some.Image(1, 1), Some.Image(1, 1), Some.Image(2, 1)));
    }
}
