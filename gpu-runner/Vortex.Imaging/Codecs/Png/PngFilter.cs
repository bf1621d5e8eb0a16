using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Vortex.Imaging.Codecs.Png;

/// <summary>Filters rows for compression (PNG specification, sections 9.2 and 12.8).</summary>
/// <remarks>
/// The filter of a row is the one whose bytes, taken as signed, have the smallest sum of absolute values; of equals the
/// one with the lowest number. <see cref="ChooseReference"/> and <see cref="ApplyReference"/> are the definition.
/// The vector paths equal them bit for bit, so that a file does not depend on the machine's vector width.
/// </remarks>
internal static class PngFilter
{
    /// <summary>Returns the best filter for a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="prior">The row above, zeros for the first; as long as the row.</param>
    /// <param name="step">Bytes to the pixel before, 1 to 8.</param>
    internal static PngFilterType Choose(ReadOnlySpan<byte> row, ReadOnlySpan<byte> prior, int step)
    {
        // 32 bytes at once also where the machine does it in two halves.
        if (!Vector128.IsHardwareAccelerated || row.Length < step + Vector256<byte>.Count)
        {
            return ChooseReference(row, prior, step);
        }

        prior = prior[..row.Length];
        ref byte current = ref MemoryMarshal.GetReference(row);
        ref byte above = ref MemoryMarshal.GetReference(prior);
        Vector256<ulong> none = default, sub = default, up = default, average = default, paeth = default;
        int i = step;
        for (; i <= row.Length - Vector256<byte>.Count; i += Vector256<byte>.Count)
        {
            Vector256<byte> x = Vector256.LoadUnsafe(ref current, (nuint)i);
            Vector256<byte> a = Vector256.LoadUnsafe(ref current, (nuint)(i - step));
            Vector256<byte> b = Vector256.LoadUnsafe(ref above, (nuint)i);
            Vector256<byte> c = Vector256.LoadUnsafe(ref above, (nuint)(i - step));
            none += SumOfMagnitudes(x);
            sub += SumOfMagnitudes(x - a);
            up += SumOfMagnitudes(x - b);
            average += SumOfMagnitudes(x - Mean(a, b));
            paeth += SumOfMagnitudes(x - Nearest(a, b, c));
        }

        Sums sums = new(Vector256.Sum(none), Vector256.Sum(sub), Vector256.Sum(up), Vector256.Sum(average), Vector256.Sum(paeth));
        sums.Add(row, prior, step, 0, step);
        sums.Add(row, prior, step, i, row.Length);
        return sums.Smallest();
    }

    /// <summary>Writes the filtered row, as long as the row.</summary>
    internal static void Apply(PngFilterType filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> prior, int step, Span<byte> result)
    {
        int width = Vector256<byte>.Count;
        if (!Vector128.IsHardwareAccelerated || row.Length < step + width || filter == PngFilterType.None)
        {
            ApplyReference(filter, row, prior, step, result, 0, row.Length);
            return;
        }

        prior = prior[..row.Length];
        result = result[..row.Length];
        ref byte current = ref MemoryMarshal.GetReference(row);
        ref byte above = ref MemoryMarshal.GetReference(prior);
        ref byte to = ref MemoryMarshal.GetReference(result);
        ApplyReference(filter, row, prior, step, result, 0, step);
        int i = step;
        for (; i <= row.Length - width; i += width)
        {
            Vector256<byte> a = Vector256.LoadUnsafe(ref current, (nuint)(i - step));
            Vector256<byte> b = Vector256.LoadUnsafe(ref above, (nuint)i);
            Vector256<byte> predicted = filter switch
            {
                PngFilterType.Sub => a,
                PngFilterType.Up => b,
                PngFilterType.Average => Mean(a, b),
                _ => Nearest(a, b, Vector256.LoadUnsafe(ref above, (nuint)(i - step))),
            };
            (Vector256.LoadUnsafe(ref current, (nuint)i) - predicted).StoreUnsafe(ref to, (nuint)i);
        }

        ApplyReference(filter, row, prior, step, result, i, row.Length);
    }

    /// <summary>The definition of the choice.</summary>
    internal static PngFilterType ChooseReference(ReadOnlySpan<byte> row, ReadOnlySpan<byte> prior, int step)
    {
        Sums sums = default;
        sums.Add(row, prior, step, 0, row.Length);
        return sums.Smallest();
    }

