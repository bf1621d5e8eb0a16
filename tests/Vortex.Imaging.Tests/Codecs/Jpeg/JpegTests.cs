using Vortex.Imaging.Codecs;
using Vortex.Imaging.Codecs.Jpeg;
using Vortex.Imaging.Codecs.Pixels;
using Vortex.Imaging.Tests.Codecs.Exif;

namespace Vortex.Imaging.Tests.Codecs.Jpeg;

public sealed class JpegTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void What_is_written_reads_back_nearly_the_same(int channels)
    {
        Codec.RequireJpeg();
        byte[] pixels = SomePixels.Smooth(61, 43, channels);
        DecodedImage back = ImageFile.Decode(JpegEncoder.Encode(pixels, 61, 43, channels, new JpegEncoderOptions { Quality = 95, Chroma = JpegChroma.Full }));

        Assert.Equal((ImageFormat.Jpeg, 61, 43, channels < 3 ? 1 : 3), (back.Format, back.Width, back.Height, back.Channels));
        DecodedImage original = new(ImageFormat.Png, 61, 43, channels, pixels, channels % 2 == 0 ? AlphaSource.Channel : AlphaSource.None, ImageMetadata.Empty);
        double difference = original.ToImageBatch().Values.Zip(back.ToImageBatch().Values).Average(pair => Math.Abs(pair.First - pair.Second));
        Assert.InRange(difference, 0, 1.5 / 255);
    }

    [Fact]
    public void Lower_quality_and_less_colour_give_smaller_files()
    {
        Codec.RequireJpeg();
        byte[] pixels = SomePixels.Textured(new Random(1), 200, 200, 3);
        int Size(int quality, JpegChroma chroma) =>
            JpegEncoder.Encode(pixels, 200, 200, 3, new JpegEncoderOptions { Quality = quality, Chroma = chroma }).Length;

        Assert.True(Size(30, JpegChroma.Full) < Size(90, JpegChroma.Full));
        Assert.True(Size(90, JpegChroma.Quarter) < Size(90, JpegChroma.Full));
    }

    [Fact]
    public void Text_survives_and_is_found_without_decoding()
    {
        Codec.RequireJpeg();
        byte[] file = JpegEncoder.Encode(new byte[300], 10, 10, 3, new JpegEncoderOptions { Text = [new("prompt", "{\"a\": \"ü\"}"), new("workflow", "{}")] });
        ImageInfo info = ImageFile.Identify(file);
        Assert.Equal((10, 10, "{\"a\": \"ü\"}", "{}"), (info.Width, info.Height, info.Metadata.Text["prompt"], info.Metadata.Text["workflow"]));
        Assert.Equal("{}", ImageFile.Decode(file).Metadata.Text["workflow"]);
    }

    [Fact]
    public void Text_that_JPEG_has_no_room_for_is_refused_with_a_way_out()
    {
        KeyValuePair<string, string>[] text = [new("prompt", new string('x', 70_000))];
        ImageFormatException failure = Assert.Throws<ImageFormatException>(() => JpegEncoder.Encode(new byte[3], 1, 1, 3, new JpegEncoderOptions { Text = text }));
        Assert.Equal(ImageErrorCodes.TooLarge, failure.Code);
        Assert.Contains("PNG", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_are_turned_upright_and_comments_and_XMP_are_read()
    {
        Codec.RequireJpeg();
        byte[] plain = JpegEncoder.Encode(SomePixels.Smooth(30, 20, 3), 30, 20, 3);
        byte[] file =
        [
            .. plain[..2],
            .. Segment(0xE1, [.. "Exif\0\0"u8, .. SomeExif.Block(6, "Camera")]),
            .. Segment(0xE1, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. "<x/>"u8]),
            .. Segment(0xFE, [.. "made by hand"u8]),
            .. plain[2..],
        ];

        ImageInfo info = ImageFile.Identify(file);
        DecodedImage picture = ImageFile.Decode(file);

        Assert.Equal((30, 20, 6), (info.Width, info.Height, info.Metadata.Orientation));
        Assert.Equal((20, 30), (picture.Width, picture.Height));
        Assert.Equal(("Camera", "<x/>", "made by hand"), (info.Metadata.Text["Model"], info.Metadata.Text[ImageMetadata.XmpKeyword], info.Metadata.Text["comment"]));
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused_as_cut()
    {
        Codec.RequireJpeg();
        byte[] file = JpegEncoder.Encode(SomePixels.Textured(new Random(1), 64, 64, 3), 64, 64, 3);
        for (int length = 3; length < file.Length - 2; length += 7)
        {
            ImageFormatException failure = Assert.Throws<ImageFormatException>(() => ImageFile.Decode(file.AsMemory(0, length)));
            Assert.True(failure.Code == ImageErrorCodes.Truncated, $"{length} of {file.Length}: {failure.Message}");
        }
    }

    [Fact]
    public void Size_is_checked_before_the_library_is_asked_for_anything()
    {
        byte[] file = Header(60_000, 60_000);
        Assert.Equal(ImageErrorCodes.TooLarge, Assert.Throws<ImageFormatException>(() => ImageFile.Decode(file)).Code);
        // Within the limits, but far more than so few bytes can hold.
        Assert.Equal(ImageErrorCodes.Truncated, Assert.Throws<ImageFormatException>(() => ImageFile.Decode(Header(12_000, 12_000))).Code);
        Assert.Throws<ImageFormatException>(() => JpegEncoder.Encode(new byte[70_000], 70_000, 1, 1));
    }

    [Fact]
    public void CMYK_becomes_RGB_by_leaving_over_what_the_inks_do_not_take()
    {
        // Stored inverted: no ink, full black, full cyan, half black over magenta.
        byte[] stored = [255, 255, 255, 255, 255, 255, 255, 0, 0, 255, 255, 255, 255, 0, 255, 128];
        byte[] rgb = new byte[12];
        ChannelConversion.InvertedCmykToRgb(stored, rgb);
        Assert.Equal([255, 255, 255, 0, 0, 0, 0, 255, 255, 128, 0, 128], rgb);
    }

    private static byte[] Header(ushort width, ushort height) =>
    [
        0xFF, 0xD8,
        .. Segment(0xC0, [8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]),
        .. Segment(0xDA, [3, 1, 0, 2, 0, 3, 0, 0, 63, 0]),
        1, 2, 3, 0xFF, 0xD9,
    ];

    private static byte[] Segment(byte marker, byte[] data) =>
        [0xFF, marker, (byte)((data.Length + 2) >> 8), (byte)(data.Length + 2), .. data];
}
