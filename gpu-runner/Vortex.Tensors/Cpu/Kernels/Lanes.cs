using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Vortex.Tensors.Cpu;

/// <summary>A vector register as kernels see it, so that one source serves every width. Every call is one or a few instructions.</summary>
/// <typeparam name="TVector">The register.</typeparam>
internal unsafe interface ILanes<TVector>
    where TVector : struct
{
    static abstract int Width { get; }

    static abstract TVector Load(float* from);

    static abstract void Store(TVector value, float* to);

    static abstract TVector Broadcast(float* from);

    static abstract TVector All(float value);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Subtract(TVector a, TVector b);

    static abstract TVector Multiply(TVector a, TVector b);

    /// <summary>a * b + c; rounded once where the machine can.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    /// <summary>The greater; b where one is NaN.</summary>
    static abstract TVector Max(TVector a, TVector b);

    /// <summary>value * 2^power, both as bits: <paramref name="power"/> holds the whole number in the low bits of a float's mantissa.</summary>
    static abstract TVector Scale(TVector value, TVector power);

    /// <summary>Takes every fourth value of 4 * width consecutive ones, from the first, second, third and fourth on.</summary>
    static abstract void LoadBy4(float* from, out TVector first, out TVector second, out TVector third, out TVector fourth);

    /// <summary>The reverse of <see cref="LoadBy4"/>.</summary>
    static abstract void StoreBy4(float* to, TVector first, TVector second, TVector third, TVector fourth);

    /// <summary>Every value one lane down, and another one in the last.</summary>
    static abstract TVector ShiftIn(TVector value, float* last);
}

