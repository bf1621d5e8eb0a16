using NetVips;
using Vortex.Api;
using Vortex.Imaging.Codecs;
using Vortex.Imaging.Codecs.Png;

namespace Vortex.Pictures.Tests;

/// <summary>What every picture editor does. Pictures are made and read by the runner's codecs, which pass their own suites against recorded files.</summary>
public abstract class PictureEditorConformance
{
    private const string Skipped = "libvips cannot be loaded here.";

    private IPictureEditor Editor => field ??= Make();

    /// <summary>Makes the editor under test.</summary>
    protected abstract IPictureEditor Make();

    [Theory]
    [InlineData(400, 200, 100, 50)]
    [InlineData(200, 1000, 128, 640)]
    [InlineData(1000, 3, 128, 1)]
    public void Small_picture_has_the_width_that_is_wanted_and_the_shape_of_the_large_one(int width, int height, int wanted, int rows)
    {
        Need();
        SmallPicture small = Editor.Shrink(Png(Ramp(width, height, 3), width, height, 3), wanted)!;
        DecodedImage seen = ImageFile.Decode(small.Content);
        Assert.Equal(("image/webp", wanted), (small.MediaType, seen.Width));
        Assert.InRange(seen.Height, rows, rows + 1);
        // A ramp stays one.
        Assert.InRange(seen.Pixels[0], 0, 20);
        Assert.InRange(seen.Pixels[((seen.Width - 1) * seen.Channels) + 0], 225, 255);
    }

    [Fact]
    public void Picture_that_is_narrow_enough_has_no_small_one()
    {
        Need();
        Assert.Null(Editor.Shrink(Png(Ramp(128, 900, 3), 128, 900, 3), 128));
    }

    [Fact]
    public void Small_picture_stands_upright()
    {
        Need();
        // 300 columns lie in the file; turned by a quarter they are rows.
        using Image lying = Image.Black(300, 200, bands: 3);
        using Image turned = lying.Mutate(image => image.Set(GValue.GIntType, "orientation", 6));
        byte[] file = turned.JpegsaveBuffer();
        DecodedImage seen = ImageFile.Decode(Editor.Shrink(file, 100)!.Content);
        Assert.Equal((100, 150), (seen.Width, seen.Height));
        Assert.Null(Editor.Shrink(file, 200));
    }

    [Fact]
    public void What_is_transparent_does_not_shine_through_a_small_picture()
    {
        Need();
        // Columns in turns of opaque red and invisible green.
        byte[] pixels = new byte[256 * 64 * 4];
        for (int i = 0; i < pixels.Length / 4; i++)
        {
            (i % 2 == 0 ? (ReadOnlySpan<byte>)[255, 0, 0, 255] : [0, 255, 0, 0]).CopyTo(pixels.AsSpan(i * 4));
        }

        DecodedImage seen = ImageFile.Decode(Editor.Shrink(Png(pixels, 256, 64, 4), 64)!.Content);
        Assert.Equal(4, seen.Channels);
        int middle = ((seen.Height / 2 * seen.Width) + (seen.Width / 2)) * 4;
        Assert.InRange(seen.Pixels[middle], 235, 255);
        Assert.InRange(seen.Pixels[middle + 1], 0, 20);
        Assert.InRange(seen.Pixels[middle + 3], 108, 148);
    }

