using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

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
            int width = Vector512.IsHardwareAccelerated ? Wide() : Narrow();
            double seconds = Math.Max((Environment.CpuUsage.TotalTime - before).TotalSeconds, Stopwatch.GetElapsedTime(began).TotalSeconds);
            best = Math.Max(best, 24e-9 * width * Steps / seconds);
        }

        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Wide()
    {
        Vector512<float> a = Vector512.Create(0f), b = a, c = a, d = a, e = a, f = a, g = a, h = a, i = a, j = a, k = a, l = a;
        Vector512<float> x = Vector512.Create(1e-9f);
        for (int step = 0; step < Steps; step++)
        {
            a = Vector512.FusedMultiplyAdd(x, x, a);
            b = Vector512.FusedMultiplyAdd(x, x, b);
            c = Vector512.FusedMultiplyAdd(x, x, c);
            d = Vector512.FusedMultiplyAdd(x, x, d);
            e = Vector512.FusedMultiplyAdd(x, x, e);
            f = Vector512.FusedMultiplyAdd(x, x, f);
            g = Vector512.FusedMultiplyAdd(x, x, g);
            h = Vector512.FusedMultiplyAdd(x, x, h);
            i = Vector512.FusedMultiplyAdd(x, x, i);
            j = Vector512.FusedMultiplyAdd(x, x, j);
            k = Vector512.FusedMultiplyAdd(x, x, k);
            l = Vector512.FusedMultiplyAdd(x, x, l);
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l) < 0 ? 0 : 16;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Narrow()
    {
        Vector256<float> a = Vector256.Create(0f), b = a, c = a, d = a, e = a, f = a, g = a, h = a, i = a, j = a, k = a, l = a;
        Vector256<float> x = Vector256.Create(1e-9f);
        for (int step = 0; step < Steps; step++)
        {
            a = Vector256.FusedMultiplyAdd(x, x, a);
            b = Vector256.FusedMultiplyAdd(x, x, b);
            c = Vector256.FusedMultiplyAdd(x, x, c);
            d = Vector256.FusedMultiplyAdd(x, x, d);
            e = Vector256.FusedMultiplyAdd(x, x, e);
            f = Vector256.FusedMultiplyAdd(x, x, f);
            g = Vector256.FusedMultiplyAdd(x, x, g);
            h = Vector256.FusedMultiplyAdd(x, x, h);
            i = Vector256.FusedMultiplyAdd(x, x, i);
            j = Vector256.FusedMultiplyAdd(x, x, j);
            k = Vector256.FusedMultiplyAdd(x, x, k);
            l = Vector256.FusedMultiplyAdd(x, x, l);
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l) < 0 ? 0 : 8;
    }
}
