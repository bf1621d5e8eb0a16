using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vortex.Imaging.Codecs.Png;

/// <summary>Undoes the filter of a row (PNG specification, section 9.2).</summary>
/// <remarks>
/// Each pixel needs the one before it, so that all but Up go pixel by pixel, the channels of a pixel side by side in a
/// vector. <see cref="Reference"/> is the definition, byte by byte; the fast path equals it and is compared with it.
/// </remarks>
internal static class PngUnfilter
{
    /// <summary>Unfilters one row.</summary>
    /// <param name="filter">The byte before the row.</param>
    /// <param name="source">The filtered row.</param>
    /// <param name="prior">The row above, unfiltered; zeros for the first row. As long as the source.</param>
    /// <param name="result">As long as the source, and elsewhere in memory.</param>
    /// <param name="step">Bytes to the pixel before.</param>
    /// <exception cref="ImageFormatException">There is no such filter.</exception>
    internal static void Run(byte filter, ReadOnlySpan<byte> source, ReadOnlySpan<byte> prior, Span<byte> result, int step)
    {
        if (!Vector128.IsHardwareAccelerated || !BitConverter.IsLittleEndian)
        {
            Reference(filter, source, prior, result, step);
            return;
        }

        switch ((PngFilterType)filter)
        {
            case PngFilterType.None:
                source.CopyTo(result);
                break;
            case PngFilterType.Up:
                Up(source, prior, result);
                break;
            case PngFilterType.Sub or PngFilterType.Average or PngFilterType.Paeth when step is 3 or 4 or 6 or 8:
                // 3 and 6 read and store bytes of the pixel after, which is written next; the last pixel is left to the tail.
                int done = step <= 4
                    ? ByPixel<uint>((PngFilterType)filter, source, prior, result, step)
                    : ByPixel<ulong>((PngFilterType)filter, source, prior, result, step);
                Tail((PngFilterType)filter, source, prior, result, step, done);
                break;
            default:
                Reference(filter, source, prior, result, step);
                break;
        }
    }

    /// <summary>The definition.</summary>
    internal static void Reference(byte filter, ReadOnlySpan<byte> source, ReadOnlySpan<byte> prior, Span<byte> result, int step)
    {
        if (filter > (byte)PngFilterType.Paeth)
        {
            throw ImageFormatException.Corrupt("PNG", $"a row names filter {filter}, which does not exist");
        }

        Tail((PngFilterType)filter, source, prior, result, step, 0);
    }

    /// <summary>Returns which of left, up and up-left is nearest to left + up - upLeft; ties go in this order.</summary>
    internal static byte Paeth(byte left, byte up, byte upLeft)
    {
        int distanceLeft = Math.Abs(up - upLeft);
        int distanceUp = Math.Abs(left - upLeft);
        int distanceUpLeft = Math.Abs(left + up - (2 * upLeft));
        return distanceLeft <= distanceUp && distanceLeft <= distanceUpLeft ? left : distanceUp <= distanceUpLeft ? up : upLeft;
    }

    private static void Tail(PngFilterType filter, ReadOnlySpan<byte> source, ReadOnlySpan<byte> prior, Span<byte> result, int step, int start)
    {
        // Cut to one length, so that one check covers all four in each loop.
        prior = prior[..source.Length];
        result = result[..source.Length];
        switch (filter)
        {
            case PngFilterType.None:
                source[start..].CopyTo(result[start..]);
                break;
            case PngFilterType.Sub:
                for (int i = start; i < source.Length; i++)
                {
                    result[i] = (byte)(source[i] + (i < step ? 0 : result[i - step]));
                }

                break;
            case PngFilterType.Up:
                for (int i = start; i < source.Length; i++)
                {
                    result[i] = (byte)(source[i] + prior[i]);
                }

                break;
            case PngFilterType.Average:
                for (int i = start; i < source.Length; i++)
                {
                    result[i] = (byte)(source[i] + (((i < step ? 0 : result[i - step]) + prior[i]) >> 1));
                }

                break;
            default:
                for (int i = start; i < source.Length; i++)
                {
                    result[i] = (byte)(source[i] + (i < step ? prior[i] : Paeth(result[i - step], prior[i], prior[i - step])));
                }

                break;
        }
    }