/// <summary>Eight lanes and fused multiply-add.</summary>
internal readonly unsafe struct Lanes256 : ILanes<Vector256<float>>
{
    public static int Width => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* from) => Vector256.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> value, float* to) => value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Broadcast(float* from) => Avx.BroadcastScalarToVector256(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> All(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> a, Vector256<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Subtract(Vector256<float> a, Vector256<float> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Multiply(Vector256<float> a, Vector256<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) => Fma.MultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Max(Vector256<float> a, Vector256<float> b) => Avx.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scale(Vector256<float> value, Vector256<float> power) => (value.AsInt32() + Vector256.ShiftLeft(power.AsInt32(), 23)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadBy4(float* from, out Vector256<float> first, out Vector256<float> second, out Vector256<float> third, out Vector256<float> fourth)
    {
        Vector256<float> a = Vector256.Create(Vector128.Load(from), Vector128.Load(from + 16));
        Vector256<float> b = Vector256.Create(Vector128.Load(from + 4), Vector128.Load(from + 20));
        Vector256<float> c = Vector256.Create(Vector128.Load(from + 8), Vector128.Load(from + 24));
        Vector256<float> d = Vector256.Create(Vector128.Load(from + 12), Vector128.Load(from + 28));
        Transpose(a, b, c, d, out first, out second, out third, out fourth);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBy4(float* to, Vector256<float> first, Vector256<float> second, Vector256<float> third, Vector256<float> fourth)
    {
        Transpose(first, second, third, fourth, out Vector256<float> a, out Vector256<float> b, out Vector256<float> c, out Vector256<float> d);
        a.GetLower().Store(to);
        b.GetLower().Store(to + 4);
        c.GetLower().Store(to + 8);
        d.GetLower().Store(to + 12);
        a.GetUpper().Store(to + 16);
        b.GetUpper().Store(to + 20);
        c.GetUpper().Store(to + 24);
        d.GetUpper().Store(to + 28);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ShiftIn(Vector256<float> value, float* last) =>
        Avx.Blend(Avx2.PermuteVar8x32(value, Vector256.Create(1, 2, 3, 4, 5, 6, 7, 0)), Vector256.Create(*last), 0b1000_0000);

    // Four by four in each half.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(
        Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d, out Vector256<float> first, out Vector256<float> second, out Vector256<float> third, out Vector256<float> fourth)
    {
        Vector256<float> ab = Avx.UnpackLow(a, b);
        Vector256<float> cd = Avx.UnpackLow(c, d);
        Vector256<float> ab2 = Avx.UnpackHigh(a, b);
        Vector256<float> cd2 = Avx.UnpackHigh(c, d);
        first = Avx.Shuffle(ab, cd, 0x44);
        second = Avx.Shuffle(ab, cd, 0xEE);
        third = Avx.Shuffle(ab2, cd2, 0x44);
        fourth = Avx.Shuffle(ab2, cd2, 0xEE);
    }
}

/// <summary>Sixteen lanes.</summary>
internal readonly unsafe struct Lanes512 : ILanes<Vector512<float>>
{
    public static int Width => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* from) => Vector512.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, float* to) => value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float* from) => Vector512.Create(*from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> All(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Subtract(Vector512<float> a, Vector512<float> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Multiply(Vector512<float> a, Vector512<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Vector512.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Max(Vector512<float> a, Vector512<float> b) => Vector512.ConditionalSelect(Vector512.GreaterThan(a, b), a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Scale(Vector512<float> value, Vector512<float> power) => (value.AsInt32() + Vector512.ShiftLeft(power.AsInt32(), 23)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadBy4(float* from, out Vector512<float> first, out Vector512<float> second, out Vector512<float> third, out Vector512<float> fourth)
    {
        if (!Avx512F.IsSupported)
        {
            // Two halves, where 512 bits are put together from 256.
            Lanes256.LoadBy4(from, out Vector256<float> a0, out Vector256<float> b0, out Vector256<float> c0, out Vector256<float> d0);
            Lanes256.LoadBy4(from + 32, out Vector256<float> a1, out Vector256<float> b1, out Vector256<float> c1, out Vector256<float> d1);
            (first, second, third, fourth) = (Vector512.Create(a0, a1), Vector512.Create(b0, b1), Vector512.Create(c0, c1), Vector512.Create(d0, d1));
            return;
        }

        Transpose(
            Vector512.Load(from), Vector512.Load(from + 16), Vector512.Load(from + 32), Vector512.Load(from + 48),
            out Vector512<float> a, out Vector512<float> b, out Vector512<float> c, out Vector512<float> d);
        Vector512<int> order = Vector512.Create(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
        first = Avx512F.PermuteVar16x32(a, order);
        second = Avx512F.PermuteVar16x32(b, order);
        third = Avx512F.PermuteVar16x32(c, order);
        fourth = Avx512F.PermuteVar16x32(d, order);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBy4(float* to, Vector512<float> first, Vector512<float> second, Vector512<float> third, Vector512<float> fourth)
    {
        if (!Avx512F.IsSupported)
        {
            Lanes256.StoreBy4(to, first.GetLower(), second.GetLower(), third.GetLower(), fourth.GetLower());
            Lanes256.StoreBy4(to + 32, first.GetUpper(), second.GetUpper(), third.GetUpper(), fourth.GetUpper());
            return;
        }

        // The order is its own reverse.
        Vector512<int> order = Vector512.Create(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
        Transpose(
            Avx512F.PermuteVar16x32(first, order), Avx512F.PermuteVar16x32(second, order), Avx512F.PermuteVar16x32(third, order), Avx512F.PermuteVar16x32(fourth, order),
            out Vector512<float> a, out Vector512<float> b, out Vector512<float> c, out Vector512<float> d);
        a.Store(to);
        b.Store(to + 16);
        c.Store(to + 32);
        d.Store(to + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ShiftIn(Vector512<float> value, float* last)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.AlignRight32(Vector512.CreateScalarUnsafe(*last).AsInt32(), value.AsInt32(), 1).AsSingle();
        }

        float middle = value.GetElement(8);
        return Vector512.Create(Lanes256.ShiftIn(value.GetLower(), &middle), Lanes256.ShiftIn(value.GetUpper(), last));
    }

    // Four by four in each quarter.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(
        Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, out Vector512<float> first, out Vector512<float> second, out Vector512<float> third, out Vector512<float> fourth)
    {
        Vector512<float> ab = Avx512F.UnpackLow(a, b);
        Vector512<float> cd = Avx512F.UnpackLow(c, d);
        Vector512<float> ab2 = Avx512F.UnpackHigh(a, b);
        Vector512<float> cd2 = Avx512F.UnpackHigh(c, d);
        first = Avx512F.Shuffle(ab, cd, 0x44);
        second = Avx512F.Shuffle(ab, cd, 0xEE);
        third = Avx512F.Shuffle(ab2, cd2, 0x44);
        fourth = Avx512F.Shuffle(ab2, cd2, 0xEE);
    }
}

/// <summary>Four lanes in whatever the machine has for them.</summary>
internal readonly unsafe struct Lanes128 : ILanes<Vector128<float>>
{
    public static int Width => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* from) => Vector128.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> value, float* to) => value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Broadcast(float* from) => Vector128.Create(*from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> All(float value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Subtract(Vector128<float> a, Vector128<float> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Multiply(Vector128<float> a, Vector128<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) => Vector128.MultiplyAddEstimate(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Max(Vector128<float> a, Vector128<float> b) => Vector128.ConditionalSelect(Vector128.GreaterThan(a, b), a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Scale(Vector128<float> value, Vector128<float> power) => (value.AsInt32() + Vector128.ShiftLeft(power.AsInt32(), 23)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadBy4(float* from, out Vector128<float> first, out Vector128<float> second, out Vector128<float> third, out Vector128<float> fourth)
    {
        first = Vector128.Create(from[0], from[4], from[8], from[12]);
        second = Vector128.Create(from[1], from[5], from[9], from[13]);
        third = Vector128.Create(from[2], from[6], from[10], from[14]);
        fourth = Vector128.Create(from[3], from[7], from[11], from[15]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> ShiftIn(Vector128<float> value, float* last) => Vector128.Create(value[1], value[2], value[3], *last);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBy4(float* to, Vector128<float> first, Vector128<float> second, Vector128<float> third, Vector128<float> fourth)
    {
        for (int i = 0; i < 4; i++)
        {
            Vector128.Create(first[i], second[i], third[i], fourth[i]).Store(to + (4 * i));
        }
    }
}
