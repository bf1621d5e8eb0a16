using System.Numerics;

namespace Vortex.Imaging.Rasters;

/// <summary>Small operations on values that nominally lie between 0 and 1.</summary>
internal static class Unit
{
    /// <summary>Returns the value, or the end of 0..1 beyond which it lies. NaN stays NaN.</summary>
    internal static float Clamp(float value) => value < 0f ? 0f : value > 1f ? 1f : value;

    /// <summary>The same for whole vectors.</summary>
    internal static Vector<float> Clamp(Vector<float> value)
    {
        Vector<float> low = Vector.ConditionalSelect(Vector.LessThan(value, Vector<float>.Zero), Vector<float>.Zero, value);
        return Vector.ConditionalSelect(Vector.GreaterThan(low, Vector<float>.One), Vector<float>.One, low);
    }
}
