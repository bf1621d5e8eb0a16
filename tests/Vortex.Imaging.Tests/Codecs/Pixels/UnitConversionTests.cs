using Vortex.Imaging.Codecs;
using Vortex.Imaging.Codecs.Pixels;

namespace Vortex.Imaging.Tests.Codecs.Pixels;

public sealed class UnitConversionTests
{
    [Fact]
    public void Loading_divides_by_255_exactly_at_every_length()
    {
        byte[] bytes = [.. Enumerable.Range(0, 300).Select(i => (byte)(i * 7))];
        for (int length = 0; length <= bytes.Length; length++)
        {
            float[] values = new float[length];
            UnitConversion.ToUnit(bytes.AsSpan(0, length), values);
            Assert.Equal(bytes.Take(length).Select(value => value / 255f), values);
        }
    }

    [Fact]
    public void Saving_cuts_the_fraction_clamps_and_takes_NaN_for_black()
    {
        float[] values = [0f, -0f, 1f, 0.5f, 0.999f, 254.999f / 255f, 1.5f, -3f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.Epsilon, 1e10f];
        byte[] expected = [0, 0, 255, 127, 254, 254, 255, 0, 0, 255, 0, 255, 0, 255];
        Assert.Equal(expected, values.Select(UnitConversion.ToByte));
        // At each place of a vector and in the tail.
        for (int shift = 0; shift < 80; shift++)
        {
            float[] moved = [.. Enumerable.Range(0, 97).Select(i => values[(i + shift) % values.Length])];
            byte[] result = new byte[moved.Length];
            UnitConversion.ToBytes(moved, result);
            Assert.Equal(moved.Select(UnitConversion.ToByte), result);
        }
    }

    [Fact]
    public void Every_byte_survives_loading_and_saving() =>
        Assert.All(Enumerable.Range(0, 256), value => Assert.Equal(value, UnitConversion.ToByte(UnitConversion.ToUnit((byte)value))));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_picture_becomes_RGB_and_a_mask_whatever_its_channels(int channels)
    {
        Random random = new(channels);
        foreach (int width in new[] { 1, 2, 5, 7, 16, 33, 1025, 2100 })
        {
            byte[] pixels = new byte[width * channels];
            random.NextBytes(pixels);
            AlphaSource alpha = channels % 2 == 0 ? AlphaSource.Channel : AlphaSource.None;
            DecodedImage picture = new(ImageFormat.Png, width, 1, channels, pixels, alpha, ImageMetadata.Empty);

            float[] rgb = picture.ToImageBatch().Values;
            float[] mask = picture.ToTransparencyMask().Values;

            for (int x = 0; x < width; x++)
            {
                for (int channel = 0; channel < 3; channel++)
                {
                    Assert.Equal(pixels[(x * channels) + (channels < 3 ? 0 : channel)] / 255f, rgb[(x * 3) + channel]);
                }

                Assert.Equal(channels % 2 == 0 ? 1f - (pixels[(x * channels) + channels - 1] / 255f) : 0f, mask[x]);
            }

            Assert.Equal(pixels.Select(value => value / 255f), picture.ToImageBatchWithAllChannels().Values);
            Assert.Equal(channels % 2 == 0, picture.ToMask() is not null);
        }
    }
}
