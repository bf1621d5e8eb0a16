using System.Globalization;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;
using Vortex.Tensors.Noise;

namespace Vortex.Benchmarks;

/// <summary>One op at one shape: the words that a peer is asked with, and what is hoped for.</summary>
/// <param name="Op">The op and its sizes, apart by spaces.</param>
/// <param name="Giga">Its arithmetic, in billions of operations; 0 where memory decides.</param>
/// <param name="Goal">Most of our time as a share of the peer's.</param>
internal sealed record TensorCase(string Op, double Giga, double Goal)
{
    /// <summary>The shapes of a Stable Diffusion 1.5 step, of its decoder and of its text encoder.</summary>
    public static IReadOnlyList<TensorCase> All { get; } =
    [
        Linear(4096, 320, 320), Linear(4096, 2560, 320), Linear(4096, 320, 1280), Linear(1024, 640, 640), Linear(1024, 1280, 640),
        Linear(256, 1280, 1280), Linear(256, 10240, 1280), Linear(64, 1280, 1280), Linear(77, 768, 768), Linear(77, 3072, 768), Linear(1, 1280, 320),
        Linear(1024, 1024, 1024), Linear(2048, 2048, 2048),
        Linear(77, 768, 768, "linear16"), Linear(77, 3072, 768, "linear16"), Linear(4096, 320, 320, "linear16"),
        Conv(320, 64, 320, 3, 1, 1 / 2.3), Conv(640, 64, 320, 3, 1, 1 / 2.3), Conv(640, 32, 640, 3, 1, 1 / 2.3), Conv(1920, 32, 640, 3, 1, 1 / 2.3),
        Conv(1280, 16, 1280, 3, 1, 1 / 0.85), Conv(1280, 8, 1280, 3, 1, 1 / 0.85), Conv(512, 64, 512, 3, 1, 1 / 2.3), Conv(512, 128, 512, 3, 1, 1 / 2.3),
        Conv(256, 256, 256, 3, 1, 1 / 2.3), Conv(128, 512, 128, 3, 1, 1 / 2.3),
        Conv(320, 64, 320, 1, 1, 1.05), Conv(4, 64, 320, 3, 1, 1.05), Conv(320, 64, 320, 3, 2, 1 / 0.85),
        Conv(320, 64, 320, 3, 1, 1 / 0.85, "direct"), Conv(512, 64, 512, 3, 1, 1 / 0.85, "direct"), Conv(128, 512, 128, 3, 1, 1 / 0.85, "direct"),
        Attention(8, 4096, 4096, 40, 1 / 1.8), Attention(8, 4096, 77, 40, 1), Attention(8, 1024, 1024, 80, 1), Attention(8, 256, 256, 160, 1), Attention(12, 77, 77, 64, 1),
        new("groupnormsilu 320 64 64", 0, 0.5), new("groupnormsilu 128 512 512", 0, 0.5), new("groupnorm 320 64 64", 0, 0.5),
        new("silu 1310720", 0, 0.5), new("silu 33554432", 0, 0.5), new("layernorm 4096 320", 0, 0.5), new("layernorm 1024 640", 0, 0.5),
        new("softmax 8192 4096", 0, 1), new("softmax 32768 77", 0, 1), new("nearest 640 32 32", 0, 1), new("nearest 256 256 256", 0, 1), new("add 1310720", 0, 1.1),
        new("randn 16777216", 0, 1), new("half 16777216", 0, 1),
    ];

    /// <summary>Returns whether it is a product of at least 64 rows, as which the goal of a geometric mean counts it.</summary>
    public bool IsLinear => Op.StartsWith("linear ", StringComparison.Ordinal) && !Op.StartsWith("linear 1 ", StringComparison.Ordinal);

