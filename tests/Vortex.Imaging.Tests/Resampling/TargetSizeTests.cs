using Vortex.Imaging.Resampling;

namespace Vortex.Imaging.Tests.Resampling;

public sealed class TargetSizeTests
{
    [Theory]
    [InlineData(28, 20, 0, 33, 46, 33)]
    [InlineData(28, 20, 7, 0, 7, 5)]
    [InlineData(1000, 1, 10, 0, 10, 1)]
    [InlineData(28, 20, 5, 9, 5, 9)]
    public void Side_of_zero_keeps_the_proportions(int sourceWidth, int sourceHeight, int width, int height, int newWidth, int newHeight) =>
        Assert.Equal(new TargetSize(newWidth, newHeight), TargetSize.Of(sourceWidth, sourceHeight, width, height));

    [Fact]
    public void Two_sides_of_zero_ask_for_nothing() => Assert.Null(TargetSize.Of(28, 20, 0, 0));

    [Fact]
    public void Halves_round_to_even() => Assert.Equal(new TargetSize(2, 4), TargetSize.Scaled(5, 7, 0.5));

    [Fact]
    public void Total_pixels_count_a_megapixel_as_two_to_the_twenty()
    {
        Assert.Equal(new TargetSize(1024, 1024), TargetSize.OfTotalPixels(10, 10, 1));
        Assert.Equal(new TargetSize(121, 87), TargetSize.OfTotalPixels(28, 20, 0.01));
        Assert.Equal(new TargetSize(1024, 512), TargetSize.OfTotalPixels(2, 1, 0.5, 64));
    }

    [Fact]
    public void Factor_beyond_all_bounds_is_left_to_the_limits() =>
        Some.Refuses(ImagingCodes.Setting, "width", () =>
        {
            TargetSize size = TargetSize.Scaled(16_384, 16_384, 1e12);
            return new Resize { Width = size.Width, Height = size.Height, Method = ResizeMethod.Area }.Apply(Some.Image(1, 1));
        });
}
