using Vortex.Imaging.Rasters;

namespace Vortex.Imaging.Tests.Rasters;

public sealed class UnitTests
{
    private static readonly float[] s_odd = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f, 1f, 1.0000001f, -1e-30f, 0.5f, 254.999f / 255f, 1f / 255f, 2f];

    [Fact]
    public void Floats_become_the_bytes_of_the_definition_at_every_length()
    {
        for (int length = 0; length < 100; length++)
        {
            float[] values = Some.Values(length, length);
            for (int i = 0; i < length; i += 3)
            {
                values[i] = s_odd[(i + length) % s_odd.Length];
            }

            byte[] bytes = new byte[length];
            Unit.ToBytes(values, bytes);
            Assert.Equal(values.Select(Unit.ToByte), bytes);
        }
    }

    [Theory]
    [InlineData(float.NaN, 0)]
    [InlineData(-3f, 0)]
    [InlineData(0.999f, 254)]
    [InlineData(1f, 255)]
    [InlineData(float.PositiveInfinity, 255)]
    public void Fraction_is_cut_off_and_the_rest_clamped(float value, byte expected) => Assert.Equal(expected, Unit.ToByte(value));

    [Fact]
    public void Bytes_become_the_same_floats_at_every_length()
    {
        for (int length = 0; length < 70; length++)
        {
            byte[] bytes = Some.Bytes(length, length);
            float[] values = new float[length];
            Unit.FromBytes(bytes, values);
            Assert.Equal(bytes.Select(value => value / 255f), values);
        }
    }
}
