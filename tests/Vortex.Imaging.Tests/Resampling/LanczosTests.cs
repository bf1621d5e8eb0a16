using Vortex.Imaging.Resampling;

namespace Vortex.Imaging.Tests.Resampling;

public sealed class LanczosTests
{
    private static readonly byte[] s_picture = [0, 40, 80, 120, 160, 200, 240, 255, 10, 20, 30, 40, 250, 5, 250, 5];

    // What Pillow 9.4 makes of the same bytes.
    [Fact]
    public void Known_bytes_come_out_when_shrinking_and_growing()
    {
        Assert.Equal([70, 126, 170, 104, 98, 89], Resized(s_picture, 4, 4, 3, 2, 1));
        Assert.Equal(
            [
                0, 3, 35, 59, 93, 111, 130, 143, 178, 211, 231, 235, 70, 103, 139, 125, 149, 173,
                66, 23, 0, 66, 44, 2, 255, 119, 24, 250, 155, 2,
            ],
            Resized(s_picture, 4, 4, 6, 5, 1));
    }

    [Fact]
    public void Colours_are_weighed_by_their_alpha()
    {
        byte[] old = [.. Enumerable.Range(0, 24).Select(i => (byte)(i * 10))];
        // Half a step keeps the floats off the boundary between two bytes.
        ImageBatch image = new(1, 2, 3, 4, Array.ConvertAll(old, value => (value + 0.5f) / 255f));
        ImageBatch resized = new Resize { Width = 2, Height = 2, Method = ResizeMethod.Lanczos }.Apply(image, TestContext.Current.CancellationToken);
        Assert.Equal(
            [12, 24, 31, 41, 69, 79, 90, 99, 131, 140, 150, 161, 188, 199, 209, 219],
            resized.Values.Select(value => (int)MathF.Round(value * 255f)));
    }

    [Fact]
    public void Eight_rows_at_once_equal_the_definition_for_every_size_and_channel_count()
    {
        Assert.SkipUnless(LanczosRows.IsSupported, "This machine has no wide vectors; the definition runs.");
        Random random = new(3);
        for (int round = 0; round < 200; round++)
        {
            (int width, int newWidth, int channels) = (random.Next(1, 300), random.Next(1, 300), random.Next(1, 5));
            byte[] old = Some.Bytes(width * channels * LanczosRows.Lanes, round);
            LanczosAxis axis = LanczosAxis.Of(width, newWidth);
            byte[] actual = new byte[newWidth * channels * LanczosRows.Lanes];
            LanczosRows.Run(old, axis, channels, actual);
            byte[] expected = new byte[actual.Length];
            for (int row = 0; row < LanczosRows.Lanes; row++)
            {
                LanczosReference.Row(old.AsSpan(row * width * channels, width * channels), axis, channels, expected.AsSpan(row * newWidth * channels, newWidth * channels));
            }

            Assert.Equal(expected, actual);
        }
    }

    [Fact]
    public void Columns_equal_the_definition_at_every_tail_length()
    {
        for (int width = 1; width < 100; width++)
        {
            byte[] rows = Some.Bytes(width * 9, width);
            int[] weights = [-100_000, 900_000, 2_000_000, 1_400_000, -5_696];
            byte[] actual = new byte[width];
            byte[] expected = new byte[width];
            LanczosColumns.Run(rows, width, 2, weights, actual);
            LanczosReference.Column(rows, width, 2, weights, 0, expected);
            Assert.Equal(expected, actual);
        }
    }

    [Fact]
    public void Result_does_not_depend_on_the_number_of_threads()
    {
        byte[] old = Some.Bytes(613 * 401 * 3);
        byte[] one = Resized(old, 613, 401, 222, 333, 3, 1);
        Assert.Equal(one, Resized(old, 613, 401, 222, 333, 3, 4));
    }

    [Theory]
    [InlineData(37, 5)]
    [InlineData(5, 37)]
    [InlineData(16_384, 1)]
    public void Weights_of_a_position_add_up_to_one(int inSize, int outSize)
    {
        LanczosAxis axis = LanczosAxis.Of(inSize, outSize);
        for (int i = 0; i < outSize; i++)
        {
            int sum = 0;
            foreach (int weight in axis.Weights(i))
            {
                sum += weight;
            }

            // Each weight is off by at most half a unit.
            Assert.InRange(sum, (1 << 22) - axis.Count[i], (1 << 22) + axis.Count[i]);
            Assert.InRange(axis.First[i], 0, inSize - axis.Count[i]);
        }
    }

    private static byte[] Resized(byte[] old, int width, int height, int newWidth, int newHeight, int channels, int threads = 1)
    {
        byte[] result = new byte[newWidth * newHeight * channels];
        Lanczos8.Run(new Rows(old, result, width * channels, newWidth * channels), width, height, newWidth, newHeight, channels, TestContext.Current.CancellationToken, threads);
        return result;
    }

    private readonly struct Rows(byte[] old, byte[] result, int oldStride, int stride) : ILanczosRows
    {
        public void Read(int y, Span<byte> row) => old.AsSpan(y * oldStride, oldStride).CopyTo(row);

        public void Write(int y, Span<byte> row) => row.CopyTo(result.AsSpan(y * stride));
    }
}
