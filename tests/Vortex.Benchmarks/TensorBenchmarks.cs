using System.Diagnostics;
using System.Globalization;
using System.Runtime.Intrinsics;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;

namespace Vortex.Benchmarks;

/// <summary>The ops of a Stable Diffusion 1.5 run at its shapes, beside OpenBLAS and PyTorch where these are installed.</summary>
internal static class TensorBenchmarks
{
    private const int Rounds = 3;

    public static IEnumerable<Benchmark> All =>
    [
        new("tensors", "ops of a diffusion run, beside OpenBLAS and PyTorch (tensors:TEXT for those whose name contains it)", RunAsync),
    ];

    private static Task RunAsync(Report report)
    {
        report.Line("vectors", Vector512.IsHardwareAccelerated ? "      512 bits" : Vector256.IsHardwareAccelerated ? "      256 bits" : "     none", "-");
        double peak = FmaPeak.Measure();
        report.Line("peak of multiply-add, one thread", string.Create(CultureInfo.InvariantCulture, $"{peak,9:0.0} GF/s"), "-");
        WinogradError(report);
        foreach (int threads in (int[])[.. new[] { 1, Environment.ProcessorCount }.Distinct()])
        {
            report.Line($"threads: {threads}", threads == 1 ? "CPU time" : "wall time", "share of the peer's time");
            using CpuBackend backend = new(new CpuBackendOptions { Threads = threads });
            using CpuBackend direct = new(new CpuBackendOptions { Threads = threads, Winograd = false });
            using TensorPeer? peer = TensorPeer.Start(threads);
            if (peer is null)
            {
                report.Missing("PyTorch and OpenBLAS", "not installed (Debian: python3-torch, libopenblas0-pthread)");
            }

            double logs = 0;
            int products = 0;
            foreach (TensorCase one in TensorCase.All.Where(one => one.Op.Contains(report.Only, StringComparison.Ordinal)))
            {
                (double mine, double ratio) = Measure(report, one.Op.StartsWith("direct", StringComparison.Ordinal) ? direct : backend, peer, one);
                if (one.IsLinear && !double.IsNaN(ratio))
                {
                    logs += Math.Log(ratio);
                    products++;
                }

                if (one.Op == "linear 2048 2048 2048" && threads == 1)
                {
                    report.Line("the large product, of the peak", string.Create(CultureInfo.InvariantCulture, $"{one.Giga / mine * 100000 / peak,9:0} %"), ">= 88 %");
                }
            }

            if (products > 0)
            {
                report.Line("products of 64 rows and more, geometric mean", string.Create(CultureInfo.InvariantCulture, $"{Math.Exp(logs / products),9:0.00} x OpenBLAS"), "<= 1.00");
            }
        }

        return Task.CompletedTask;
    }

    private static (double Mine, double Ratio) Measure(Report report, CpuBackend backend, TensorPeer? peer, TensorCase one)
    {
        using TensorScope scope = TensorScope.Begin();
        Func<Tensor?> work = one.Prepare(backend);
        double[] ours = new double[Rounds];
        double[] theirs = new double[Rounds];
        for (int i = 0; i < Rounds; i++)
        {
            ours[i] = Best(work, backend.Options.Threads == 1);
            theirs[i] = peer?.Ask(one.Op) ?? double.NaN;
        }

        Array.Sort(ours);
        Array.Sort(theirs);
        (double mine, double other) = (Report.Median(ours), Report.Median(theirs));
        string speed = string.Create(CultureInfo.InvariantCulture, $"{mine,9:0.000} ms") + (one.Giga == 0 ? "              " : string.Create(CultureInfo.InvariantCulture, $" {one.Giga / mine * 1000,8:0.0} GF/s"));
        string beside = double.IsNaN(other) ? "" : string.Create(CultureInfo.InvariantCulture, $"{mine / other,7:0.00} x {(one.IsLinear ? "OpenBLAS" : "PyTorch")} ({other:0.000} ms)");
        report.Line(one.Op, speed + beside, string.Create(CultureInfo.InvariantCulture, $"<= {one.Goal:0.00}"));
        backend.Trim();
        return (mine, mine / other);
    }

    private static double Best(Func<Tensor?> work, bool cpu)
    {
        (double best, double spent) = (double.MaxValue, 0);
        for (int runs = 0; runs < 3 || (spent < 100 && runs < 200); runs++)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            long began = Stopwatch.GetTimestamp();
            using (work())
            {
            }

            double time = cpu ? (Environment.CpuUsage.TotalTime - before).TotalMilliseconds : Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            best = Math.Min(best, time);
            spent += time;
        }

        return best;
    }

    // Uniform values, as the published error of the method is given for.
    private static void WinogradError(Report report)
    {
        using CpuBackend fast = new();
        using CpuBackend direct = new(new CpuBackendOptions { Winograd = false });
        using TensorScope scope = TensorScope.Begin();
        TensorCase one = TensorCase.All.First(one => one.Op.StartsWith("conv 320 64 64 320 3 1", StringComparison.Ordinal));
        float[] a = one.Prepare(fast)()!.ToArray();
        float[] b = one.Prepare(direct)()!.ToArray();
        double error = Math.Sqrt(a.Zip(b, (x, y) => Math.Pow(x - (double)y, 2)).Sum() / b.Sum(y => (double)y * y));
        report.Line("Winograd against direct, relative rms error", string.Create(CultureInfo.InvariantCulture, $"{error,9:0.0e0}"), "<= 1e-5");
    }
}
