using System.Numerics;
using Vortex.Imaging.Rasters;

namespace Vortex.Imaging.Tests.Rasters;

public sealed class UnitTests
{
    [Fact]
    public void Clamp_keeps_what_is_no_number_and_is_the_same_in_vectors()
    {
        float[] odd = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f, 1f, 1.0000001f, -1e-30f, 0.5f];
        foreach (float value in odd)
        {
            Assert.Equal(Unit.Clamp(value), Unit.Clamp(new Vector<float>(value))[0]);
        }

        Assert.Equal([float.NaN, 1f, 0f, 0f, 1f, 1f, 0f, 0.5f], odd.Select(Unit.Clamp));
    }
}
