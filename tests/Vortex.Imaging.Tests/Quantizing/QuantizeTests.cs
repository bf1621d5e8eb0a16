using Vortex.Imaging.Quantizing;

namespace Vortex.Imaging.Tests.Quantizing;

public sealed class QuantizeTests
{
    private static readonly byte[] s_picture = [255, 0, 0, 250, 10, 0, 0, 0, 255, 0, 20, 240, 0, 255, 0, 10, 240, 10, 128, 128, 128, 120, 130, 128];

    // Palettes and pictures as Pillow 9.4 makes them from the same bytes.
    [Fact]
    public void Known_palette_comes_out() =>
        Assert.Equal([43, 208, 46, 64, 74, 184, 253, 5, 0, 0, 0, 255], MedianCut.Palette(s_picture, 4, TestContext.Current.CancellationToken));

    [Fact]
    public void Known_pictures_come_out()
    {
        Assert.Equal(
            [253, 5, 0, 253, 5, 0, 0, 0, 255, 0, 0, 255, 43, 208, 46, 43, 208, 46, 64, 74, 184, 64, 74, 184],
            Quantized(s_picture, Dither.None));
        Assert.Equal(
            [253, 5, 0, 253, 5, 0, 0, 0, 255, 0, 0, 255, 43, 208, 46, 43, 208, 46, 43, 208, 46, 64, 74, 184],
            Quantized(s_picture, Dither.FloydSteinberg));
    }

    [Fact]
    public void More_distinct_colours_than_are_counted_still_give_a_palette()
    {
        byte[] pixels = new byte[3 * 70_000];
        for (int i = 0; i < 70_000; i++)
        {
            (pixels[i * 3], pixels[(i * 3) + 1], pixels[(i * 3) + 2]) = ((byte)i, (byte)(i >> 8), (byte)(i >> 16 << 7));
        }

        Assert.Equal(3 * 8, MedianCut.Palette(pixels, 8, TestContext.Current.CancellationToken).Length);
    }

    [Theory]
    [InlineData(Dither.None)]
    [InlineData(Dither.FloydSteinberg)]
    [InlineData(Dither.Bayer2)]
    [InlineData(Dither.Bayer4)]
    [InlineData(Dither.Bayer8)]
    [InlineData(Dither.Bayer16)]
    public void No_more_colours_than_asked_for_and_black(Dither dither)
    {
        ImageBatch quantized = new Quantize { Colours = 5, Dither = dither }.Apply(Some.Image(33, 21, count: 2), TestContext.Current.CancellationToken);
        for (int i = 0; i < 2; i++)
        {
            HashSet<(float, float, float)> colours = [];
            ReadOnlySpan<float> picture = quantized.Picture(i);
            for (int at = 0; at < picture.Length; at += 3)
            {
                colours.Add((picture[at], picture[at + 1], picture[at + 2]));
            }

            colours.Remove((0f, 0f, 0f));
            Assert.InRange(colours.Count, 2, 5);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 256)]
    public void Picture_of_one_colour_keeps_it(int side, int colours)
    {
        // On the grid of four on which the palette is searched.
        ImageBatch image = Some.Solid(128f / 255f, side, side);
        Assert.Equal(image.Values, new Quantize { Colours = colours }.Apply(image, TestContext.Current.CancellationToken).Values);
    }

    [Fact]
    public void Pattern_is_balanced_and_each_value_occurs_once()
    {
        Assert.Equal([-0.375f, 0.125f, 0.375f, -0.125f], OrderedPattern.Normalised(2));
        foreach (int order in (ReadOnlySpan<int>)[2, 4, 8, 16])
        {
            float[] pattern = OrderedPattern.Normalised(order);
            Assert.Equal(0f, pattern.Sum(), 1e-5f);
            Assert.Equal(order * order, pattern.Distinct().Count());
            Assert.All(pattern, value => Assert.InRange(value, -0.5f, 0.5f));
        }
    }

    [Fact]
    public void Alpha_and_numbers_out_of_range_are_refused()
    {
        Some.Refuses(ImagingCodes.Channels, "image", () => new Quantize().Apply(Some.Image(1, 1, 4)));
        Some.Refuses(ImagingCodes.Setting, "colors", () => new Quantize { Colours = 0 }.Apply(Some.Image(1, 1)));
        Some.Refuses(ImagingCodes.Setting, "colors", () => new Quantize { Colours = 257 }.Apply(Some.Image(1, 1)));
    }

    private static IEnumerable<int> Quantized(byte[] pixels, Dither dither) =>
        new Quantize { Colours = 4, Dither = dither }
            .Apply(new(1, 2, 4, 3, Array.ConvertAll(pixels, value => (value + 0.25f) / 255f)), TestContext.Current.CancellationToken)
            .Values.Select(value => (int)MathF.Round(value * 255f));
}
