using System.Diagnostics;
using System.Globalization;
using Vortex.Diffusion.Files;
using Vortex.Diffusion.Networks;
using Vortex.Diffusion.Text;
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
        new("diffusion", "SD1.5 UNet step, VAE decode to 512x512 and text encoding with random weights, beside PyTorch; opening of a checkpoint (diffusion:unet, :vae, :clip, :open for one)", RunAsync),
    ];

    private static Task RunAsync(Report report)
    {
        using CpuBackend backend = new();
        foreach ((string name, Action<Report, CpuBackend> measure) in ((string, Action<Report, CpuBackend>)[])[("unet", UNetStep), ("vae", Decoding), ("clip", Encoding), ("open", Opening)])
        {
            if (name.Contains(report.Only, StringComparison.Ordinal))
            {
                using TensorScope scope = TensorScope.Begin();
                measure(report, backend);
            }
        }

        return Task.CompletedTask;
    }

    private static void UNetStep(Report report, CpuBackend backend)
    {
        UNet unet = new(new WeightSet(DiffusionWeights.UNet(backend)), DiffusionWeights.Sd15);
        NetworkInput input = new()
        {
            Latent = Waves(backend, [1, 4, 64, 64]),
            Timesteps = backend.Full([1], 500),
            Context = Waves(backend, [1, 77, 768]),
        };
        Compare(report, backend, "unet", "UNet step, 64x64 latent", () => unet.Forward(input), "<= 0.70 (stretch 0.60)");
        report.Missing("UNet step against stable-diffusion.cpp", "no package of it is known; goal <= 0.30 of its time");
    }

    private static void Decoding(Report report, CpuBackend backend)
    {
        Autoencoder vae = Autoencoder.Load(DiffusionWeights.VaeDecoder(backend));
        Tensor latent = Waves(backend, [1, 4, 64, 64]);
        Compare(report, backend, "vae", "VAE decode to 512x512", () => vae.Decode(latent), "<= 0.60");
    }

    private static void Encoding(Report report, CpuBackend backend)
    {
        WeightSet text = new(DiffusionWeights.ClipL(backend));
        ClipTextModel clip = new(text, ClipTextConfig.Detect(text, Activation.QuickGelu));
        Tensor ids = backend.From([.. Enumerable.Range(0, 77).Select(i => (long)(i * 631 % 49408))], [1, 77]);
        Compare(report, backend, "clip", "CLIP-L, 77 tokens", () => Encode(clip, ids), "<= 0.90");
    }

    private static Tensor Encode(ClipTextModel clip, Tensor ids)
    {
        Tensor x = clip.Embed(ids).To(DType.Float32);
        clip.AddPositions(x);
        clip.Apply(x, 0, clip.Config.Layers, CancellationToken.None);
        return clip.Normalize(x);
    }

    private static void Opening(Report report, CpuBackend backend)
    {
        string path = Path.GetTempFileName();
        try
        {
            DiffusionWeights.WriteHollow(path);
            List<double> times = [];
            int count = 0;
            for (int i = 0; i < 11; i++)
            {
                long began = Stopwatch.GetTimestamp();
                using SafetensorsFile file = SafetensorsFile.Open(path);
                count = file.Tensors.Count;
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }

            report.Line("first opening of a checkpoint of 4.3 GB", string.Create(CultureInfo.InvariantCulture, $"{times[0],9:0.0} ms   ({count} tensors; the code is compiled in it)"), "-");
            report.Times("opening it again", [.. times.Skip(1).Order()], "<= 10 ms");
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Compare(Report report, CpuBackend backend, string network, string what, Func<Tensor> run, string goal)
    {
        using DiffusionPeer? peer = DiffusionPeer.Start(network, backend.Options.Threads);
        List<double> ours = [];
        List<double> theirs = [];
        // Short work is repeated until its code is compiled for good.
        int rounds = Rounds;
        for (double spent = 0; spent < 1000;)
        {
            double once = Time(run);
            peer?.Run();
            (spent, rounds) = (spent + once, once < 500 ? 15 : Rounds);
        }

        backend.ResetPeak();
        for (int round = 0; round < rounds; round++)
        {
            ours.Add(Time(run));
            if (peer?.Run() is { } time)
            {
                theirs.Add(time);
            }
        }

        double[] sorted = [.. ours.Order()];
        report.Times(what, sorted, goal + " x PyTorch");
        report.Line($"{what}, memory beside mapped weights", Bytes(backend.Memory.Peak) + $"   (pool {Bytes(backend.Memory.Reserved).Trim()})", "<= 1.5 GB");
        if (peer is null || theirs.Count < rounds)
        {
            report.Missing($"{what} against PyTorch", "not installed (Debian: python3-torch)");
            return;
        }

        report.Ratio($"{what} against PyTorch", Report.Median(sorted), Report.Median([.. theirs.Order()]), "PyTorch", goal);
        report.Line($"{what}, PyTorch's peak with weights", Bytes(peer.End()), "-");
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
