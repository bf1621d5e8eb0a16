using Vortex.Imaging.Codecs;
using Vortex.Imaging.Codecs.WebP;
using Vortex.Imaging.Tests.Codecs.Exif;

namespace Vortex.Imaging.Tests.Codecs.WebP;

public sealed class WebPTests
{
    private static readonly WebPEncoderOptions Lossless = new() { Compression = WebPCompression.Lossless };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Lossless_reads_back_the_same(int channels)
    {
        Codec.RequireWebP();
        byte[] pixels = SomePixels.Smooth(61, 43, channels);
        DecodedImage back = ImageFile.Decode(WebPEncoder.Encode(pixels, 61, 43, channels, Lossless));

        Assert.Equal((ImageFormat.WebP, 61, 43, channels % 2 == 0 ? 4 : 3), (back.Format, back.Width, back.Height, back.Channels));
        DecodedImage original = new(ImageFormat.Png, 61, 43, channels, pixels, channels % 2 == 0 ? AlphaSource.Channel : AlphaSource.None, ImageMetadata.Empty);
        Assert.Equal(original.ToImageBatch().Values, back.ToImageBatch().Values);
        Assert.Equal(original.ToMask()?.Values, back.ToMask()?.Values);
    }

    [Fact]
    public void Lossy_reads_back_nearly_the_same_and_is_smaller()
    {
        Codec.RequireWebP();
        byte[] pixels = SomePixels.Smooth(80, 60, 3);
        byte[] file = WebPEncoder.Encode(pixels, 80, 60, 3);
        Assert.InRange(SomePixels.MeanDifference(pixels, ImageFile.Decode(file).Pixels), 0, 3);
        byte[] noise = SomePixels.Textured(new Random(3), 80, 60, 3);
        Assert.True(
            WebPEncoder.Encode(noise, 80, 60, 3, new WebPEncoderOptions { Quality = 20 }).Length < WebPEncoder.Encode(noise, 80, 60, 3, Lossless).Length);
    }

    [Theory]
    [InlineData(WebPCompression.Lossy, 3)]
    [InlineData(WebPCompression.Lossy, 4)]
    [InlineData(WebPCompression.Lossless, 3)]
    [InlineData(WebPCompression.Lossless, 4)]
    public void Text_survives_as_ComfyUI_writes_it_and_is_found_without_decoding(WebPCompression compression, int channels)
    {
        Codec.RequireWebP();
        byte[] pixels = SomePixels.Smooth(11, 7, channels);
        WebPEncoderOptions options = new() { Compression = compression, Text = [new("prompt", "{\"a\": \"ü\"}"), new("workflow", "{}")] };
        byte[] file = WebPEncoder.Encode(pixels, 11, 7, channels, options);

        ImageInfo info = ImageFile.Identify(file);
        Assert.Equal((11, 7, "{\"a\": \"ü\"}", "{}"), (info.Width, info.Height, info.Metadata.Text["prompt"], info.Metadata.Text["workflow"]));
        Assert.Equal(
            ImageFile.Decode(WebPEncoder.Encode(pixels, 11, 7, channels, options with { Text = [] })).Pixels,
            ImageFile.Decode(file).Pixels);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_an_animation_the_first_frame_lies_on_an_empty_canvas(bool alpha)
    {
        Codec.RequireWebP();
        int channels = alpha ? 4 : 3;
        byte[] still = WebPEncoder.Encode([.. Enumerable.Repeat((byte)200, 2 * 2 * channels)], 2, 2, channels, Lossless);
        DecodedImage picture = ImageFile.Decode(SomeWebP.Animation(still, 2, 2, 6, 4, 2, 2, alpha));

        Assert.Equal((6, 4, channels), (picture.Width, picture.Height, picture.Channels));
        for (int i = 0; i < picture.Pixels.Length; i++)
        {
            (int x, int y) = (i / channels % 6, i / channels / 6);
            Assert.Equal(x is 2 or 3 && y is 2 or 3 ? 200 : 0, picture.Pixels[i]);
        }
    }

    [Fact]
    public void A_frame_outside_its_canvas_is_damage()
    {
        Codec.RequireWebP();
        byte[] still = WebPEncoder.Encode(new byte[12], 2, 2, 3, Lossless);
        byte[] file = SomeWebP.Animation(still, 2, 2, 3, 3, 2, 2, alpha: false);
        Assert.Equal(ImageErrorCodes.Corrupt, Assert.Throws<ImageFormatException>(() => ImageFile.Decode(file)).Code);
    }

    [Fact]
    public void Pictures_are_turned_upright_and_XMP_is_read()
    {
        Codec.RequireWebP();
        byte[] still = WebPEncoder.Encode(SomePixels.Smooth(30, 20, 3), 30, 20, 3, Lossless);
        byte[] file = SomeWebP.File(
            SomeWebP.Chunk("VP8X", [0x0C, 0, 0, 0, 29, 0, 0, 19, 0, 0]),
            still[12..],
            SomeWebP.Chunk("EXIF", SomeExif.Block(8, "Camera")),
            SomeWebP.Chunk("XMP ", [.. "<x/>"u8]));
        DecodedImage picture = ImageFile.Decode(file);
        Assert.Equal((20, 30), (picture.Width, picture.Height));
        Assert.Equal(("Camera", "<x/>"), (picture.Metadata.Text["Model"], picture.Metadata.Text[ImageMetadata.XmpKeyword]));
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused_as_cut()
    {
        Codec.RequireWebP();
        byte[] file = WebPEncoder.Encode(SomePixels.Textured(new Random(1), 64, 64, 3), 64, 64, 3);
        for (int length = 12; length < file.Length; length += 7)
        {
            Assert.Equal(ImageErrorCodes.Truncated, Assert.Throws<ImageFormatException>(() => ImageFile.Decode(file.AsMemory(0, length))).Code);
        }
    }

    [Fact]
    public void Sizes_are_checked_before_the_library_is_asked_for_anything()
    {
        byte[] file = SomeWebP.File(SomeWebP.Chunk("VP8X", [0, 0, 0, 0, 255, 255, 255, 255, 255, 255]));
        Assert.Equal(ImageErrorCodes.TooLarge, Assert.Throws<ImageFormatException>(() => ImageFile.Decode(file)).Code);
        Assert.Equal(ImageErrorCodes.TooLarge, Assert.Throws<ImageFormatException>(() => WebPEncoder.Encode(new byte[17_000], 17_000, 1, 1)).Code);
    }

    [Fact]
    public void A_canvas_that_contradicts_its_picture_is_damage()
    {
        Codec.RequireWebP();
        byte[] still = WebPEncoder.Encode(new byte[12], 2, 2, 3, Lossless);
        byte[] file = SomeWebP.File(SomeWebP.Chunk("VP8X", [0, 0, 0, 0, 9, 0, 0, 9, 0, 0]), still[12..]);
        Assert.Equal(ImageErrorCodes.Corrupt, Assert.Throws<ImageFormatException>(() => ImageFile.Decode(file)).Code);
    }
}
