using Vortex.Imaging.Compositing;

namespace Vortex.Imaging.Tests.Compositing;

public sealed class BlendTests
{
    [Theory]
    [InlineData(BlendMode.Normal, 0.4f, 0.7f, 0.7f)]
    [InlineData(BlendMode.Multiply, 0.4f, 0.7f, 0.28f)]
    [InlineData(BlendMode.Screen, 0.4f, 0.7f, 0.82f)]
    [InlineData(BlendMode.Overlay, 0.4f, 0.7f, 0.56f)]
    [InlineData(BlendMode.Overlay, 0.6f, 0.7f, 0.76f)]
    [InlineData(BlendMode.SoftLight, 0.4f, 0.25f, 0.28f)]
    [InlineData(BlendMode.SoftLight, 0.25f, 0.75f, 0.375f)]
    [InlineData(BlendMode.Difference, 0.7f, 0.4f, 0.3f)]
    [InlineData(BlendMode.Difference, 0.4f, 0.7f, 0f)]
    public void Two_colours_become_one(BlendMode mode, float a, float b, float expected) =>
        Assert.Equal(expected, Blended(Some.Row(a), Some.Row(b), mode, 1).Values[0], 1e-6f);

    [Fact]
    public void Factor_mixes_with_the_first()
    {
        ImageBatch first = Some.Image(5, 4);
        Assert.Equal(first.Values, Blended(first, Some.Image(5, 4, seed: 2), BlendMode.Screen, 0).Values);
        Assert.Equal(0.25f, Blended(Some.Row(0), Some.Row(1), BlendMode.Normal, 0.25).Values[0]);
    }

    [Fact]
    public void Second_takes_size_and_channels_of_the_first()
    {
        ImageBatch blended = Blended(Some.Solid(0.2f, 4, 3), Some.Solid(0.6f, 9, 9, 4), BlendMode.Normal, 1);
        Assert.Equal((3, 4, 3), (blended.Height, blended.Width, blended.Channels));
        Assert.All(blended.Values, value => Assert.Equal(0.6f, value, 1e-6f));
        Assert.Equal(1f, Blended(Some.Solid(0.2f, 1, 1, 4), Some.Solid(0.6f, 1, 1), BlendMode.Normal, 1).Values[3]);
    }

    [Fact]
    public void One_picture_goes_with_many_on_either_side_and_other_numbers_are_refused()
    {
        Assert.Equal(3, Blended(Some.Image(2, 2), Some.Image(2, 2, count: 3), BlendMode.Normal, 1).Count);
        Assert.Equal(3, Blended(Some.Image(2, 2, count: 3), Some.Image(2, 2), BlendMode.Normal, 1).Count);
        Some.Refuses(ImagingCodes.BatchMismatch, "image2", () => Blended(Some.Image(2, 2, count: 3), Some.Image(2, 2, count: 2), BlendMode.Normal, 1));
    }

    [Fact]
    public void Grey_under_colour_is_cut_and_colour_under_grey_is_refused()
    {
        Assert.Equal(1, Blended(Some.Image(1, 1, 1), Some.Image(1, 1), BlendMode.Normal, 1).Channels);
        Some.Refuses(ImagingCodes.Channels, "image2", () => Blended(Some.Image(1, 1), Some.Image(1, 1, 1), BlendMode.Normal, 1));
        Some.Refuses(ImagingCodes.Setting, "blend_factor", () => Blended(Some.Row(1), Some.Row(1), BlendMode.Normal, double.NaN));
    }

    private static ImageBatch Blended(ImageBatch first, ImageBatch second, BlendMode mode, double factor) =>
        new Blend { Mode = mode, Factor = factor }.Apply(first, second, TestContext.Current.CancellationToken);
}
