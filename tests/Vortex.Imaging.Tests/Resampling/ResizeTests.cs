using Vortex.Imaging.Rasters;
using Vortex.Imaging.Resampling;

namespace Vortex.Imaging.Tests.Resampling;

public sealed class ResizeTests
{
    public static TheoryData<ResizeMethod> Methods => [.. Enum.GetValues<ResizeMethod>()];

    [Theory]
    [MemberData(nameof(Methods))]
    public void One_colour_stays_that_colour_at_every_size(ResizeMethod method)
    {
        foreach ((int width, int height) in (ReadOnlySpan<(int, int)>)[(1, 1), (7, 3), (40, 90)])
        {
            for (int channels = 1; channels <= 4; channels++)
            {
                ImageBatch resized = Scaled(Some.Solid(51f / 255f, 13, 9, channels, 2), width, height, method);
                Assert.Equal((2, height, width, channels), (resized.Count, resized.Height, resized.Width, resized.Channels));
                // Multiplying by alpha and back in 8 bits may cost one step.
                float tolerance = method == ResizeMethod.Lanczos && channels is 2 or 4 ? 1.01f / 255f : 1e-6f;
                Assert.All(resized.Values, value => Assert.Equal(51f / 255f, value, tolerance));
            }
        }
    }

    [Theory]
    [InlineData(ResizeMethod.NearestExact)]
    [InlineData(ResizeMethod.Bilinear)]
    [InlineData(ResizeMethod.Area)]
    [InlineData(ResizeMethod.Bicubic)]
    public void Same_size_changes_nothing(ResizeMethod method)
    {
        ImageBatch image = Some.Image(11, 5);
        Assert.Equal(image.Values, Scaled(image, 11, 5, method).Values);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Picture_of_one_pixel_can_grow(ResizeMethod method) =>
        Assert.All(Scaled(Some.Solid(1f, 1, 1), 5, 4, method).Values, value => Assert.Equal(1f, value, 1e-6f));

    [Fact]
    public void Nearest_takes_the_pixel_under_the_centre()
    {
        Assert.Equal([0, 0, 1, 2, 2], NearestExact.Indices(3, 5));
        Assert.Equal([1, 4], NearestExact.Indices(6, 2));
        Assert.Equal([1f, 1f, 2f, 2f], Scaled(Some.Row(1, 2), 4, 1, ResizeMethod.NearestExact).Values);
    }

    [Fact]
    public void Bilinear_weighs_the_two_neighbours() =>
        Assert.Equal([0f, 0.25f, 0.75f, 1f], Scaled(Some.Row(0, 1), 4, 1, ResizeMethod.Bilinear).Values);

    [Fact]
    public void Area_takes_the_mean_of_what_it_touches()
    {
        Assert.Equal([1.5f, 3.5f], Scaled(Some.Row(1, 2, 3, 4), 2, 1, ResizeMethod.Area).Values);
        Assert.Equal([1.5f, 2.5f], Scaled(Some.Row(1, 2, 3), 2, 1, ResizeMethod.Area).Values);
    }

    [Fact]
    public void Bicubic_overshoots_at_an_edge()
    {
        ImageBatch resized = Scaled(Some.Row(0, 0, 1, 1), 8, 1, ResizeMethod.Bicubic);
        Assert.True(resized.Values.Min() < 0f);
        Assert.True(resized.Values.Max() > 1f);
        Assert.Equal(0f, resized.Values[0] + resized.Values[^1] - 1f, 1e-6f);
    }

    [Fact]
    public void Not_a_number_stays_where_it_can_reach()
    {
        ImageBatch resized = Scaled(Some.Row(float.NaN, 0.5f, 0.5f, 0.5f), 8, 1, ResizeMethod.Bilinear);
        Assert.True(float.IsNaN(resized.Values[0]));
        Assert.Equal(0.5f, resized.Values[^1]);
        Assert.Equal(0f, Scaled(Some.Row(float.NaN, float.NaN), 1, 1, ResizeMethod.Lanczos).Values[0]);
    }

    [Fact]
    public void Crop_cuts_half_pixels_to_the_even_side()
    {
        Assert.Equal(new Window(2, 0, 2, 2), CenterCrop.Of(6, 2, 10, 10));
        Assert.Equal(new Window(2, 0, 3, 4), CenterCrop.Of(7, 4, 4, 4));
        Assert.Equal(new Window(0, 0, 5, 4), CenterCrop.Of(5, 4, 4, 4));
        Assert.Equal(new Window(0, 1, 2, 4), CenterCrop.Of(2, 6, 5, 10));
    }

    [Fact]
    public void Cropped_resize_reads_the_middle_only()
    {
        ImageBatch image = Some.Row(9, 9, 1, 9, 9);
        ImageBatch resized = new Resize { Width = 2, Height = 2, Method = ResizeMethod.Bilinear, Crop = ResizeCrop.Center }.Apply(image, TestContext.Current.CancellationToken);
        Assert.All(resized.Values, value => Assert.Equal(1f, value));
    }

    [Theory]
    [InlineData(0, 4, "width")]
    [InlineData(4, -1, "height")]
    [InlineData(16_385, 4, "width")]
    public void Size_out_of_range_is_refused(int width, int height, string argument) =>
        Some.Refuses(ImagingCodes.Setting, argument, () => Scaled(Some.Image(2, 2), width, height, ResizeMethod.Area));

    [Fact]
    public void Crop_that_leaves_nothing_is_refused() =>
        Some.Refuses(ImagingCodes.TooSmall, "crop", () =>
            new Resize { Width = 1000, Height = 1, Method = ResizeMethod.Area, Crop = ResizeCrop.Center }.Apply(Some.Image(2, 8)));

    [Fact]
    public void Row_filter_equals_its_definition_for_every_width_and_channel_count()
    {
        foreach (Func<int, int, InterpolationAxis> kind in (Func<int, int, InterpolationAxis>[])[InterpolationAxis.Bilinear, InterpolationAxis.Bicubic])
        {
            for (int channels = 1; channels <= 4; channels++)
            {
                for (int width = 1; width < 12; width++)
                {
                    for (int newWidth = 1; newWidth < 20; newWidth += 3)
                    {
                        float[] row = Some.Values(width * channels, width);
                        InterpolationAxis axis = kind(width, newWidth);
                        float[] expected = new float[newWidth * channels];
                        float[] actual = new float[(newWidth * channels) + 4];
                        Interpolation.FilterRowReference(row, axis, channels, expected);
                        Interpolation.FilterRow(row, axis, channels, actual);
                        Assert.Equal(expected, actual[..expected.Length]);
                    }
                }
            }
        }
    }

    private static ImageBatch Scaled(ImageBatch image, int width, int height, ResizeMethod method) =>
        new Resize { Width = width, Height = height, Method = method }.Apply(image, TestContext.Current.CancellationToken);
}
