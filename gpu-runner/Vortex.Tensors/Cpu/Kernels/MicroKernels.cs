using System.Runtime.CompilerServices;

namespace Vortex.Tensors.Cpu;

/// <summary>The innermost loops of every matrix product: c[rows, 2 * width] (+)= a[rows, k] * b[k, 2 * width].</summary>
/// <remarks>
/// b is packed; a lies anyhow: row i, column j is a[(i * aRow) + (j * aStep)], so neither weights nor activations need to be rearranged for it.
/// Sums run over k in order, whatever the number of rows, so how work is cut does not change a result. Accumulators are locals one by one
/// because the compiler keeps only those in registers.
/// </remarks>
internal static unsafe class MicroKernels<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <summary>The most rows of one call.</summary>
    public const int Rows = 6;

    /// <summary>Six rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows6(long k, float* a, long aRow, long aStep, float* b, float* c, long cRow, int accumulate)
    {
        TVector c00 = default;
        TVector c01 = default;
        TVector c10 = default;
        TVector c11 = default;
        TVector c20 = default;
        TVector c21 = default;
        TVector c30 = default;
        TVector c31 = default;
        TVector c40 = default;
        TVector c41 = default;
        TVector c50 = default;
        TVector c51 = default;
        float* a3 = a + (3 * aRow);
        long aRow2 = 2 * aRow;
        for (; k > 0; k--)
        {
            TVector b0 = TLanes.Load(b);
            TVector b1 = TLanes.Load(b + TLanes.Width);
            b += 2 * TLanes.Width;
            TVector x = TLanes.Broadcast(a);
            c00 = TLanes.MultiplyAdd(x, b0, c00);
            c01 = TLanes.MultiplyAdd(x, b1, c01);
            x = TLanes.Broadcast(a + aRow);
            c10 = TLanes.MultiplyAdd(x, b0, c10);
            c11 = TLanes.MultiplyAdd(x, b1, c11);
            x = TLanes.Broadcast(a + aRow2);
            c20 = TLanes.MultiplyAdd(x, b0, c20);
            c21 = TLanes.MultiplyAdd(x, b1, c21);
            x = TLanes.Broadcast(a3);
            c30 = TLanes.MultiplyAdd(x, b0, c30);
            c31 = TLanes.MultiplyAdd(x, b1, c31);
            x = TLanes.Broadcast(a3 + aRow);
            c40 = TLanes.MultiplyAdd(x, b0, c40);
            c41 = TLanes.MultiplyAdd(x, b1, c41);
            x = TLanes.Broadcast(a3 + aRow2);
            c50 = TLanes.MultiplyAdd(x, b0, c50);
            c51 = TLanes.MultiplyAdd(x, b1, c51);
            a += aStep;
            a3 += aStep;
        }

        if (accumulate != 0)
        {
            c00 = TLanes.Add(TLanes.Load(c), c00);
            c01 = TLanes.Add(TLanes.Load(c + TLanes.Width), c01);
            c10 = TLanes.Add(TLanes.Load(c + cRow), c10);
            c11 = TLanes.Add(TLanes.Load(c + cRow + TLanes.Width), c11);
            c20 = TLanes.Add(TLanes.Load(c + (2 * cRow)), c20);
            c21 = TLanes.Add(TLanes.Load(c + (2 * cRow) + TLanes.Width), c21);
            c30 = TLanes.Add(TLanes.Load(c + (3 * cRow)), c30);
            c31 = TLanes.Add(TLanes.Load(c + (3 * cRow) + TLanes.Width), c31);
            c40 = TLanes.Add(TLanes.Load(c + (4 * cRow)), c40);
            c41 = TLanes.Add(TLanes.Load(c + (4 * cRow) + TLanes.Width), c41);
            c50 = TLanes.Add(TLanes.Load(c + (5 * cRow)), c50);
            c51 = TLanes.Add(TLanes.Load(c + (5 * cRow) + TLanes.Width), c51);
        }

        TLanes.Store(c00, c);
        TLanes.Store(c01, c + TLanes.Width);
        TLanes.Store(c10, c + cRow);
        TLanes.Store(c11, c + cRow + TLanes.Width);
        TLanes.Store(c20, c + (2 * cRow));
        TLanes.Store(c21, c + (2 * cRow) + TLanes.Width);
        TLanes.Store(c30, c + (3 * cRow));
        TLanes.Store(c31, c + (3 * cRow) + TLanes.Width);
        TLanes.Store(c40, c + (4 * cRow));
        TLanes.Store(c41, c + (4 * cRow) + TLanes.Width);
        TLanes.Store(c50, c + (5 * cRow));
        TLanes.Store(c51, c + (5 * cRow) + TLanes.Width);
    }

    /// <summary>Four rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows4(long k, float* a, long aRow, long aStep, float* b, float* c, long cRow, int accumulate)
    {
        TVector c00 = default;
        TVector c01 = default;
        TVector c10 = default;
        TVector c11 = default;
        TVector c20 = default;
        TVector c21 = default;
        TVector c30 = default;
        TVector c31 = default;
        float* a3 = a + (3 * aRow);
        long aRow2 = 2 * aRow;
        for (; k > 0; k--)
        {
            TVector b0 = TLanes.Load(b);
            TVector b1 = TLanes.Load(b + TLanes.Width);
            b += 2 * TLanes.Width;
            TVector x = TLanes.Broadcast(a);
            c00 = TLanes.MultiplyAdd(x, b0, c00);
            c01 = TLanes.MultiplyAdd(x, b1, c01);
            x = TLanes.Broadcast(a + aRow);
            c10 = TLanes.MultiplyAdd(x, b0, c10);
            c11 = TLanes.MultiplyAdd(x, b1, c11);
            x = TLanes.Broadcast(a + aRow2);
            c20 = TLanes.MultiplyAdd(x, b0, c20);
            c21 = TLanes.MultiplyAdd(x, b1, c21);
            x = TLanes.Broadcast(a3);
            c30 = TLanes.MultiplyAdd(x, b0, c30);
            c31 = TLanes.MultiplyAdd(x, b1, c31);
            a += aStep;
            a3 += aStep;
        }

        if (accumulate != 0)
        {
            c00 = TLanes.Add(TLanes.Load(c), c00);
            c01 = TLanes.Add(TLanes.Load(c + TLanes.Width), c01);
            c10 = TLanes.Add(TLanes.Load(c + cRow), c10);
            c11 = TLanes.Add(TLanes.Load(c + cRow + TLanes.Width), c11);
            c20 = TLanes.Add(TLanes.Load(c + (2 * cRow)), c20);
            c21 = TLanes.Add(TLanes.Load(c + (2 * cRow) + TLanes.Width), c21);
            c30 = TLanes.Add(TLanes.Load(c + (3 * cRow)), c30);
            c31 = TLanes.Add(TLanes.Load(c + (3 * cRow) + TLanes.Width), c31);
        }

        TLanes.Store(c00, c);
        TLanes.Store(c01, c + TLanes.Width);
        TLanes.Store(c10, c + cRow);
        TLanes.Store(c11, c + cRow + TLanes.Width);
        TLanes.Store(c20, c + (2 * cRow));
        TLanes.Store(c21, c + (2 * cRow) + TLanes.Width);
        TLanes.Store(c30, c + (3 * cRow));
        TLanes.Store(c31, c + (3 * cRow) + TLanes.Width);
    }

    /// <summary>Two rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows2(long k, float* a, long aRow, long aStep, float* b, float* c, long cRow, int accumulate)
    {
        TVector c00 = default;
        TVector c01 = default;
        TVector c10 = default;
        TVector c11 = default;
        for (; k > 0; k--)
        {
            TVector b0 = TLanes.Load(b);
            TVector b1 = TLanes.Load(b + TLanes.Width);
            b += 2 * TLanes.Width;
            TVector x = TLanes.Broadcast(a);
            c00 = TLanes.MultiplyAdd(x, b0, c00);
            c01 = TLanes.MultiplyAdd(x, b1, c01);
            x = TLanes.Broadcast(a + aRow);
            c10 = TLanes.MultiplyAdd(x, b0, c10);
            c11 = TLanes.MultiplyAdd(x, b1, c11);
            a += aStep;
        }

        if (accumulate != 0)
        {
            c00 = TLanes.Add(TLanes.Load(c), c00);
            c01 = TLanes.Add(TLanes.Load(c + TLanes.Width), c01);
            c10 = TLanes.Add(TLanes.Load(c + cRow), c10);
            c11 = TLanes.Add(TLanes.Load(c + cRow + TLanes.Width), c11);
        }

        TLanes.Store(c00, c);
        TLanes.Store(c01, c + TLanes.Width);
        TLanes.Store(c10, c + cRow);
        TLanes.Store(c11, c + cRow + TLanes.Width);
    }

    /// <summary>One row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows1(long k, float* a, long aRow, long aStep, float* b, float* c, long cRow, int accumulate)
    {
        TVector c00 = default;
        TVector c01 = default;
        for (; k > 0; k--)
        {
            TVector b0 = TLanes.Load(b);
            TVector b1 = TLanes.Load(b + TLanes.Width);
            b += 2 * TLanes.Width;
            TVector x = TLanes.Broadcast(a);
            c00 = TLanes.MultiplyAdd(x, b0, c00);
            c01 = TLanes.MultiplyAdd(x, b1, c01);
            a += aStep;
        }

        if (accumulate != 0)
        {
            c00 = TLanes.Add(TLanes.Load(c), c00);
            c01 = TLanes.Add(TLanes.Load(c + TLanes.Width), c01);
        }

        TLanes.Store(c00, c);
        TLanes.Store(c01, c + TLanes.Width);
    }
}
