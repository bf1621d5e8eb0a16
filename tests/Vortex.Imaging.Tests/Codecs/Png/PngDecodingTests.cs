using Vortex.Imaging.Codecs;

namespace Vortex.Imaging.Tests.Codecs.Png;

public sealed class PngDecodingTests
{
    public static TheoryData<int, int, bool, int, int> Kinds()
    {
        TheoryData<int, int, bool, int, int> data = [];
        foreach ((int color, int[] depths) in new (int, int[])[] { (0, [1, 2, 4, 8, 16]), (2, [8, 16]), (3, [1, 2, 4, 8]), (4, [8, 16]), (6, [8, 16]) })
        {
            foreach (int depth in depths)
            {
                foreach ((int width, int height) in new[] { (1, 1), (2, 7), (5, 4), (16, 9), (33, 17) })
                {
                    data.Add(color, depth, false, width, height);
                    data.Add(color, depth, true, width, height);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_colour_type_and_depth_is_read_with_all_filters(int color, int depth, bool interlaced, int width, int height)
    {
        byte[] palette = Palette(1 << Math.Min(depth, 8));
        SomePng png = new() { Color = color, Depth = depth, Interlaced = interlaced, Width = width, Height = height };
        if (color == 3)
        {
            png.With("PLTE", palette);
        }

        DecodedImage picture = ImageFile.Decode(png.Build());

        Assert.Equal((width, height), (picture.Width, picture.Height));
        Assert.Equal(color switch { 0 => 1, 4 => 2, 6 => 4, _ => 3 }, picture.Channels);
        Assert.Equal(color is 4 or 6 ? AlphaSource.Channel : AlphaSource.None, picture.Alpha);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                for (int channel = 0; channel < picture.Channels; channel++)
                {
                    int expected = color == 3 ? palette[(png.Value(x, y, 0) * 3) + channel] : Reduce(png.Value(x, y, channel), depth, color);
                    Assert.Equal(expected, picture.Pixels[(((y * width) + x) * picture.Channels) + channel]);
                }
            }
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(254, 0)]
    [InlineData(255, 1)]
    [InlineData(256, 1)]
    [InlineData(510, 2)]
    [InlineData(65025, 255)]
    [InlineData(65535, 255)]
    public void Sixteen_bit_grey_is_divided_by_255_and_clamped_as_LoadImage_sees_it(int stored, int expected)
    {
        SomePng png = new() { Color = 0, Depth = 16, Width = 1, Height = 1, Sample = (_, _, _) => stored };
        Assert.Equal(expected, ImageFile.Decode(png.Build()).Pixels[0]);
    }

    [Fact]
    public void Transparent_palette_entries_are_alpha_and_a_mask()
    {
        SomePng png = new SomePng { Color = 3, Depth = 2, Width = 4, Height = 1, Sample = (x, _, _) => x }
            .With("PLTE", Palette(4)).With("tRNS", 0, 51);

        DecodedImage picture = ImageFile.Decode(png.Build());

        Assert.Equal(AlphaSource.Palette, picture.Alpha);
        Assert.Equal([0, 51, 255, 255], Enumerable.Range(0, 4).Select(x => (int)picture.Pixels[(x * 4) + 3]));
        Assert.Equal([1f, 1f - (51 / 255f), 0f, 0f], picture.ToMask()!.Values);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 4)]
    [InlineData(0, 8)]
    [InlineData(0, 16)]
    [InlineData(2, 8)]
    [InlineData(2, 16)]
    public void A_transparent_colour_is_alpha_that_LoadImage_does_not_look_at(int color, int depth)
    {
        SomePng png = new() { Color = color, Depth = depth, Width = 9, Height = 3 };
        byte[] key = [.. Enumerable.Range(0, png.Samples).SelectMany(s => new[] { (byte)(png.Value(4, 1, s) >> 8), (byte)png.Value(4, 1, s) })];
        png.With("tRNS", key);

        DecodedImage picture = ImageFile.Decode(png.Build());

        Assert.Equal(AlphaSource.ColorKey, picture.Alpha);
        Assert.Null(picture.ToMask());
        MaskBatch mask = picture.ToTransparencyMask();
        for (int i = 0; i < 27; i++)
        {
            bool same = Enumerable.Range(0, png.Samples).All(s => png.Value(i % 9, i / 9, s) == png.Value(4, 1, s));
            Assert.Equal(same ? 1f : 0f, mask.Values[i]);
        }
    }

    [Fact]
    public void A_transparent_colour_of_16_bits_is_compared_at_full_depth()
    {
        SomePng png = new SomePng { Color = 2, Depth = 16, Width = 2, Height = 1, Sample = (x, _, _) => 0x1234 + x }
            .With("tRNS", 0x12, 0x34, 0x12, 0x34, 0x12, 0x34);
        Assert.Equal([0x12, 0x12, 0x12, 0, 0x12, 0x12, 0x12, 255], ImageFile.Decode(png.Build()).Pixels);
    }

    [Fact]
    public void A_palette_index_without_a_colour_is_the_grey_of_its_number()
    {
        SomePng png = new SomePng { Color = 3, Width = 2, Height = 1, Sample = (x, _, _) => x * 200 }.With("PLTE", 9, 8, 7);
        Assert.Equal([9, 8, 7, 200, 200, 200], ImageFile.Decode(png.Build()).Pixels);
    }

    [Fact]
    public void Bytes_after_the_end_are_ignored()
    {
        byte[] file = [.. new SomePng().Build(), 1, 2, 3];
        Assert.Equal(5, ImageFile.Decode(file).Width);
    }

    [Fact]
    public void Identify_gives_size_and_text_without_reading_pixels()
    {
        byte[] file = new SomePng { Width = 30, Height = 20 }.WithAfterPixels("tEXt", "prompt\0{}"u8.ToArray()).Build([1, 2, 3, 4]);
        ImageInfo info = ImageFile.Identify(file);
        Assert.Equal((ImageFormat.Png, 30, 20, "{}"), (info.Format, info.Width, info.Height, info.Metadata.Text["prompt"]));
    }

    [Fact]
    public void Cancel_stops_decoding()
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => ImageFile.Decode(new SomePng().Build(), null, source.Token));
    }

    private static int Reduce(int value, int depth, int color) => depth switch
    {
        16 when color == 0 => Math.Min(255, (int)(value * (1.0 / 255))),
        16 => value >> 8,
        8 => value,
        _ => value * 255 / ((1 << depth) - 1),
    };

    private static byte[] Palette(int entries) => [.. Enumerable.Range(0, entries * 3).Select(i => (byte)((i * 91) + 13))];
}
