using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Vortex.Tensors.Noise;

/// <summary>Logarithm, sine and cosine in float32 by the Cephes polynomials, with the fused operations PyTorch's AVX2 build has.</summary>
/// <remarks>The order of operations is part of the definition: a seed must give the same noise everywhere.</remarks>
internal static class Cephes
{
    private const float SmallestNormal = 1.17549435e-38f;

    /// <summary>Returns the natural logarithm of numbers above 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> Log(Vector256<float> x)
    {
        Vector256<int> bits = Vector256.MaxNative(x, Vector256.Create(SmallestNormal)).AsInt32();
        Vector256<float> exponent = Vector256.ConvertToSingle((bits >> 23) - Vector256.Create(126));
        Vector256<float> mantissa = ((bits & Vector256.Create(0x007FFFFF)) | Vector256.Create(0x3F000000)).AsSingle();
        Vector256<float> small = Vector256.LessThan(mantissa, Vector256.Create(0.707106781186547524f));
        exponent -= small & Vector256<float>.One;
        Vector256<float> m = (mantissa - Vector256<float>.One) + (mantissa & small);

        Vector256<float> square = m * m;
        Vector256<float> y = Vector256.Create(7.0376836292E-2f);
        y = Fused(y, m, -1.1514610310E-1f);
        y = Fused(y, m, 1.1676998740E-1f);
        y = Fused(y, m, -1.2420140846E-1f);
        y = Fused(y, m, 1.4249322787E-1f);
        y = Fused(y, m, -1.6668057665E-1f);
        y = Fused(y, m, 2.0000714765E-1f);
        y = Fused(y, m, -2.4999993993E-1f);
        y = Fused(y, m, 3.3333331174E-1f);
        y *= m;
        y = Vector256.FusedMultiplyAdd(y, square, exponent * -2.12194440e-4f);
        y = Vector256.FusedMultiplyAdd(-square, Vector256.Create(0.5f), y);
        return Vector256.FusedMultiplyAdd(exponent, Vector256.Create(0.693359375f), m + y);
    }

    /// <summary>Returns sines and cosines of angles of 0 or above.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (Vector256<float> Sin, Vector256<float> Cos) SinCos(Vector256<float> angle)
    {
        Vector256<int> octant = (Vector256.ConvertToInt32Native(angle * 1.27323954473516f) + Vector256<int>.One) & Vector256.Create(~1);
        Vector256<float> j = Vector256.ConvertToSingle(octant);
        Vector256<float> x = Vector256.FusedMultiplyAdd(j, Vector256.Create(-0.78515625f), angle);
        x = Vector256.FusedMultiplyAdd(j, Vector256.Create(-2.4187564849853515625e-4f), x);
        x = Vector256.FusedMultiplyAdd(j, Vector256.Create(-3.77489497744594108e-8f), x);
        Vector256<float> square = x * x;

        Vector256<float> cos = Fused(Vector256.Create(2.443315711809948E-5f), square, -1.388731625493765E-3f);
        cos = Fused(cos, square, 4.166664568298827E-2f);
        cos *= square;
        cos = Vector256.FusedMultiplyAdd(cos, square, -(square * 0.5f));
        cos += Vector256<float>.One;

        Vector256<float> sin = Fused(Vector256.Create(-1.9515295891E-4f), square, 8.3321608736E-3f);
        sin = Fused(sin, square, -1.6666654611E-1f);
        sin *= square;
        sin = Vector256.FusedMultiplyAdd(sin, x, x);

        Vector256<float> swap = ~Vector256.Equals(octant & Vector256.Create(2), Vector256<int>.Zero).AsSingle();
        Vector256<int> sign = Vector256.Create(int.MinValue);
        Vector256<int> sinSign = (octant << 29) & sign;
        Vector256<int> cosSign = ~((octant - Vector256.Create(2)) << 29) & sign;
        return (
            (Vector256.ConditionalSelect(swap, cos, sin).AsInt32() ^ sinSign).AsSingle(),
            (Vector256.ConditionalSelect(swap, sin, cos).AsInt32() ^ cosSign).AsSingle());
    }

    private static Vector256<float> Fused(Vector256<float> a, Vector256<float> b, float c) => Vector256.FusedMultiplyAdd(a, b, Vector256.Create(c));
}
