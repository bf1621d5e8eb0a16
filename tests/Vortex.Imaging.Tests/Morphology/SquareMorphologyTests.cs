using Vortex.Imaging.Morphology;

namespace Vortex.Imaging.Tests.Morphology;

public sealed class SquareMorphologyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(9)]
    [InlineData(999)]
    public void Square_of_any_side_takes_the_extreme_of_what_lies_inside(int size)
    {
        ImageBatch image = Some.Image(70, 9, 3, 2, seed: size);
        Assert.Equal(Plain(image, size, Math.Max), Applied(image, MorphologyOperation.Dilate, size).Values);
        Assert.Equal(Plain(image, size, Math.Min), Applied(image, MorphologyOperation.Erode, size).Values);
    }

    [Fact]
    public void Operations_follow_from_erosion_and_dilation()
    {
        ImageBatch image = Some.Image(12, 9);
        ImageBatch eroded = Applied(image, MorphologyOperation.Erode);
        ImageBatch dilated = Applied(image, MorphologyOperation.Dilate);
        ImageBatch opened = Applied(eroded, MorphologyOperation.Dilate);
        ImageBatch closed = Applied(dilated, MorphologyOperation.Erode);
        Assert.Equal(opened.Values, Applied(image, MorphologyOperation.Open).Values);
        Assert.Equal(closed.Values, Applied(image, MorphologyOperation.Close).Values);
        Assert.Equal(dilated.Values.Zip(eroded.Values, (a, b) => a - b), Applied(image, MorphologyOperation.Gradient).Values);
        Assert.Equal(closed.Values.Zip(image.Values, (a, b) => a - b), Applied(image, MorphologyOperation.BottomHat).Values);
        Assert.Equal(image.Values.Zip(opened.Values, (a, b) => a - b), Applied(image, MorphologyOperation.TopHat).Values);
        Assert.Equal(opened.Values, Applied(opened, MorphologyOperation.Open).Values);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public void Side_out_of_range_is_refused(int size) =>
        Some.Refuses(ImagingCodes.Setting, "kernel_size", () => Applied(Some.Image(2, 2), MorphologyOperation.Erode, size));

    private static ImageBatch Applied(ImageBatch image, MorphologyOperation operation, int size = 3) =>
        new SquareMorphology { Operation = operation, KernelSize = size }.Apply(image, TestContext.Current.CancellationToken);

    private static float[] Plain(ImageBatch image, int size, Func<float, float, float> better)
    {
        float[] result = new float[image.Values.Length];
        int before = size / 2;
        for (int i = 0; i < result.Length; i++)
        {
            (int pixel, int channel) = Math.DivRem(i, image.Channels);
            (int row, int x) = Math.DivRem(pixel, image.Width);
            (int entry, int y) = Math.DivRem(row, image.Height);
            float best = image.Values[i];
            for (int yy = Math.Max(y - before, 0); yy < Math.Min(y - before + size, image.Height); yy++)
            {
                for (int xx = Math.Max(x - before, 0); xx < Math.Min(x - before + size, image.Width); xx++)
                {
                    best = better(best, image.Picture(entry)[(((yy * image.Width) + xx) * image.Channels) + channel]);
                }
            }

            result[i] = best;
        }

        return result;
    }
}
