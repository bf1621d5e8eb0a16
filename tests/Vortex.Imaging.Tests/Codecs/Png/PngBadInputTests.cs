using Vortex.Imaging.Codecs;

namespace Vortex.Imaging.Tests.Codecs.Png;

public sealed class PngBadInputTests
{
    [Fact]
    public void A_file_cut_anywhere_says_that_it_is_cut()
    {
        byte[] file = new SomePng().With("tEXt", "k\0text"u8.ToArray()).Build();
        for (int length = 1; length < file.Length; length++)
        {
            Assert.Equal(ImageErrorCodes.Truncated, Code(file[..length]));
        }

        Assert.Equal(ImageErrorCodes.NotAnImage, Code([]));
    }

    [Fact]
    public void A_changed_byte_in_any_chunk_is_a_bad_checksum()
    {
        byte[] file = new SomePng().Build();
        file[20] ^= 1;
        ImageFormatException failure = Assert.Throws<ImageFormatException>(() => ImageFile.Decode(file));
        Assert.Equal(ImageErrorCodes.BadCrc, failure.Code);
        Assert.Contains("IHDR", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pixels_that_stop_early_are_a_cut_file()
    {
        SomePng png = new();
        Assert.Equal(ImageErrorCodes.Truncated, Code(png.Build(SomePng.Deflate(png.Raw()[..^5]))));
        Assert.Equal(ImageErrorCodes.Truncated, Code(png.Build(SomePng.Deflate(png.Raw())[..^12])));
    }

    [Fact]
    public void Pixels_that_inflate_to_more_than_the_header_says_are_refused()
    {
        SomePng png = new();
        Assert.Equal(ImageErrorCodes.Corrupt, Code(png.Build(SomePng.Deflate([.. png.Raw(), 0]))));
        Assert.Equal(ImageErrorCodes.Corrupt, Code(png.Build(SomePng.Deflate([.. png.Raw(), .. new byte[32 << 20]]))));
    }

    [Fact]
    public void A_wrong_sum_over_the_pixels_is_a_damaged_file()
    {
        SomePng png = new();
        byte[] compressed = SomePng.Deflate(png.Raw());
        compressed[^1] ^= 1;
        Assert.Equal(ImageErrorCodes.Corrupt, Code(png.Build(compressed)));
    }

    [Theory]
    [InlineData(0, 1, 8, 2)]
    [InlineData(1, 0, 8, 2)]
    [InlineData(-1, 1, 8, 2)]
    [InlineData(1, 1, 3, 0)]
    [InlineData(1, 1, 4, 2)]
    [InlineData(1, 1, 16, 3)]
    [InlineData(1, 1, 8, 5)]
    public void A_header_that_cannot_be_is_a_damaged_file(int width, int height, int depth, int color) =>
        Assert.Equal(ImageErrorCodes.Corrupt, Code(SomePng.File(
            SomePng.Chunk("IHDR", SomePng.Header(width, height, depth, color)),
            SomePng.Chunk("IDAT", SomePng.Deflate(new byte[100])),
            SomePng.Chunk("IEND", []))));

    [Theory]
    [InlineData(70_000, 1)]
    [InlineData(1, 70_000)]
    [InlineData(20_000, 20_000)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void A_huge_header_is_refused_before_memory_is_taken(int width, int height)
    {
        byte[] file = new SomePng { Width = width, Height = height }.Build([0]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(ImageErrorCodes.TooLarge, Code(file));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_large_header_over_little_data_is_a_cut_file_and_takes_no_memory()
    {
        byte[] file = new SomePng { Width = 16_000, Height = 16_000 }.Build(SomePng.Deflate(new byte[1000]));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(ImageErrorCodes.Truncated, Code(file));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Each_limit_is_kept_exactly()
    {
        byte[] file = new SomePng { Width = 10, Height = 20, Color = 6 }.Build();
        foreach ((ImageLimits enough, ImageLimits less) in new (ImageLimits, ImageLimits)[]
        {
            (new() { MaxWidth = 10 }, new() { MaxWidth = 9 }),
            (new() { MaxHeight = 20 }, new() { MaxHeight = 19 }),
            (new() { MaxPixels = 200 }, new() { MaxPixels = 199 }),
            (new() { MaxDecodedBytes = 800 }, new() { MaxDecodedBytes = 799 }),
            (new() { MaxChunks = 4 }, new() { MaxChunks = 3 }),
        })
        {
            Assert.Equal(10, ImageFile.Decode(file, enough).Width);
            Assert.Equal(ImageErrorCodes.TooLarge, Assert.Throws<ImageFormatException>(() => ImageFile.Decode(file, less)).Code);
        }
    }

    [Fact]
    public void Missing_and_misplaced_chunks_are_damage()
    {
        byte[] header = SomePng.Chunk("IHDR", SomePng.Header(1, 1, 8, 3));
        byte[] data = SomePng.Chunk("IDAT", SomePng.Deflate(new byte[2]));
        byte[] end = SomePng.Chunk("IEND", []);
        Assert.Equal(ImageErrorCodes.Corrupt, Code(SomePng.File(data, header, end)));
        Assert.Equal(ImageErrorCodes.Corrupt, Code(SomePng.File(header, data, end)));
        Assert.Equal(ImageErrorCodes.Corrupt, Code(SomePng.File(header, header, data, end)));
        Assert.Equal(ImageErrorCodes.Corrupt, Code(SomePng.File(header, SomePng.Chunk("PLTE", new byte[4]), data, end)));
        Assert.Equal(ImageErrorCodes.Corrupt, Code(SomePng.File(header, SomePng.Chunk("PLTE", new byte[3]), SomePng.Chunk("tRNS", []), data, end)));
        Assert.Equal(ImageErrorCodes.Truncated, Code(SomePng.File(header, SomePng.Chunk("PLTE", new byte[3]), end)));
        Assert.Equal(ImageErrorCodes.Unsupported, Code(SomePng.File(header, SomePng.Chunk("XyZz", []), data, end)));
    }

    [Fact]
    public void Unknown_chunks_that_may_be_skipped_are_skipped() =>
        Assert.Equal(5, ImageFile.Decode(new SomePng().With("prVt", 1, 2, 3).With("gAMA", 0, 0, 0, 1).Build()).Width);

    private static string Code(byte[] file) => Assert.Throws<ImageFormatException>(() => ImageFile.Decode(file)).Code;
}
