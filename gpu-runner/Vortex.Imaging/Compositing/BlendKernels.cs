using System.Numerics;
using Vortex.Imaging.Rasters;

namespace Vortex.Imaging.Compositing;

internal readonly struct NormalKernel : IBinaryKernel
{
    public float Invoke(float a, float b) => b;

    public Vector<float> Invoke(Vector<float> a, Vector<float> b) => b;
}

internal readonly struct MultiplyKernel : IBinaryKernel
{
    public float Invoke(float a, float b) => a * b;

    public Vector<float> Invoke(Vector<float> a, Vector<float> b) => a * b;
}

internal readonly struct ScreenKernel : IBinaryKernel
{
    public float Invoke(float a, float b) => 1f - ((1f - a) * (1f - b));

    public Vector<float> Invoke(Vector<float> a, Vector<float> b) => Vector<float>.One - ((Vector<float>.One - a) * (Vector<float>.One - b));
}

internal readonly struct OverlayKernel : IBinaryKernel
{
    public float Invoke(float a, float b) => a <= 0.5f ? 2f * a * b : 1f - (2f * (1f - a) * (1f - b));

    public Vector<float> Invoke(Vector<float> a, Vector<float> b)
    {
        Vector<float> dark = a * 2f * b;
        Vector<float> light = Vector<float>.One - ((Vector<float>.One - a) * 2f * (Vector<float>.One - b));
        return Vector.ConditionalSelect(Vector.LessThanOrEqual(a, new Vector<float>(0.5f)), dark, light);
    }
}

internal readonly struct SoftLightKernel : IBinaryKernel
{
    public float Invoke(float a, float b) => b <= 0.5f
        ? a - ((1f - (2f * b)) * a * (1f - a))
        : a + (((2f * b) - 1f) * (Lightened(a) - a));

    public Vector<float> Invoke(Vector<float> a, Vector<float> b)
    {
        Vector<float> darker = a - ((Vector<float>.One - (b * 2f)) * a * (Vector<float>.One - a));
        Vector<float> curve = ((((a * 16f) - new Vector<float>(12f)) * a) + new Vector<float>(4f)) * a;
        Vector<float> lightened = Vector.ConditionalSelect(Vector.LessThanOrEqual(a, new Vector<float>(0.25f)), curve, Vector.SquareRoot(a));
        Vector<float> lighter = a + (((b * 2f) - Vector<float>.One) * (lightened - a));
        return Vector.ConditionalSelect(Vector.LessThanOrEqual(b, new Vector<float>(0.5f)), darker, lighter);
    }

    private static float Lightened(float a) => a <= 0.25f ? ((((16f * a) - 12f) * a) + 4f) * a : MathF.Sqrt(a);
}

internal readonly struct DifferenceKernel : IBinaryKernel
{
    public float Invoke(float a, float b) => a - b;

    public Vector<float> Invoke(Vector<float> a, Vector<float> b) => a - b;
}

/// <summary>Mixes what a blend gives with the first colour and clamps: a * (1 - amount) + blended * amount.</summary>
internal readonly struct MixedKernel<TBlend>(TBlend blend, float amount, float rest) : IBinaryKernel
    where TBlend : struct, IBinaryKernel
{
    public float Invoke(float a, float b) => Unit.Clamp((a * rest) + (blend.Invoke(a, b) * amount));

    public Vector<float> Invoke(Vector<float> a, Vector<float> b) => Unit.Clamp((a * rest) + (blend.Invoke(a, b) * amount));
}
