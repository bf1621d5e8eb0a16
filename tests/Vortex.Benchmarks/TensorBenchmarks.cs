using System.Diagnostics;
using System.Globalization;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;

namespace Vortex.Benchmarks;

/// <summary>Products, convolutions and attention at the shapes of a Stable Diffusion 1.5 step, beside OpenBLAS and PyTorch where these are installed.</summary>
internal static class TensorBenchmarks
{
    private const int Rounds = 3;

    // What a peer is asked for, the arithmetic in billions, and the goal as a share of the peer's time.
    private static readonly (string Op, double Giga, double Goal)[] s_cases =
    [
        Linear(4096, 320, 320), Linear(4096, 2560, 320), Linear(4096, 320, 1280), Linear(1024, 640, 640), Linear(1024, 1280, 640),
        Linear(256, 1280, 1280), Linear(256, 10240, 1280), Linear(64, 1280, 1280), Linear(77, 768, 768), Linear(77, 3072, 768), Linear(1, 1280, 320),
        Conv(320, 64, 320, 3, 1, 1 / 2.3), Conv(640, 64, 320, 3, 1, 1 / 2.3), Conv(640, 32, 640, 3, 1, 1 / 2.3), Conv(1920, 32, 640, 3, 1, 1 / 2.3),
        Conv(1280, 16, 1280, 3, 1, 1 / 0.85), Conv(1280, 8, 1280, 3, 1, 1 / 0.85), Conv(512, 64, 512, 3, 1, 1 / 2.3), Conv(128, 512, 128, 3, 1, 1 / 2.3),
        Conv(320, 64, 320, 1, 1, 1.05), Conv(4, 64, 320, 3, 1, 1.05), Conv(320, 64, 320, 3, 2, 1 / 0.85),
        Attention(8, 4096, 4096, 40, 1 / 1.8), Attention(8, 4096, 77, 40, 1), Attention(8, 1024, 1024, 80, 1), Attention(8, 256, 256, 160, 1), Attention(12, 77, 77, 64, 1),
    ];

    public static IEnumerable<Benchmark> All =>
    [
        new("tensors", "matrix products, convolutions and attention of a diffusion step, beside OpenBLAS and PyTorch", report => RunAsync(report, "")),
    ];

    /// <summary>Measures the cases whose name contains a text.</summary>
    internal static Task RunAsync(Report report, string only)
    {
        foreach (int threads in (int[])[.. new[] { 1, Environment.ProcessorCount }.Distinct()])
        {
            report.Line($"threads: {threads}", threads == 1 ? "CPU time" : "wall time", "peer time x factor");
            using CpuBackend backend = new(new CpuBackendOptions { Threads = threads });
            using TensorPeer? peer = TensorPeer.Start(threads);
            if (peer is null)
            {
                report.Missing("PyTorch", "not installed (Debian: python3-torch)");
            }

            foreach ((string op, double giga, double goal) in s_cases)
            {
                if (op.Contains(only, StringComparison.Ordinal))
                {
                    Measure(report, backend, peer, op, giga, goal);
                }
            }
        }

        return Task.CompletedTask;
    }

    private static void Measure(Report report, CpuBackend backend, TensorPeer? peer, string op, double giga, double goal)
    {
        using TensorScope scope = TensorScope.Begin();
        Func<Tensor> work = Prepare(backend, op);
        double[] ours = new double[Rounds];
        double[] theirs = new double[Rounds];
        for (int i = 0; i < Rounds; i++)
        {
            ours[i] = Best(work, backend.Options.Threads == 1);
            theirs[i] = peer?.Ask(op) ?? double.NaN;
        }

        Array.Sort(ours);
        Array.Sort(theirs);
        (double mine, double other) = (Report.Median(ours), Report.Median(theirs));
        string speed = string.Create(CultureInfo.InvariantCulture, $"{mine,9:0.000} ms {giga / mine * 1000,7:0.0} GF/s");
        string beside = double.IsNaN(other) ? "" : string.Create(CultureInfo.InvariantCulture, $"{mine / other,7:0.00} x peer ({other:0.000} ms)");
        report.Line(op, speed + beside, string.Create(CultureInfo.InvariantCulture, $"<= {goal:0.00}"));
        backend.Trim();
    }

    private static double Best(Func<Tensor> work, bool cpu)
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

    private static Func<Tensor> Prepare(CpuBackend backend, string op)
    {
        string[] words = op.Split(' ');
        int[] n = [.. words.Skip(1).Select(word => int.Parse(word, CultureInfo.InvariantCulture))];
        Random random = new(1);
        Tensor Noise(params int[] shape) => backend.From([.. Enumerable.Range(0, (int)new Shape(shape).Count).Select(_ => random.NextSingle() - 0.5f)], new Shape(shape));
        switch (words[0])
        {
            case "linear":
                (Tensor x, Tensor weight, Tensor bias) = (Noise(n[0], n[2]), Noise(n[1], n[2]), Noise(n[1]));
                return () => backend.Linear(x, weight, bias);
            case "conv":
                (Tensor pixels, Tensor filters, Tensor shift) = (Noise(1, n[0], n[1], n[2]), Noise(n[3], n[0], n[4], n[4]), Noise(n[3]));
                return () => backend.Conv2d(pixels, filters, shift, new ConvOptions(n[5], n[4] / 2));
            default:
                (Tensor q, Tensor k, Tensor v) = (Heads(n[0], n[1], n[3]), Heads(n[0], n[2], n[3]), Heads(n[0], n[2], n[3]));
                return () => backend.Attention(q, k, v);
        }

        // As a network has them: a view of rows that hold all heads.
        Tensor Heads(int heads, int rows, int width) => Noise(1, rows, heads, width).Permute(0, 2, 1, 3);
    }

    private static (string Op, double Giga, double Goal) Linear(int m, int n, int k) => ($"linear {m} {n} {k}", 2e-9 * m * n * k, 1 / 0.95);

    private static (string Op, double Giga, double Goal) Conv(int channels, int size, int outChannels, int kernel, int stride, double goal) =>
        ($"conv {channels} {size} {size} {outChannels} {kernel} {stride}", 2e-9 * channels * outChannels * kernel * kernel * (size / stride) * (size / stride), goal);

    private static (string Op, double Giga, double Goal) Attention(int heads, int queries, int keys, int width, double goal) =>
        ($"attention {heads} {queries} {keys} {width}", 4e-9 * heads * queries * keys * width, goal);
}
