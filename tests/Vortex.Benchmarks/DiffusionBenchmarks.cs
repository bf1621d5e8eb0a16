using System.Diagnostics;
using System.Globalization;
using Vortex.Diffusion.Networks;
using Vortex.Diffusion.Vae;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;

namespace Vortex.Benchmarks;

/// <summary>Whole networks at the size of Stable Diffusion 1.5, beside PyTorch running the same ones in turn. Runs, not sums of operators.</summary>
internal static class DiffusionBenchmarks
{
    private const int Rounds = 3;

    public static IEnumerable<Benchmark> All =>
    [
        new("diffusion", "SD1.5 UNet step and VAE decode to 512x512 with random weights, beside PyTorch", RunAsync),
    ];

    private static Task RunAsync(Report report)
    {
        using CpuBackend backend = new();
        using TensorScope scope = TensorScope.Begin();
        UNet unet = new(new WeightSet(DiffusionWeights.UNet(backend)), DiffusionWeights.Sd15);
        NetworkInput input = new()
        {
            Latent = Waves(backend, [1, 4, 64, 64]),
            Timesteps = backend.Full([1], 500),
            Context = Waves(backend, [1, 77, 768]),
        };
        Compare(report, backend, "unet", "UNet step, 64x64 latent", () => unet.Forward(input), "<= 0.70 (stretch 0.60)");
        Autoencoder vae = Autoencoder.Load(DiffusionWeights.VaeDecoder(backend));
        Tensor latent = Waves(backend, [1, 4, 64, 64]);
        Compare(report, backend, "vae", "VAE decode to 512x512", () => vae.Decode(latent), "<= 0.60");
        return Task.CompletedTask;
    }

    private static void Compare(Report report, CpuBackend backend, string network, string what, Func<Tensor> run, string goal)
    {
        using DiffusionPeer? peer = DiffusionPeer.Start(network, backend.Options.Threads);
        List<double> ours = [];
        List<double> theirs = [];
        Time(run);
        peer?.Run();
        backend.ResetPeak();
        for (int round = 0; round < Rounds; round++)
        {
            ours.Add(Time(run));
            if (peer?.Run() is { } time)
            {
                theirs.Add(time);
            }
        }

        double[] sorted = [.. ours.Order()];
        report.Times(what, sorted, goal + " x PyTorch");
        report.Line($"{what}, tensors at the peak beside mapped weights", Bytes(backend.Memory.Peak), "weights + 1.5 GB");
        report.Line($"{what}, kept in the pool", Bytes(backend.Memory.Reserved), "-");
        if (peer is null || theirs.Count < Rounds)
        {
            report.Missing($"{what} against PyTorch", "not installed (Debian: python3-torch)");
            return;
        }

        report.Ratio($"{what} against PyTorch", Report.Median(sorted), Report.Median([.. theirs.Order()]), "PyTorch", goal);
        report.Line($"{what}, PyTorch's peak with its float32 weights", Bytes(peer.End()), "-");
    }

    private static double Time(Func<Tensor> run)
    {
        long began = Stopwatch.GetTimestamp();
        using TensorScope scope = TensorScope.Begin();
        run();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    private static string Bytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9,9:0.00} GB");

    private static Tensor Waves(CpuBackend backend, Shape shape)
    {
        float[] values = new float[shape.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = MathF.Sin(i * 0.7f) * 1.4f;
        }

        return backend.From(values, shape);
    }
}