    [Fact]
    public void Colours_and_alpha_are_told_apart_exactly()
    {
        Need();
        byte[] pixels = Noise(40, 30, 4);
        pixels[3] = 0; // colours under nothing are colours
        byte[] file = Png(pixels, 40, 30, 4);
        DecodedImage colours = ImageFile.Decode(Editor.Convert(file, new PictureForm("image/png", 100, PictureChannels.Colours))!);
        Assert.Equal(3, colours.Channels);
        Assert.Equal(Pick(pixels, 4, 0, 1, 2), colours.Pixels);
        DecodedImage alpha = ImageFile.Decode(Editor.Convert(file, new PictureForm("image/png", 100, PictureChannels.Alpha))!);
        Assert.Equal(4, alpha.Channels);
        Assert.Equal(Pick(pixels, 4, 3), Pick(alpha.Pixels, 4, 3));
        Assert.All(Pick(alpha.Pixels, 4, 0, 1, 2), value => Assert.Equal(0, value));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Picture_becomes_each_form_and_keeps_its_colours(int channels)
    {
        Need();
        byte[] pixels = Ramp(64, 48, channels);
        byte[] file = Png(pixels, 64, 48, channels);
        byte[] wanted = Rgb(pixels, channels);
        foreach ((string type, ImageFormat format, int least) in new[] { ("image/webp", ImageFormat.WebP, 4), ("image/jpeg", ImageFormat.Jpeg, 4), ("image/png", ImageFormat.Png, 0) })
        {
            byte[] made = Editor.Convert(file, new PictureForm(type, 95, PictureChannels.All))!;
            DecodedImage seen = ImageFile.Decode(made);
            Assert.Equal((format, 64, 48), (seen.Format, seen.Width, seen.Height));
            Assert.Equal(type != "image/jpeg" && channels is 2 or 4, seen.Channels is 2 or 4);
            byte[] rgb = Rgb(seen.Pixels, seen.Channels);
            Assert.InRange(wanted.Zip(rgb, (one, other) => Math.Abs(one - other)).Average(), 0, least);
        }
    }

    [Fact]
    public void Worse_quality_is_less()
    {
        Need();
        byte[] file = Png(Noise(128, 128, 3), 128, 128, 3);
        foreach (string type in new[] { "image/webp", "image/jpeg" })
        {
            Assert.True(Editor.Convert(file, new PictureForm(type, 10, PictureChannels.All))!.Length < Editor.Convert(file, new PictureForm(type, 90, PictureChannels.All))!.Length / 2);
        }
    }

    [Fact]
    public void Sixteen_bits_become_eight()
    {
        Need();
        using Image ramp = Image.Identity(@ushort: true, size: 65_536);
        using Image row = ramp.ExtractArea(0, 0, 65_000, 1);
        using Image deep = row.Copy(interpretation: Enums.Interpretation.Grey16);
        DecodedImage seen = ImageFile.Decode(Editor.Convert(deep.PngsaveBuffer(bitdepth: 16), new PictureForm("image/png", 100, PictureChannels.Colours))!);
        Assert.Equal(0, seen.Pixels[0]);
        Assert.InRange(seen.Pixels[3 * 32_900], 128, 129); // Pillow divides by 255, others by 256 or 257
    }

    [Fact]
    public void Alpha_is_put_to_colours_exactly()
    {
        Need();
        byte[] colours = Noise(33, 21, 4);
        byte[] mask = Noise(33, 21, 4);
        DecodedImage seen = ImageFile.Decode(Editor.PutAlpha(Png(colours, 33, 21, 4), Png(mask, 33, 21, 4))!);
        Assert.Equal((ImageFormat.Png, 4), (seen.Format, seen.Channels));
        Assert.Equal(Pick(colours, 4, 0, 1, 2), Pick(seen.Pixels, 4, 0, 1, 2));
        Assert.Equal(Pick(mask, 4, 3), Pick(seen.Pixels, 4, 3));
        // A mask without alpha hides nothing.
        DecodedImage whole = ImageFile.Decode(Editor.PutAlpha(Png(Ramp(33, 21, 1), 33, 21, 1), Png(Ramp(33, 21, 3), 33, 21, 3))!);
        Assert.All(Pick(whole.Pixels, 4, 3), value => Assert.Equal(255, value));
        Assert.Equal(Rgb(Ramp(33, 21, 1), 1), Pick(whole.Pixels, 4, 0, 1, 2));
        Assert.Null(Editor.PutAlpha(Png(Ramp(33, 21, 3), 33, 21, 3), Png(Ramp(32, 21, 3), 32, 21, 3)));
    }

    [Fact]
    public void Words_of_a_file_are_left_behind()
    {
        Need();
        byte[] pixels = Ramp(300, 20, 3);
        byte[] file = PngEncoder.Encode(pixels, 300, 20, 3, new PngEncoderOptions { Text = [new("prompt", "a secret garden")] });
        foreach (byte[] made in new[] { Editor.Convert(file, new PictureForm("image/png", 100, PictureChannels.All))!, Editor.Shrink(file, 128)!.Content })
        {
            Assert.DoesNotContain("secret", System.Text.Encoding.Latin1.GetString(made), StringComparison.Ordinal);
            Assert.Empty(ImageFile.Decode(made).Metadata.Text);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("no picture at all")]
    [InlineData("\u0089PNG\r\n\u001a\n and nothing of it")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' width='900' height='900'><rect width='900' height='900'/></svg>")]
    public void What_is_no_picture_is_answered_with_nothing(string text)
    {
        Need();
        byte[] file = System.Text.Encoding.Latin1.GetBytes(text);
        Assert.Null(Editor.Convert(file, new PictureForm("image/webp", 90, PictureChannels.All)));
        Assert.Null(Editor.Shrink(file, 128));
        Assert.Null(Editor.PutAlpha(file, Png(Ramp(2, 2, 3), 2, 2, 3)));
        Assert.Null(Editor.PutAlpha(Png(Ramp(2, 2, 3), 2, 2, 3), file));
    }

    [Fact]
    public void Half_a_picture_is_none()
    {
        Need();
        byte[] file = Png(Noise(300, 300, 3), 300, 300, 3);
        Assert.Null(Editor.Convert(file.AsMemory(0, file.Length / 2), new PictureForm("image/png", 90, PictureChannels.All)));
        Assert.Null(Editor.Shrink(file.AsMemory(0, file.Length / 2), 128));
    }

    [Fact]
    public async Task Many_at_once_are_each_their_own()
    {
        Need();
        byte[][] seen = await Task.WhenAll(Enumerable.Range(0, 16).Select(seed => Task.Run(() =>
            ImageFile.Decode(Editor.Convert(Png(Noise(64, 64, 3, seed), 64, 64, 3), new PictureForm("image/png", 90, PictureChannels.All))!).Pixels)));
        Assert.All(Enumerable.Range(0, 16), seed => Assert.Equal(Noise(64, 64, 3, seed), seen[seed]));
    }

    [Fact]
    public void Who_canceled_gets_nothing()
    {
        Need();
        using CancellationTokenSource canceled = new();
        canceled.Cancel();
        byte[] file = Png(Ramp(300, 300, 3), 300, 300, 3);
        Assert.ThrowsAny<OperationCanceledException>(() => Editor.Shrink(file, 128, canceled.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => Editor.PutAlpha(file, file, canceled.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => Editor.Convert(file, new PictureForm("image/png", 90, PictureChannels.All), canceled.Token));
    }

    private static byte[] Png(byte[] pixels, int width, int height, int channels) => PngEncoder.Encode(pixels, width, height, channels);

    /// <summary>Pixels from dark at the left to bright at the right; alpha the other way round.</summary>
    private static byte[] Ramp(int width, int height, int channels)
    {
        byte[] pixels = new byte[width * height * channels];
        for (int i = 0; i < width * height; i++)
        {
            byte value = (byte)(255 * (i % width) / Math.Max(1, width - 1));
            pixels.AsSpan(i * channels, channels).Fill(value);
            if (channels is 2 or 4)
            {
                pixels[((i + 1) * channels) - 1] = (byte)(255 - (value / 4));
            }
        }

        return pixels;
    }

    private static byte[] Noise(int width, int height, int channels, int seed = 7)
    {
        byte[] pixels = new byte[width * height * channels];
        new Random(seed).NextBytes(pixels);
        return pixels;
    }

    private static byte[] Pick(byte[] pixels, int channels, params int[] picked) =>
        [.. Enumerable.Range(0, pixels.Length / channels).SelectMany(at => picked.Select(channel => pixels[(at * channels) + channel]))];

    private static byte[] Rgb(byte[] pixels, int channels) => channels >= 3 ? Pick(pixels, channels, 0, 1, 2) : Pick(pixels, channels, 0, 0, 0);

    private static void Need() => Assert.SkipUnless(VipsPictureEditor.IsAvailable, Skipped);
}
