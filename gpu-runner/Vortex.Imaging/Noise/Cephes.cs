namespace Vortex.Imaging.Noise;

/// <summary>Logarithm, sine and cosine in float32 by the Cephes polynomials, with the fused operations PyTorch's AVX2 build has.</summary>
/// <remarks>The order of operations is part of the definition: a seed must give the same noise everywhere.</remarks>
internal static class Cephes
{
    private const float SmallestNormal = 1.17549435e-38f;

    /// <summary>Returns the natural logarithm of a number above 0.</summary>
    internal static float Log(float x)
    {
        x = MathF.Max(x, SmallestNormal);
        int bits = BitConverter.SingleToInt32Bits(x);
        float exponent = (bits >> 23) - 126;
        float mantissa = BitConverter.Int32BitsToSingle((bits & 0x007FFFFF) | 0x3F000000);
        float m = mantissa - 1f;
        if (mantissa < 0.707106781186547524f)
        {
            exponent -= 1f;
            m += mantissa;
        }

        float square = m * m;
        float y = 7.0376836292E-2f;
        y = Fused(y, m, -1.1514610310E-1f);
        y = Fused(y, m, 1.1676998740E-1f);
        y = Fused(y, m, -1.2420140846E-1f);
        y = Fused(y, m, 1.4249322787E-1f);
        y = Fused(y, m, -1.6668057665E-1f);
        y = Fused(y, m, 2.0000714765E-1f);
        y = Fused(y, m, -2.4999993993E-1f);
        y = Fused(y, m, 3.3333331174E-1f);
        y *= m;
        y = Fused(y, square, exponent * -2.12194440e-4f);
        y = Fused(-square, 0.5f, y);
        return Fused(exponent, 0.693359375f, m + y);
    }

    /// <summary>Returns sine and cosine of an angle of 0 or above.</summary>
    internal static (float Sin, float Cos) SinCos(float angle)
    {
        int octant = ((int)(angle * 1.27323954473516f) + 1) & ~1;
        float j = octant;
        float x = Fused(j, -0.78515625f, angle);
        x = Fused(j, -2.4187564849853515625e-4f, x);
        x = Fused(j, -3.77489497744594108e-8f, x);
        float square = x * x;

        float cos = Fused(2.443315711809948E-5f, square, -1.388731625493765E-3f);
        cos = Fused(cos, square, 4.166664568298827E-2f);
        cos *= square;
        cos = Fused(cos, square, -(square * 0.5f));
        cos += 1f;

        float sin = Fused(-1.9515295891E-4f, square, 8.3321608736E-3f);
        sin = Fused(sin, square, -1.6666654611E-1f);
        sin *= square;
        sin = Fused(sin, x, x);

        if ((octant & 2) != 0)
        {
            (sin, cos) = (cos, sin);
        }

        return ((octant & 4) != 0 ? -sin : sin, ((octant - 2) & 4) == 0 ? -cos : cos);
    }

    private static float Fused(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);
}
