using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vortex.Tensors.Cpu;

namespace Vortex.Benchmarks;

/// <summary>What one core can multiply and add at most, measured without memory: twelve sums, as the product kernels keep.</summary>
internal static class FmaPeak
{
    private const int Steps = 2_000_000;

    /// <summary>Returns billions of float32 operations in a second of CPU time, a multiply-add as two.</summary>
    public static double Measure()
    {
        double best = 0;
        for (int i = 0; i < 12; i++)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            long began = Stopwatch.GetTimestamp();
            int width = Vector512.IsHardwareAccelerated ? Sums<Lanes512, Vector512<float>>() : Sums<Lanes256, Vector256<float>>();
            double seconds = Math.Max((Environment.CpuUsage.TotalTime - before).TotalSeconds, Stopwatch.GetElapsedTime(began).TotalSeconds);
            best = Math.Max(best, 24e-9 * width * Steps / seconds);
        }

        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe int Sums<TLanes, TVector>()
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        TVector a = TLanes.All(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a, i = a, j = a, k = a, l = a;
        TVector x = TLanes.All(1e-9f);
        for (int step = 0; step < Steps; step++)
        {
            a = TLanes.MultiplyAdd(x, x, a);
            b = TLanes.MultiplyAdd(x, x, b);
            c = TLanes.MultiplyAdd(x, x, c);
            d = TLanes.MultiplyAdd(x, x, d);
            e = TLanes.MultiplyAdd(x, x, e);
            f = TLanes.MultiplyAdd(x, x, f);
            g = TLanes.MultiplyAdd(x, x, g);
            h = TLanes.MultiplyAdd(x, x, h);
            i = TLanes.MultiplyAdd(x, x, i);
            j = TLanes.MultiplyAdd(x, x, j);
            k = TLanes.MultiplyAdd(x, x, k);
            l = TLanes.MultiplyAdd(x, x, l);
        }

        // Stored, so that nothing of it can be left out.
        float* result = stackalloc float[TLanes.Width];
        TLanes.Store(TLanes.Add(TLanes.Add(TLanes.Add(TLanes.Add(TLanes.Add(TLanes.Add(TLanes.Add(TLanes.Add(TLanes.Add(TLanes.Add(TLanes.Add(a, b), c), d), e), f), g), h), i), j), k), l), result);
        return *result < 0 ? 0 : TLanes.Width;
    }
}
