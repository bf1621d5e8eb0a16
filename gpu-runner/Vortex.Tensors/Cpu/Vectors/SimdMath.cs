using System.Runtime.CompilerServices;

namespace Vortex.Tensors.Cpu.Vectors;

/// <summary>Functions of float32 values, the same bits at every width.</summary>
/// <typeparam name="TS">The width.</typeparam>
/// <typeparam name="TV">That many values.</typeparam>
internal static class SimdMath<TS, TV>
    where TS : struct, ISimd<TV>
    where TV : struct
{
    private const float Log2E = 1.44269504f;

    // ln 2 in two parts: the first has zeros at its end, so that a whole multiple of it is exact.
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    // 1.5 * 2^23: a number added to it is rounded to a whole one, which stands in the lower bits.
    private const float Rounder = 12582912f;

    /// <summary>e^x within 2 units in the last place over the whole range; subnormal results, infinities and NaN as they should be.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Exp(TV x)
    {
        TV bounded = TS.Greater(TS.Broadcast(-104f), TS.Lesser(TS.Broadcast(89f), x));
        TV power = Reduce(bounded, out TV whole);
        // Two factors, since 2^n itself may lie outside the range where e^x does not.
        TV n = TS.SubtractBits(whole, TS.Broadcast(Rounder));
        TV half = TS.ShiftRight(n, 1);
        TV bias = TS.Broadcast(1f);
        TV first = TS.AddBits(TS.ShiftLeft(half, 23), bias);
        TV second = TS.AddBits(TS.ShiftLeft(TS.SubtractBits(n, half), 23), bias);
        return TS.Multiply(TS.Multiply(power, first), second);
    }

    /// <summary>e^x for use inside other functions: 0 where it would be subnormal, and stays at 2.4e38 above 88.37. NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV ExpInside(TV x)
    {
        TV power = Reduce(TS.Lesser(TS.Broadcast(88.37f), x), out TV whole);
        TV scale = TS.AddBits(TS.ShiftLeft(whole, 23), TS.Broadcast(1f));
        return TS.AndNot(TS.Multiply(power, scale), TS.IsLess(x, TS.Broadcast(-87.33f)));
    }

    /// <summary>1 / (1 + e^-x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Sigmoid(TV x) => TS.Divide(TS.Broadcast(1f), TS.Add(TS.Broadcast(1f), ExpInside(Negate(x))));

    /// <summary>x * sigmoid(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Silu(TV x) => TS.Divide(x, TS.Add(TS.Broadcast(1f), ExpInside(Negate(x))));

    /// <summary>x * sigmoid(1.702 x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV QuickGelu(TV x) => TS.Divide(x, TS.Add(TS.Broadcast(1f), ExpInside(TS.Multiply(x, TS.Broadcast(-1.702f)))));

    /// <summary>x * Phi(x); on the negative side from the complement, since 1 + erf would lose its digits there. Within 1e-8 where it nears 0.</summary>
    /// <remarks>Polynomials after N. Juffa's single-precision erf: below 0.9277 in x^2, above it e to a polynomial.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Gelu(TV x)
    {
        TV a = TS.Multiply(x, TS.Broadcast(0.70710678f));
        TV t = Abs(a);
        TV s = TS.Multiply(a, a);

        TV far = TS.Fused(TS.Broadcast(-1.72853470e-5f), t, TS.Broadcast(3.83197126e-4f));
        TV u = TS.Fused(TS.Broadcast(-3.88396438e-3f), t, TS.Broadcast(2.42546219e-2f));
        far = TS.Fused(far, s, u);
        far = TS.Fused(far, t, TS.Broadcast(-1.06777877e-1f));
        far = TS.Fused(far, t, TS.Broadcast(-6.34846687e-1f));
        far = TS.Fused(far, t, TS.Broadcast(-1.28717512e-1f));
        far = ExpInside(TS.Fused(far, t, Negate(t)));
        far = TS.Select(TS.IsLess(a, TS.Broadcast(0f)), far, TS.Subtract(TS.Broadcast(2f), far));

        TV near = TS.Fused(TS.Broadcast(-5.96761703e-4f), s, TS.Broadcast(4.99119423e-3f));
        near = TS.Fused(near, s, TS.Broadcast(-2.67681349e-2f));
        near = TS.Fused(near, s, TS.Broadcast(1.12819925e-1f));
        near = TS.Fused(near, s, TS.Broadcast(-3.76125336e-1f));
        near = TS.Fused(near, s, TS.Broadcast(1.28379166e-1f));
        near = TS.Add(TS.Broadcast(1f), TS.Fused(near, a, a));

        TV twicePhi = TS.Select(TS.IsLess(TS.Broadcast(0.927734375f), t), far, near);
        return TS.Multiply(TS.Multiply(x, TS.Broadcast(0.5f)), twicePhi);
    }

    /// <summary>GELU with tanh: x * sigmoid(2 * sqrt(2 / pi) * (x + 0.044715 x^3)), which is the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV GeluTanh(TV x)
    {
        TV cubic = TS.Fused(TS.Multiply(TS.Multiply(x, x), TS.Broadcast(0.044715f)), x, x);
        return TS.Divide(x, TS.Add(TS.Broadcast(1f), ExpInside(TS.Multiply(cubic, TS.Broadcast(-1.59576912f)))));
    }

    /// <summary>The hyperbolic tangent: a polynomial (Cephes) below 0.625, else by the exponential.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Tanh(TV x)
    {
        TV t = Abs(x);
        TV s = TS.Multiply(x, x);
        TV near = TS.Fused(TS.Broadcast(-5.70498872745E-3f), s, TS.Broadcast(2.06390887954E-2f));
        near = TS.Fused(near, s, TS.Broadcast(-5.37397155531E-2f));
        near = TS.Fused(near, s, TS.Broadcast(1.33314422036E-1f));
        near = TS.Fused(near, s, TS.Broadcast(-3.33332819422E-1f));
        near = TS.Fused(TS.Multiply(near, s), x, x);

        TV far = TS.Divide(TS.Broadcast(2f), TS.Add(TS.Broadcast(1f), ExpInside(TS.Add(t, t))));
        far = TS.Or(TS.Subtract(TS.Broadcast(1f), far), TS.And(x, TS.Bits(0x80000000)));
        return TS.Select(TS.IsLess(t, TS.Broadcast(0.625f)), near, far);
    }

    /// <summary>-x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Negate(TV x) => TS.Xor(x, TS.Bits(0x80000000));

    /// <summary>|x|.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Abs(TV x) => TS.And(x, TS.Bits(0x7FFFFFFF));

    /// <summary>The lesser; NaN where one is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Minimum(TV a, TV b) => TS.Select(TS.IsEqual(a, a), TS.Lesser(a, b), a);

    /// <summary>The greater; NaN where one is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Maximum(TV a, TV b) => TS.Select(TS.IsEqual(a, a), TS.Greater(a, b), a);

    /// <summary>Applies an activation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Apply(Activation activation, TV x) => activation switch
    {
        Activation.Silu => Silu(x),
        Activation.Gelu => Gelu(x),
        Activation.QuickGelu => QuickGelu(x),
        Activation.Relu => TS.Greater(TS.Broadcast(0f), x),
        _ => x,
    };

    // e^x = 2^n * e^r with |r| <= ln 2 / 2; the polynomial is that of Cephes' expf.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV Reduce(TV x, out TV whole)
    {
        whole = TS.Fused(x, TS.Broadcast(Log2E), TS.Broadcast(Rounder));
        TV n = TS.Subtract(whole, TS.Broadcast(Rounder));
        TV r = TS.Fused(n, TS.Broadcast(-Ln2High), x);
        r = TS.Fused(n, TS.Broadcast(-Ln2Low), r);
        TV p = TS.Fused(TS.Broadcast(1.9875691500E-4f), r, TS.Broadcast(1.3981999507E-3f));
        p = TS.Fused(p, r, TS.Broadcast(8.3334519073E-3f));
        p = TS.Fused(p, r, TS.Broadcast(4.1665795894E-2f));
        p = TS.Fused(p, r, TS.Broadcast(1.6666665459E-1f));
        p = TS.Fused(p, r, TS.Broadcast(5.0000001201E-1f));
        return TS.Add(TS.Broadcast(1f), TS.Fused(TS.Multiply(p, r), r, r));
    }
}
