using System.Text;
using Vortex.Imaging.Codecs;
using Vortex.Imaging.Codecs.Native;

namespace Vortex.Imaging.Tests.Codecs;

public sealed class ImageFileTests
{
    [Theory]
    [InlineData("GIF89a......", "GIF")]
    [InlineData("BM\u0010\0\0\0\0\0\0\0\u0036\0\0\0", "BMP")]
    [InlineData("II*\0\u0008\0\0\0", "TIFF")]
    [InlineData("MM\0*\0\0\0\u0008", "TIFF")]
    [InlineData("\0\0\0 ftypavif....", "AVIF")]
    [InlineData("\0\0\0 ftypheic....", "HEIC")]
    [InlineData("8BPS........", "Photoshop PSD")]
    [InlineData("\0\0\u0001\0\u0001\0", "ICO")]
    public void Formats_that_are_not_read_are_named(string start, string name)
    {
        byte[] file = [.. Encoding.Latin1.GetBytes(start), .. new byte[40]];
        ImageFormatException failure = Assert.Throws<ImageFormatException>(() => ImageFile.Identify(file));
        Assert.Equal(ImageErrorCodes.Unsupported, failure.Code);
        Assert.Contains(name, failure.Message, StringComparison.Ordinal);
        Assert.Contains("PNG", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"not\": \"a picture\"}")]
    [InlineData("BMW is a car and this is a text")]
    [InlineData("RIFF....WAVEfmt ")]
    public void Anything_else_is_no_picture(string content) =>
        Assert.Equal(ImageErrorCodes.NotAnImage, Assert.Throws<ImageFormatException>(() => ImageFile.Decode(Encoding.UTF8.GetBytes(content))).Code);

    [Fact]
    public void Availability_lists_all_three_formats_and_how_to_get_what_is_missing()
    {
        IReadOnlyList<CodecAvailability> codecs = ImageCodecs.Availability();
        Assert.Equal([ImageFormat.Png, ImageFormat.Jpeg, ImageFormat.WebP], codecs.Select(codec => codec.Format));
        Assert.True(codecs[0].Present);
        Assert.All(codecs.Skip(1), codec => Assert.All(["apt install", "macOS", "Windows"], word => Assert.Contains(word, codec.HowToInstall, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_missing_library_is_named_with_how_to_install_it()
    {
        NativeCodec missing = new("libnowhere", ["libnowhere.so.99"], "apt install libnowhere");
        ImageFormatException failure = Assert.Throws<ImageFormatException>(() => missing.Load());
        Assert.Equal(ImageErrorCodes.CodecMissing, failure.Code);
        Assert.Contains("apt install libnowhere", failure.Message, StringComparison.Ordinal);
        Assert.False(ImageCodecs.Probe(ImageFormat.WebP, missing, _ => "never asked").Present);
    }
}
