using Vortex.Imaging.Filters;

namespace Vortex.Imaging.Tests.Filters;

public sealed class BlurTests
{
    [Fact]
    public void Blurring_one_colour_changes_nothing() =>
        Assert.All(Blurred(Some.Solid(0.3f, 20, 12), 5).Values, value => Assert.Equal(0.3f, value, 1e-6f));

    [Fact]
    public void Bell_of_radius_one_weighs_the_neighbours()
    {
        // exp(-1/2) on either side of 1, as a share of their sum, along both axes.
        double side = Math.Exp(-0.5);
        double sum = 1 + (2 * side);
        float[] values = new float[25];
        values[12] = 1f;
        float[] blurred = Blurred(new(1, 5, 5, 1, values), 1).Values;
        Assert.Equal(1 / (sum * sum), blurred[12], 1e-6);
        Assert.Equal(side / (sum * sum), blurred[11], 1e-6);
        Assert.Equal(side * side / (sum * sum), blurred[6], 1e-6);
        Assert.Equal(0f, blurred[10]);
    }

    [Theory]
    [InlineData(-1, 5, 1)]
    [InlineData(-3, 5, 3)]
    [InlineData(5, 5, 3)]
    [InlineData(7, 5, 1)]
    [InlineData(2, 5, 2)]
    public void Beyond_the_edge_the_picture_is_mirrored_without_the_edge(int position, int size, int expected) =>
        Assert.Equal(expected, SeparableFilter.Mirrored(position, size));

    [Fact]
    public void Any_width_gives_the_sums_of_the_definition()
    {
        for (int width = 4; width < 40; width++)
        {
            ImageBatch image = Some.Image(width, 4, 3, seed: width);
            float[] expected = Plain(image, GaussianKernel.OfUnitSpan(3, 0.8));
            Assert.Equal(expected, Blurred(image, 3, 0.8).Values, (a, b) => Math.Abs(a - b) < 1e-6f);
        }
    }

    [Fact]
    public void Radius_of_zero_gives_the_picture_itself()
    {
        ImageBatch image = Some.Image(1, 1);
        Assert.Same(image, Blurred(image, 0));
    }

    [Fact]
    public void Picture_not_larger_than_the_radius_is_refused() =>
        Some.Refuses(ImagingCodes.TooSmall, "blur_radius", () => Blurred(Some.Image(9, 3), 3));

    [Fact]
    public void Settings_out_of_range_are_refused()
    {
        Some.Refuses(ImagingCodes.Setting, "blur_radius", () => Blurred(Some.Image(99, 99), 32));
        Some.Refuses(ImagingCodes.Setting, "sigma", () => Blurred(Some.Image(9, 9), 1, 0));
        Some.Refuses(ImagingCodes.Setting, "sigma", () => Blurred(Some.Image(9, 9), 1, double.NaN));
    }

    private static ImageBatch Blurred(ImageBatch image, int radius, double sigma = 1) =>
        new Blur { Radius = radius, Sigma = sigma }.Apply(image, TestContext.Current.CancellationToken);

    private static float[] Plain(ImageBatch image, double[] kernel)
    {
        int radius = kernel.Length / 2;
        float[] result = new float[image.Values.Length];
        for (int i = 0; i < result.Length; i++)
        {
            (int pixel, int channel) = Math.DivRem(i, image.Channels);
            (int y, int x) = Math.DivRem(pixel, image.Width);
            double sum = 0;
            for (int dy = -radius; dy <= radius; dy++)
            {
                for (int dx = -radius; dx <= radius; dx++)
                {
                    int at = (SeparableFilter.Mirrored(y + dy, image.Height) * image.Width) + SeparableFilter.Mirrored(x + dx, image.Width);
                    sum += kernel[dy + radius] * kernel[dx + radius] * image.Values[(at * image.Channels) + channel];
                }
            }

            result[i] = (float)sum;
        }

        return result;
    }
}