    private static void Up(ReadOnlySpan<byte> source, ReadOnlySpan<byte> prior, Span<byte> result)
    {
        ref byte from = ref MemoryMarshal.GetReference(source);
        ref byte above = ref MemoryMarshal.GetReference(prior);
        ref byte to = ref MemoryMarshal.GetReference(result);
        int length = Math.Min(source.Length, Math.Min(prior.Length, result.Length));
        int i = 0;
        for (; i <= length - Vector256<byte>.Count; i += Vector256<byte>.Count)
        {
            (Vector256.LoadUnsafe(ref from, (nuint)i) + Vector256.LoadUnsafe(ref above, (nuint)i)).StoreUnsafe(ref to, (nuint)i);
        }

        Tail(PngFilterType.Up, source, prior, result, 1, i);
    }

    /// <summary>Goes pixel by pixel as long as a whole <typeparamref name="T"/> can be read and stored.</summary>
    /// <returns>The bytes done.</returns>
    private static int ByPixel<T>(PngFilterType filter, ReadOnlySpan<byte> source, ReadOnlySpan<byte> prior, Span<byte> result, int step)
        where T : unmanaged
    {
        ref byte from = ref MemoryMarshal.GetReference(source);
        ref byte above = ref MemoryMarshal.GetReference(prior);
        ref byte to = ref MemoryMarshal.GetReference(result);
        int last = Math.Min(source.Length, Math.Min(prior.Length, result.Length)) - Unsafe.SizeOf<T>();
        int i = 0;
        switch (filter)
        {
            case PngFilterType.Sub:
                Vector128<byte> left = default;
                for (; i <= last; i += step)
                {
                    left += Load<T>(ref from, i);
                    Store<T>(left, ref to, i);
                }

                break;
            case PngFilterType.Average:
                Vector128<byte> before = default;
                for (; i <= last; i += step)
                {
                    // The mean rounded down without a ninth bit: what both have, and half of what only one has.
                    Vector128<byte> up = Load<T>(ref above, i);
                    Vector128<byte> half = (((before ^ up) & Vector128.Create((byte)0xFE)).AsUInt16() >>> 1).AsByte();
                    before = Load<T>(ref from, i) + (before & up) + half;
                    Store<T>(before, ref to, i);
                }

                break;
            default:
                Vector128<short> a = default;
                Vector128<short> c = default;
                for (; i <= last; i += step)
                {
                    Vector128<short> b = Vector128.WidenLower(Load<T>(ref above, i)).AsInt16();
                    Vector128<short> fromUpLeft = b - c;
                    Vector128<short> other = a - c;
                    Vector128<short> distanceLeft = Vector128.Abs(fromUpLeft);
                    Vector128<short> distanceUp = Vector128.Abs(other);
                    Vector128<short> distanceUpLeft = Vector128.Abs(fromUpLeft + other);
                    Vector128<short> smallest = Vector128.Min(distanceUpLeft, Vector128.Min(distanceLeft, distanceUp));
                    Vector128<short> nearest = Vector128.ConditionalSelect(
                        Vector128.Equals(smallest, distanceLeft), a, Vector128.ConditionalSelect(Vector128.Equals(smallest, distanceUp), b, c));
                    a = (Vector128.WidenLower(Load<T>(ref from, i)).AsInt16() + nearest) & Vector128.Create((short)0xFF);
                    c = b;
                    Store<T>(Vector128.Narrow(a.AsUInt16(), a.AsUInt16()), ref to, i);
                }

                break;
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Load<T>(ref byte from, int at)
        where T : unmanaged => Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<T>(ref Unsafe.Add(ref from, at))).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<T>(Vector128<byte> value, ref byte to, int at)
        where T : unmanaged => Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, at), value.As<byte, T>().ToScalar());
}