    /// <summary>Makes its operands and returns the work.</summary>
    public Func<Tensor?> Prepare(CpuBackend backend)
    {
        string[] words = Op.Split(' ');
        int[] n = [.. words.Skip(1).Where(word => char.IsAsciiDigit(word[0])).Select(word => int.Parse(word, CultureInfo.InvariantCulture))];
        Random random = new(1);
        Tensor Noise(params int[] shape)
        {
            float[] values = new float[new Shape(shape).Count];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = random.NextSingle() - 0.5f;
            }

            return backend.From(values, new Shape(shape));
        }

        switch (words[0])
        {
            case "linear":
                (Tensor x, Tensor weight, Tensor bias) = (Noise(n[0], n[2]), Noise(n[1], n[2]), Noise(n[1]));
                return () => backend.Linear(x, weight, bias);
            case "linear16":
                (Tensor input, Tensor halfWeight, Tensor add) = (Noise(n[0], n[2]), backend.Convert(Noise(n[1], n[2]), DType.Float16), Noise(n[1]));
                return () => backend.Linear(input, halfWeight, add);
            case "conv" or "direct":
                (Tensor pixels, Tensor filters, Tensor shift) = (Noise(1, n[0], n[1], n[2]), Noise(n[3], n[0], n[4], n[4]), Noise(n[3]));
                return () => backend.Conv2d(pixels, filters, shift, new ConvOptions(n[5], n[4] / 2));
            case "attention":
                (Tensor q, Tensor k, Tensor v) = (Heads(n[0], n[1], n[3]), Heads(n[0], n[2], n[3]), Heads(n[0], n[2], n[3]));
                return () => backend.Attention(q, k, v);
            case "groupnorm" or "groupnormsilu":
                (Tensor map, Tensor scale, Tensor move) = (Noise(1, n[0], n[1], n[2]), Noise(n[0]), Noise(n[0]));
                Activation activation = words[0] == "groupnorm" ? Activation.None : Activation.Silu;
                return () => backend.GroupNorm(map, 32, scale, move, 1e-5f, activation);
            case "layernorm":
                (Tensor rows, Tensor gain, Tensor offset) = (Noise(n[0], n[1]), Noise(n[1]), Noise(n[1]));
                return () => backend.LayerNorm(rows, gain, offset, 1e-5f);
            case "silu":
                Tensor values = Noise(n[0]);
                return () => backend.Unary(UnaryOp.Silu, values);
            case "softmax":
                Tensor scores = Noise(n[0], n[1]);
                return () => backend.Softmax(scores, 1);
            case "nearest":
                Tensor small = Noise(1, n[0], n[1], n[2]);
                return () => backend.Interpolate(small, 2 * n[1], 2 * n[2], InterpolationMode.Nearest);
            case "add":
                (Tensor a, Tensor b) = (Noise(n[0]), Noise(n[0]));
                return () => backend.Binary(BinaryOp.Add, a, b);
            case "half":
                Tensor halves = backend.Convert(Noise(n[0]), DType.Float16);
                return () => backend.Convert(halves, DType.Float32);
            case "randn":
                float[] room = new float[n[0]];
                return () =>
                {
                    new NormalSource(1).Fill(room);
                    return null;
                };
            default:
                throw new InvalidOperationException($"There is no op '{words[0]}'.");
        }

        // As a network has them: a view of rows that hold all heads.
        Tensor Heads(int heads, int rows, int width) => Noise(1, rows, heads, width).Permute(0, 2, 1, 3);
    }

    // linear16: weights in float16, computed in float32; the peer's are float32.
    private static TensorCase Linear(int m, int n, int k, string op = "linear") => new($"{op} {m} {n} {k}", 2e-9 * m * n * k, 1 / 0.95);

    private static TensorCase Conv(int channels, int size, int outChannels, int kernel, int stride, double goal, string op = "conv") =>
        new($"{op} {channels} {size} {size} {outChannels} {kernel} {stride}", 2e-9 * channels * outChannels * kernel * kernel * (size / stride) * (size / stride), goal);

    private static TensorCase Attention(int heads, int queries, int keys, int width, double goal) =>
        new($"attention {heads} {queries} {keys} {width}", 4e-9 * heads * queries * keys * width, goal);
}
