using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Vortex.Imaging.Resampling;

/// <summary>Mixes rows along y, 32 bytes of a row at a time. The same bytes as <see cref="LanczosReference.Column"/>.</summary>
internal static unsafe class LanczosColumns
{
    internal static void Run(ReadOnlySpan<byte> rows, int stride, int firstRow, ReadOnlySpan<int> weights, Span<byte> to)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows.Length, (firstRow + weights.Length) * (long)stride);
        int i = 0;
        if (Avx2.IsSupported)
        {
            Vector256<int> half = Vector256.Create(1 << (LanczosAxis.Precision - 1));
            fixed (byte* source = rows, target = to)
            {
                for (; i + 32 <= to.Length; i += 32)
                {
                    byte* at = source + ((long)firstRow * stride) + i;
                    Vector256<int> a = half;
                    Vector256<int> b = half;
                    Vector256<int> c = half;
                    Vector256<int> d = half;
                    foreach (int weight in weights)
                    {
                        Vector256<int> w = Vector256.Create(weight);
                        a += Avx2.ConvertToVector256Int32(at) * w;
                        b += Avx2.ConvertToVector256Int32(at + 8) * w;
                        c += Avx2.ConvertToVector256Int32(at + 16) * w;
                        d += Avx2.ConvertToVector256Int32(at + 24) * w;
                        at += stride;
                    }

                    Pack(a, b).Store(target + i);
                    Pack(c, d).Store(target + i + 16);
                }
            }
        }

        LanczosReference.Column(rows, stride, firstRow, weights, i, to);
    }

    private static Vector128<byte> Pack(Vector256<int> low, Vector256<int> high)
    {
        low >>= LanczosAxis.Precision;
        high >>= LanczosAxis.Precision;
        return Sse2.PackUnsignedSaturate(
            Sse2.PackSignedSaturate(low.GetLower(), low.GetUpper()),
            Sse2.PackSignedSaturate(high.GetLower(), high.GetUpper()));
    }
}
