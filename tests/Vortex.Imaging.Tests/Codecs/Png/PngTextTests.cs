using System.Text;
using Vortex.Imaging.Codecs;

namespace Vortex.Imaging.Tests.Codecs.Png;

public sealed class PngTextTests
{
    [Fact]
    public void All_three_text_chunks_are_read()
    {
        ImageMetadata metadata = Read(new SomePng()
            .With("tEXt", [.. "a\0caf"u8, 0xE9])
            .With("zTXt", [.. "b\0\0"u8, .. SomePng.Deflate([.. "zip "u8, 0xFC])])
            .With("iTXt", [.. "c\0\0\0de\0Wort\0"u8, .. "日本"u8])
            .WithAfterPixels("iTXt", [.. "d\0\u0001\0\0\0"u8, .. SomePng.Deflate([.. "語"u8])]));

        Assert.Equal(
            new Dictionary<string, string> { ["a"] = "café", ["b"] = "zip ü", ["c"] = "日本", ["d"] = "語" },
            metadata.Text.ToDictionary());
    }

    [Fact]
    public void Of_two_texts_with_one_keyword_the_last_wins() =>
        Assert.Equal("2", Read(new SomePng().With("tEXt", "k\01"u8.ToArray()).WithAfterPixels("tEXt", "k\02"u8.ToArray())).Text["k"]);

    [Fact]
    public void Text_without_its_separators_is_left_out_or_empty_and_the_picture_stays()
    {
        ImageMetadata metadata = Read(new SomePng()
            .With("tEXt", "alone"u8.ToArray())
            .With("zTXt", "z\0"u8.ToArray())
            .With("zTXt", "method\0\u0005x"u8.ToArray())
            .With("iTXt", "i\0\0\0de"u8.ToArray()));
        Assert.Equal(new Dictionary<string, string> { ["alone"] = "" }, metadata.Text.ToDictionary());
    }

    [Fact]
    public void Compressed_text_that_does_not_inflate_is_a_damaged_file() =>
        Assert.Equal(ImageErrorCodes.Corrupt, Fail(new SomePng().With("zTXt", "z\0\0rubbish"u8.ToArray())).Code);

    [Theory]
    [InlineData("zTXt", "b\0\0")]
    [InlineData("iTXt", "b\0\u0001\0\0\0")]
    public void A_text_that_inflates_beyond_the_limit_is_refused_before_it_is_whole(string type, string start)
    {
        // 64 MiB of zeros are 64 KB compressed.
        byte[] bomb = SomePng.Deflate(new byte[64 << 20]);
        byte[] file = new SomePng().With(type, [.. Encoding.Latin1.GetBytes(start), .. bomb]).Build();
        long before = GC.GetAllocatedBytesForCurrentThread();

        ImageFormatException failure = Assert.Throws<ImageFormatException>(() => ImageFile.Decode(file, new ImageLimits { MaxTextBytes = 1 << 20 }));

        Assert.Equal(ImageErrorCodes.TooLarge, failure.Code);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
    }

    [Theory]
    [InlineData("tEXt", "k\0")]
    [InlineData("iTXt", "k\0\0\0\0\0")]
    public void Text_limits_hold_for_all_texts_together(string type, string start)
    {
        SomePng png = new();
        for (int i = 0; i < 20; i++)
        {
            png.With(type, [.. Encoding.Latin1.GetBytes(start), .. new byte[100]]);
        }

        byte[] file = png.Build();
        Assert.Equal(ImageErrorCodes.TooLarge, Assert.Throws<ImageFormatException>(() => ImageFile.Identify(file, new ImageLimits { MaxTextBytes = 1000 })).Code);
        Assert.NotNull(ImageFile.Identify(file, new ImageLimits { MaxTextBytes = 10_000 }));
    }

    private static ImageMetadata Read(SomePng png) => ImageFile.Decode(png.Build()).Metadata;

    private static ImageFormatException Fail(SomePng png) => Assert.Throws<ImageFormatException>(() => ImageFile.Decode(png.Build()));
}