    /// <summary>The definition of the filters, for the bytes from <paramref name="start"/> up to <paramref name="end"/>.</summary>
    internal static void ApplyReference(PngFilterType filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> prior, int step, Span<byte> result, int start, int end)
    {
        for (int i = start; i < end; i++)
        {
            result[i] = (byte)(row[i] - Predict(filter, row, prior, step, i));
        }
    }

    private static int Predict(PngFilterType filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> prior, int step, int i)
    {
        byte a = i < step ? (byte)0 : row[i - step];
        byte c = i < step ? (byte)0 : prior[i - step];
        return filter switch
        {
            PngFilterType.Sub => a,
            PngFilterType.Up => prior[i],
            PngFilterType.Average => (a + prior[i]) >> 1,
            PngFilterType.Paeth => PngUnfilter.Paeth(a, prior[i], c),
            _ => 0,
        };
    }

    /// <summary>(a + b) / 2 rounded down, without a ninth bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Mean(Vector256<byte> a, Vector256<byte> b) =>
        (a & b) + (((a ^ b) & Vector256.Create((byte)0xFE)).AsUInt16() >>> 1).AsByte();

    /// <summary>The Paeth predictor in bytes.</summary>
    /// <remarks>
    /// With u = b - c and v = a - c the three distances are |u|, |v| and |u + v|. Where u and v have the same sign the third
    /// is no smaller than the others and never wins, so 255 stands for it; else it is the difference of the other two.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Nearest(Vector256<byte> a, Vector256<byte> b, Vector256<byte> c)
    {
        Vector256<byte> highest = Vector256.Max(b, c);
        Vector256<byte> highestLeft = Vector256.Max(a, c);
        Vector256<byte> distanceLeft = highest - Vector256.Min(b, c);
        Vector256<byte> distanceUp = highestLeft - Vector256.Min(a, c);
        Vector256<byte> sameSign = Vector256.Equals(Vector256.Equals(highest, b), Vector256.Equals(highestLeft, a));
        Vector256<byte> smaller = Vector256.Min(distanceLeft, distanceUp);
        Vector256<byte> distanceUpLeft = sameSign | (Vector256.Max(distanceLeft, distanceUp) - smaller);
        Vector256<byte> smallest = Vector256.Min(smaller, distanceUpLeft);
        return Vector256.ConditionalSelect(
            Vector256.Equals(smallest, distanceLeft), a, Vector256.ConditionalSelect(Vector256.Equals(smallest, distanceUp), b, c));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> SumOfMagnitudes(Vector256<byte> values)
    {
        // The magnitude of a signed byte is the smaller of itself and its negation, both seen unsigned; 128 stays 128.
        Vector256<byte> magnitudes = Vector256.Min(values, Vector256<byte>.Zero - values);
        if (Avx2.IsSupported)
        {
            return Avx2.SumAbsoluteDifferences(magnitudes, Vector256<byte>.Zero).AsUInt64();
        }

        (Vector256<ushort> low, Vector256<ushort> high) = Vector256.Widen(magnitudes);
        (Vector256<uint> left, Vector256<uint> right) = Vector256.Widen(low + high);
        (Vector256<ulong> first, Vector256<ulong> second) = Vector256.Widen(left + right);
        return first + second;
    }

    private struct Sums(ulong none, ulong sub, ulong up, ulong average, ulong paeth)
    {
        private ulong _none = none;
        private ulong _sub = sub;
        private ulong _up = up;
        private ulong _average = average;
        private ulong _paeth = paeth;

        internal void Add(ReadOnlySpan<byte> row, ReadOnlySpan<byte> prior, int step, int start, int end)
        {
            for (int i = start; i < end; i++)
            {
                _none += Magnitude(row[i]);
                _sub += Magnitude(row[i] - Predict(PngFilterType.Sub, row, prior, step, i));
                _up += Magnitude(row[i] - Predict(PngFilterType.Up, row, prior, step, i));
                _average += Magnitude(row[i] - Predict(PngFilterType.Average, row, prior, step, i));
                _paeth += Magnitude(row[i] - Predict(PngFilterType.Paeth, row, prior, step, i));
            }
        }

        internal readonly PngFilterType Smallest()
        {
            ReadOnlySpan<ulong> sums = [_none, _sub, _up, _average, _paeth];
            int best = 0;
            for (int i = 1; i < sums.Length; i++)
            {
                best = sums[i] < sums[best] ? i : best;
            }

            return (PngFilterType)best;
        }

        private static ulong Magnitude(int difference) => (ulong)Math.Abs((int)(sbyte)difference);
    }
}
