using Vortex.Imaging.Edges;
using Vortex.Imaging.Rasters;

namespace Vortex.Imaging.Tests.Edges;

public sealed class CannyEdgesTests
{
    [Fact]
    public void Step_between_black_and_white_is_one_line_and_one_colour_is_none()
    {
        float[] values = new float[20 * 20];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = i % 20 < 10 ? 0f : 1f;
        }

        ImageBatch edges = Found(new(1, 20, 20, 1, values));
        Assert.Equal(3, edges.Channels);
        int white = edges.Picture(0).Slice(10 * 60, 60).ToArray().Count(value => value == 1f);
        Assert.InRange(white / 3, 1, 2);
        Assert.All(Found(Some.Solid(0.7f, 9, 9)).Values, value => Assert.Equal(0f, value));
    }

    [Fact]
    public void Weak_pixels_are_kept_where_they_lead_to_a_strong_one()
    {
        Raster strength = new(1, 2, 6, 1, [0.5f, 0, 0, 0.5f, 0, 0.5f, 0, 0.5f, 0.9f, 0, 0, 0]);
        Assert.Equal([1f, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0], Hysteresis.Run(strength, 0.4f, 0.8f, TestContext.Current.CancellationToken).Values);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Any_number_of_channels_and_not_a_number_are_taken(int channels)
    {
        ImageBatch image = Some.Image(9, 9, channels);
        image.Values[5] = float.NaN;
        Assert.All(Found(image).Values, value => Assert.True(value is 0f or 1f));
    }

    [Fact]
    public void Thresholds_in_the_wrong_order_and_tiny_pictures_are_refused()
    {
        Some.Refuses(ImagingCodes.Setting, "low_threshold", () => new CannyEdges { LowThreshold = 0.9, HighThreshold = 0.1 }.Apply(Some.Image(9, 9)));
        Some.Refuses(ImagingCodes.TooSmall, "image", () => Found(Some.Image(2, 9)));
    }

    private static ImageBatch Found(ImageBatch image) => new CannyEdges().Apply(image, TestContext.Current.CancellationToken);
}
