using Vortex.Imaging.Codecs;
using Vortex.Imaging.Codecs.Png;
using Vortex.Imaging.Codecs.Png.Chunks;

namespace Vortex.Imaging.Tests.Codecs.Png;

public sealed class PngFilterTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(8)]
    public void Fast_filters_equal_their_definition_and_unfiltering_brings_the_row_back(int step)
    {
        Random random = new(step);
        for (int length = step; length < 140; length += step)
        {
            foreach (byte[] row in Rows(random, length))
            {
                byte[] prior = Rows(random, length)[random.Next(4)];
                Assert.Equal(PngFilter.ChooseReference(row, prior, step), PngFilter.Choose(row, prior, step));
                for (byte filter = 0; filter <= 4; filter++)
                {
                    byte[] expected = new byte[length];
                    PngFilter.ApplyReference((PngFilterType)filter, row, prior, step, expected, 0, length);
                    byte[] filtered = new byte[length];
                    PngFilter.Apply((PngFilterType)filter, row, prior, step, filtered);
                    Assert.Equal(expected, filtered);

                    byte[] back = new byte[length];
                    PngUnfilter.Run(filter, filtered, prior, back, step);
                    Assert.Equal(row, back);
                    PngUnfilter.Reference(filter, filtered, prior, back, step);
                    Assert.Equal(row, back);
                }
            }
        }
    }

    [Fact]
    public void Unfiltering_writes_nothing_beyond_the_row()
    {
        byte[] memory = [.. Enumerable.Repeat((byte)0xEE, 64)];
        for (byte filter = 0; filter <= 4; filter++)
        {
            PngUnfilter.Run(filter, new byte[30], new byte[30], memory.AsSpan(8, 30), 3);
            Assert.All(memory[..8].Concat(memory[38..]), value => Assert.Equal(0xEE, value));
        }
    }

    [Fact]
    public void Paeth_takes_left_before_up_before_up_left_of_equals()
    {
        // All triples of a coarse grid, against the words of the specification.
        for (int a = 0; a < 256; a += 15)
        {
            for (int b = 0; b < 256; b += 15)
            {
                for (int c = 0; c < 256; c += 15)
                {
                    int p = a + b - c;
                    int expected = new[] { a, b, c }.MinBy(candidate => Math.Abs(p - candidate));
                    Assert.Equal(expected, PngUnfilter.Paeth((byte)a, (byte)b, (byte)c));
                }
            }
        }
    }

    [Fact]
    public void A_filter_that_does_not_exist_is_a_damaged_file()
    {
        ImageFormatException failure = Assert.Throws<ImageFormatException>(() => PngUnfilter.Run(5, new byte[9], new byte[9], new byte[9], 3));
        Assert.Equal(ImageErrorCodes.Corrupt, failure.Code);
    }

    [Fact]
    public void Checksum_equals_its_definition_at_every_length()
    {
        byte[] bytes = new byte[100];
        new Random(1).NextBytes(bytes);
        for (int length = 0; length <= bytes.Length; length++)
        {
            Assert.Equal(~Crc32.Reference(uint.MaxValue, bytes.AsSpan(0, length)), Crc32.Of(bytes.AsSpan(0, length)));
        }

        // The check value of the standard.
        Assert.Equal(0xCBF43926u, Crc32.Of("123456789"u8));
    }

    private static byte[][] Rows(Random random, int length)
    {
        byte[] noise = new byte[length];
        random.NextBytes(noise);
        return
        [
            noise,
            [.. Enumerable.Range(0, length).Select(i => (byte)(i * 3))],
            [.. Enumerable.Range(0, length).Select(i => (byte)(i % 2 == 0 ? 0 : 255))],
            [.. noise.Select(value => (byte)(value & 0x81))],
        ];
    }
}
