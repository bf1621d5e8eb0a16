using System.Runtime.CompilerServices;

namespace Vortex.Tensors.Cpu;

/// <summary>The transforms of Winograd's F(4x4, 3x3) (Lavin and Gray, 2015), for as many tiles side by side as there are lanes.</summary>
/// <remarks>
/// The interpolation points are 0, 1, -1, 2, -2 and infinity. A tile is 6x6 pixels that overlap by two with the next; 36 products replace 144.
/// </remarks>
internal static unsafe class WinogradKernels<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <summary>Pixels of tiles that lie side by side in a row: result[(6 * i) + j] of each tile at (6 * i) + j steps.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Input(float* pixels, long row, float* result, long step)
    {
        float* half = stackalloc float[36 * 16];
        for (int i = 0; i < 6; i++, pixels += row)
        {
            TLanes.LoadBy4(pixels, out TVector d0, out TVector d1, out TVector d2, out TVector d3);
            float* next = pixels + (4 * TLanes.Width);
            Six(d0, d1, d2, d3, TLanes.ShiftIn(d0, next), TLanes.ShiftIn(d1, next + 1), half + (6 * i * TLanes.Width), TLanes.Width);
        }

        Columns(half, result, step);
    }

    /// <summary>Pixels of any tiles, brought together before: [36, lanes].</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void InputGathered(float* pixels, float* result, long step)
    {
        float* half = stackalloc float[36 * 16];
        for (int i = 0; i < 6; i++)
        {
            float* d = pixels + (6 * i * TLanes.Width);
            Six(
                TLanes.Load(d), TLanes.Load(d + TLanes.Width), TLanes.Load(d + (2 * TLanes.Width)), TLanes.Load(d + (3 * TLanes.Width)),
                TLanes.Load(d + (4 * TLanes.Width)), TLanes.Load(d + (5 * TLanes.Width)), half + (6 * i * TLanes.Width), TLanes.Width);
        }

        Columns(half, result, step);
    }

    /// <summary>Sums of tiles side by side into 4x4 pixels each, in four rows.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Output(float* sums, long step, float* pixels, long row, float shift)
    {
        float* half = stackalloc float[24 * 16];
        for (int j = 0; j < 6; j++)
        {
            float* from = sums + (j * step);
            Four(
                TLanes.Load(from), TLanes.Load(from + (6 * step)), TLanes.Load(from + (12 * step)), TLanes.Load(from + (18 * step)),
                TLanes.Load(from + (24 * step)), TLanes.Load(from + (30 * step)), out TVector a, out TVector b, out TVector c, out TVector d);
            float* to = half + (j * TLanes.Width);
            TLanes.Store(a, to);
            TLanes.Store(b, to + (6 * TLanes.Width));
            TLanes.Store(c, to + (12 * TLanes.Width));
            TLanes.Store(d, to + (18 * TLanes.Width));
        }

        TVector shifts = TLanes.All(shift);
        for (int i = 0; i < 4; i++, pixels += row)
        {
            float* from = half + (6 * i * TLanes.Width);
            Four(
                TLanes.Load(from), TLanes.Load(from + TLanes.Width), TLanes.Load(from + (2 * TLanes.Width)), TLanes.Load(from + (3 * TLanes.Width)),
                TLanes.Load(from + (4 * TLanes.Width)), TLanes.Load(from + (5 * TLanes.Width)), out TVector a, out TVector b, out TVector c, out TVector d);
            TLanes.StoreBy4(pixels, TLanes.Add(a, shifts), TLanes.Add(b, shifts), TLanes.Add(c, shifts), TLanes.Add(d, shifts));
        }
    }

    /// <summary>Filters of as many channels as there are lanes, for the six points of one row: taps lie <paramref name="tap"/> apart, results <paramref name="step"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Filter(int row, float* taps, long tap, int channels, float* result, long step)
    {
        // One row of the matrix of Filters; the other direction goes through Filters itself.
        TVector f0 = TLanes.All(row switch { 0 => 0.25f, 1 or 2 => -1f / 6, 3 or 4 => 1f / 24, _ => 0 });
        TVector f1 = TLanes.All(row switch { 1 => -1f / 6, 2 => 1f / 6, 3 => 1f / 12, 4 => -1f / 12, _ => 0 });
        TVector f2 = TLanes.All(row switch { 0 => 0f, 1 or 2 => -1f / 6, 3 or 4 => 1f / 6, _ => 1 });
        for (int c = 0; c < channels; c += TLanes.Width)
        {
            float* g = taps + c;
            TVector a = Weighted(g, g + (3 * tap), g + (6 * tap), f0, f1, f2);
            g += tap;
            TVector b = Weighted(g, g + (3 * tap), g + (6 * tap), f0, f1, f2);
            g += tap;
            Filters(a, b, Weighted(g, g + (3 * tap), g + (6 * tap), f0, f1, f2), result + c, step);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Weighted(float* a, float* b, float* c, TVector f0, TVector f1, TVector f2) =>
        TLanes.MultiplyAdd(TLanes.Load(c), f2, TLanes.MultiplyAdd(TLanes.Load(b), f1, TLanes.Multiply(TLanes.Load(a), f0)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Columns(float* half, float* result, long step)
    {
        for (int j = 0; j < 6; j++)
        {
            float* d = half + (j * TLanes.Width);
            Six(
                TLanes.Load(d), TLanes.Load(d + (6 * TLanes.Width)), TLanes.Load(d + (12 * TLanes.Width)), TLanes.Load(d + (18 * TLanes.Width)),
                TLanes.Load(d + (24 * TLanes.Width)), TLanes.Load(d + (30 * TLanes.Width)), result + (j * step), 6 * step);
        }
    }

    // Rows 4 0 -5 0 1 0; 0 -4 -4 1 1 0; 0 4 -4 -1 1 0; 0 -2 -1 2 1 0; 0 2 -1 -2 1 0; 0 4 0 -5 0 1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Six(TVector d0, TVector d1, TVector d2, TVector d3, TVector d4, TVector d5, float* to, long step)
    {
        TVector two = TLanes.All(2);
        TVector four = TLanes.All(4);
        TVector minusFour = TLanes.All(-4);
        TVector minusFive = TLanes.All(-5);
        TLanes.Store(TLanes.MultiplyAdd(four, d0, TLanes.MultiplyAdd(minusFive, d2, d4)), to);
        TVector even = TLanes.MultiplyAdd(minusFour, d2, d4);
        TVector odd = TLanes.MultiplyAdd(minusFour, d1, d3);
        TLanes.Store(TLanes.Add(even, odd), to + step);
        TLanes.Store(TLanes.Subtract(even, odd), to + (2 * step));
        even = TLanes.Subtract(d4, d2);
        odd = TLanes.Multiply(two, TLanes.Subtract(d3, d1));
        TLanes.Store(TLanes.Add(even, odd), to + (3 * step));
        TLanes.Store(TLanes.Subtract(even, odd), to + (4 * step));
        TLanes.Store(TLanes.MultiplyAdd(four, d1, TLanes.MultiplyAdd(minusFive, d3, d5)), to + (5 * step));
    }

    // Rows 1 1 1 1 1 0; 0 1 -1 2 -2 0; 0 1 1 4 4 0; 0 1 -1 8 -8 1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four(TVector m0, TVector m1, TVector m2, TVector m3, TVector m4, TVector m5, out TVector a, out TVector b, out TVector c, out TVector d)
    {
        TVector sum = TLanes.Add(m1, m2);
        TVector difference = TLanes.Subtract(m1, m2);
        TVector sum2 = TLanes.Add(m3, m4);
        TVector difference2 = TLanes.Subtract(m3, m4);
        a = TLanes.Add(TLanes.Add(m0, sum), sum2);
        b = TLanes.MultiplyAdd(TLanes.All(2), difference2, difference);
        c = TLanes.MultiplyAdd(TLanes.All(4), sum2, sum);
        d = TLanes.Add(TLanes.MultiplyAdd(TLanes.All(8), difference2, difference), m5);
    }

    // Rows 1/4 0 0; -1/6 -1/6 -1/6; -1/6 1/6 -1/6; 1/24 1/12 1/6; 1/24 -1/12 1/6; 0 0 1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Filters(TVector g0, TVector g1, TVector g2, float* to, long step)
    {
        TLanes.Store(TLanes.Multiply(g0, TLanes.All(0.25f)), to);
        TVector even = TLanes.Multiply(TLanes.Add(g0, g2), TLanes.All(-1f / 6));
        TVector odd = TLanes.Multiply(g1, TLanes.All(-1f / 6));
        TLanes.Store(TLanes.Add(even, odd), to + step);
        TLanes.Store(TLanes.Subtract(even, odd), to + (2 * step));
        even = TLanes.MultiplyAdd(g0, TLanes.All(1f / 24), TLanes.Multiply(g2, TLanes.All(1f / 6)));
        odd = TLanes.Multiply(g1, TLanes.All(1f / 12));
        TLanes.Store(TLanes.Add(even, odd), to + (3 * step));
        TLanes.Store(TLanes.Subtract(even, odd), to + (4 * step));
        TLanes.Store(g2, to + (5 * step));
    }
}
