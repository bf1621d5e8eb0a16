using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Vortex.Imaging.Resampling;

/// <summary>Filters eight rows at once along x: one lane of a vector for each row, so that no sum crosses lanes.</summary>
/// <remarks>
/// Pixels are turned into columns of eight 32-bit values, a tile that stays in the first-level cache at a time. The sums are the
/// integers of <see cref="LanczosReference.Row"/> in the same width, so the bytes are the same.
/// </remarks>
internal static unsafe class LanczosRows
{
    /// <summary>Rows taken at once.</summary>
    internal const int Lanes = 8;

    // 640 columns of 32 bytes are 20 KB: with the weights they leave room in a 32 KB cache.
    private const int TileColumns = 640;

    internal static bool IsSupported => Avx2.IsSupported;

    /// <summary>Filters eight rows that lie one after the other.</summary>
    /// <param name="from">Eight rows of InSize * channels bytes.</param>
    /// <param name="axis">The weights along x.</param>
    /// <param name="channels">1 to 4.</param>
    /// <param name="to">Where the first of the eight new rows begins.</param>
    internal static void Run(ReadOnlySpan<byte> from, LanczosAxis axis, int channels, Span<byte> to)
    {
        int inRow = axis.InSize * channels;
        int outRow = axis.OutSize * channels;
        ArgumentOutOfRangeException.ThrowIfLessThan(from.Length, inRow * Lanes);
        ArgumentOutOfRangeException.ThrowIfLessThan(to.Length, outRow * Lanes);

        // A tile holds at least one new pixel with all its taps; loading runs over by at most seven columns.
        int capacity = Math.Max(TileColumns, axis.Stride * channels) + 8;
        int perTile = Math.Max(1, (int)((TileColumns / channels - axis.Stride) * (long)axis.OutSize / axis.InSize));
        perTile = Math.Min((perTile + 7) / 8 * 8, axis.OutSize);
        capacity = Math.Max(capacity, (int)((((long)perTile * axis.InSize / axis.OutSize) + axis.Stride + 2) * channels) + 8);
        int[] columns = new int[capacity * Lanes];
        int[] sums = new int[((perTile * channels) + 8) * Lanes];
        fixed (byte* source = from, target = to)
        fixed (int* column = columns, sum = sums, weight = axis.Weight)
        {
            for (int x = 0; x < axis.OutSize; x += perTile)
            {
                int end = Math.Min(x + perTile, axis.OutSize);
                int firstColumn = axis.First[x] * channels;
                int lastColumn = (axis.First[end - 1] + axis.Count[end - 1]) * channels;
                Load(source, inRow, firstColumn, lastColumn, column);
                for (int i = x; i < end; i++)
                {
                    int* pixel = column + ((axis.First[i] * channels) - firstColumn) * Lanes;
                    Sum(pixel, weight + ((long)i * axis.Stride), axis.Count[i], channels, sum + ((i - x) * channels * Lanes));
                }

                Store(sum, (end - x) * channels, target + (x * channels), outRow);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sum(int* pixel, int* weight, int taps, int channels, int* sum)
    {
        Vector256<int> half = Vector256.Create(1 << (LanczosAxis.Precision - 1));
        if (channels == 3)
        {
            Vector256<int> red = half;
            Vector256<int> green = half;
            Vector256<int> blue = half;
            for (int t = 0; t < taps; t++, pixel += 3 * Lanes)
            {
                Vector256<int> w = Vector256.Create(weight[t]);
                red += Vector256.Load(pixel) * w;
                green += Vector256.Load(pixel + Lanes) * w;
                blue += Vector256.Load(pixel + (2 * Lanes)) * w;
            }

            red.Store(sum);
            green.Store(sum + Lanes);
            blue.Store(sum + (2 * Lanes));
            return;
        }

        for (int c = 0; c < channels; c++)
        {
            Vector256<int> total = half;
            int* at = pixel + (c * Lanes);
            for (int t = 0; t < taps; t++, at += channels * Lanes)
            {
                total += Vector256.Load(at) * Vector256.Create(weight[t]);
            }

            total.Store(sum + (c * Lanes));
        }
    }

    /// <summary>Turns bytes [first, end) of eight rows into columns of eight integers.</summary>
    private static void Load(byte* source, int stride, int first, int end, int* column)
    {
        int at = first;
        for (; at + 8 <= stride && at < end; at += 8, column += 8 * Lanes)
        {
            byte* p = source + at;
            Vector128<byte> ab = Sse2.UnpackLow(Eight(p), Eight(p + stride));
            Vector128<byte> cd = Sse2.UnpackLow(Eight(p + (2L * stride)), Eight(p + (3L * stride)));
            Vector128<byte> ef = Sse2.UnpackLow(Eight(p + (4L * stride)), Eight(p + (5L * stride)));
            Vector128<byte> gh = Sse2.UnpackLow(Eight(p + (6L * stride)), Eight(p + (7L * stride)));
            Quads quads = new(ab, cd, ef, gh);
            StorePair(quads.First, column);
            StorePair(quads.Second, column + (2 * Lanes));
            StorePair(quads.Third, column + (4 * Lanes));
            StorePair(quads.Fourth, column + (6 * Lanes));
        }

        // Fewer than eight bytes are left in the row: one by one, so that nothing past the last row is read.
        for (; at < end; at++, column += Lanes)
        {
            for (int row = 0; row < Lanes; row++)
            {
                column[row] = source[at + ((long)row * stride)];
            }
        }
    }

    /// <summary>Shifts, clamps and writes columns of sums as bytes of eight rows.</summary>
    private static void Store(int* sum, int count, byte* target, int stride)
    {
        int at = 0;
        for (; at + 8 <= count; at += 8, sum += 8 * Lanes)
        {
            Vector128<byte> ab = Interleaved(sum);
            Vector128<byte> cd = Interleaved(sum + (2 * Lanes));
            Vector128<byte> ef = Interleaved(sum + (4 * Lanes));
            Vector128<byte> gh = Interleaved(sum + (6 * Lanes));
            Quads quads = new(ab, cd, ef, gh);
            StoreRows(quads.First, target + at, stride);
            StoreRows(quads.Second, target + at + (2L * stride), stride);
            StoreRows(quads.Third, target + at + (4L * stride), stride);
            StoreRows(quads.Fourth, target + at + (6L * stride), stride);
        }

        for (; at < count; at++, sum += Lanes)
        {
            for (int row = 0; row < Lanes; row++)
            {
                target[at + ((long)row * stride)] = (byte)Math.Clamp(sum[row] >> LanczosAxis.Precision, 0, 255);
            }
        }
    }

    private static Vector128<byte> Eight(byte* p) => Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(p)).AsByte();

    private static void StorePair(Vector128<byte> pair, int* column)
    {
        Avx2.ConvertToVector256Int32(pair).Store(column);
        Avx2.ConvertToVector256Int32(Sse2.ShiftRightLogical128BitLane(pair, 8)).Store(column + Lanes);
    }

    private static void StoreRows(Vector128<byte> pair, byte* target, int stride)
    {
        Unsafe.WriteUnaligned(target, pair.AsUInt64().GetElement(0));
        Unsafe.WriteUnaligned(target + stride, pair.AsUInt64().GetElement(1));
    }

    // Two columns of sums become bytes (packing saturates, which is the clamp) and are interleaved: row 0 of both, row 1 of both, ...
    private static Vector128<byte> Interleaved(int* sum)
    {
        Vector256<int> a = Vector256.Load(sum) >> LanczosAxis.Precision;
        Vector256<int> b = Vector256.Load(sum + Lanes) >> LanczosAxis.Precision;
        Vector128<byte> both = Sse2.PackUnsignedSaturate(
            Sse2.PackSignedSaturate(a.GetLower(), a.GetUpper()),
            Sse2.PackSignedSaturate(b.GetLower(), b.GetUpper()));
        return Sse2.UnpackLow(both, Sse2.ShiftRightLogical128BitLane(both, 8));
    }

    /// <summary>The rest of an 8x8 byte transposition, from interleaved pairs: each result holds two finished lines.</summary>
    private readonly ref struct Quads
    {
        internal Quads(Vector128<byte> ab, Vector128<byte> cd, Vector128<byte> ef, Vector128<byte> gh)
        {
            Vector128<int> abcdLow = Sse2.UnpackLow(ab.AsInt16(), cd.AsInt16()).AsInt32();
            Vector128<int> abcdHigh = Sse2.UnpackHigh(ab.AsInt16(), cd.AsInt16()).AsInt32();
            Vector128<int> efghLow = Sse2.UnpackLow(ef.AsInt16(), gh.AsInt16()).AsInt32();
            Vector128<int> efghHigh = Sse2.UnpackHigh(ef.AsInt16(), gh.AsInt16()).AsInt32();
            First = Sse2.UnpackLow(abcdLow, efghLow).AsByte();
            Second = Sse2.UnpackHigh(abcdLow, efghLow).AsByte();
            Third = Sse2.UnpackLow(abcdHigh, efghHigh).AsByte();
            Fourth = Sse2.UnpackHigh(abcdHigh, efghHigh).AsByte();
        }

        internal Vector128<byte> First { get; }

        internal Vector128<byte> Second { get; }

        internal Vector128<byte> Third { get; }

        internal Vector128<byte> Fourth { get; }
    }
}
