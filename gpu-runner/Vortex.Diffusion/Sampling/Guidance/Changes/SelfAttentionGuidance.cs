using Vortex.Diffusion.Networks;
using Vortex.Tensors;

namespace Vortex.Diffusion.Sampling.Guidance.Changes;

/// <summary>Leads away from the answer for a latent that is blurred where the network attends most (Hong et al., 2023).</summary>
/// <remarks>
/// The map is that of the first self attention in the middle block, for the negative prompt. Latents of at most four pixels a side are left
/// as they are, since the blur does not fit into them.
/// </remarks>
/// <param name="scale">How far.</param>
/// <param name="blur">The deviation of the blur in latent pixels; 0 blurs nothing.</param>
/// <param name="map">Writes down what the network attends to; must be among the model's hooks.</param>
internal sealed class SelfAttentionGuidance(float scale, float blur, AttentionMap map) : GuidedChange
{
    private const int Kernel = 9;

    // A token counts where all others together attend to it more than evenly.
    private const float Threshold = 1;

    public override bool NeedsNegative => true;

    public override Tensor Apply(GuidedAnswer answer, Tensor guided)
    {
        if (Math.Min(guided.Shape[2], guided.Shape[3]) <= Kernel / 2)
        {
            return guided;
        }

        if (answer.Negative is null || map.Sums is not { } sums || sums.Length % guided.Shape[0] != 0)
        {
            throw new DiffusionException(
                DiffusionCodes.Mismatch,
                "Self-attention guidance goes by what the network attends to for the negative prompt. Use it with a guider that has a negative prompt for all of sampling, and a model whose middle block has attention.",
                "model");
        }

        using TensorScope scope = TensorScope.Begin();
        Tensor degraded = Degrade(answer.Unwanted, sums);
        Tensor asked = degraded + answer.X - answer.Unwanted;
        Tensor answered = answer.Evaluator.Evaluate([answer.Negative], asked, answer.Sigma)[0];
        return scope.Keep(guided + ((degraded - answered) * scale));
    }

    /// <summary>Finds the sides of the token grid that a map of so many tokens has, as near to the latent's proportions as divides.</summary>
    internal static (int Rows, int Columns) Grid(int tokens, int height, int width)
    {
        int near = Math.Max(1, (int)Math.Round(Math.Sqrt((double)height / width * tokens), MidpointRounding.ToEven));
        for (int i = 0; i < (int)(Math.Sqrt(tokens) / 2); i++)
        {
            foreach (int rows in (ReadOnlySpan<int>)[near + i, Math.Max(1, near - i)])
            {
                if (tokens % rows == 0)
                {
                    return (rows, tokens / rows);
                }
            }
        }

        return (1, tokens);
    }

    /// <summary>Blurs with a Gaussian of nine by nine pixels, mirrored at the edges.</summary>
    internal static Tensor Blur(Tensor x, float sigma)
    {
        if (sigma == 0)
        {
            return x;
        }

        double[] weights = [.. Enumerable.Range(0, Kernel).Select(i => Math.Exp(-0.5 * Math.Pow((i - (Kernel / 2)) / (double)sigma, 2)))];
        double sum = weights.Sum();
        float[] line = [.. weights.Select(weight => (float)(weight / sum))];
        float[] square = new float[x.Shape[1] * Kernel * Kernel];
        for (int i = 0; i < square.Length; i++)
        {
            square[i] = line[i / Kernel % Kernel] * line[i % Kernel];
        }

        const int Edge = Kernel / 2;
        Tensor padded = x.Backend.Pad(x, [Edge, Edge, Edge, Edge], PadMode.Reflect);
        return x.Backend.Conv2d(padded, x.Backend.From(square, [x.Shape[1], 1, Kernel, Kernel]), null, new ConvOptions(Groups: x.Shape[1]));
    }

    private Tensor Degrade(Tensor picture, float[] sums)
    {
        (int height, int width) = (picture.Shape[2], picture.Shape[3]);
        (int rows, int columns) = Grid(sums.Length / picture.Shape[0], height, width);
        ITensorBackend backend = picture.Backend;
        Tensor small = backend.From(Array.ConvertAll(sums, sum => sum > Threshold ? 1f : 0f), [picture.Shape[0], 1, rows, columns]);
        Tensor mask = backend.Interpolate(small, height, width, InterpolationMode.Nearest);
        return (Blur(picture, blur) * mask) + (picture * backend.Affine(mask, -1, 1));
    }
}

/// <summary>Writes down how much each token of the middle block is attended to by all others, for the negative prompt.</summary>
internal sealed class AttentionMap : IAttentionHook
{
    /// <summary>Gets the sums over all that attend, means over the heads: a row per picture; null before the first evaluation.</summary>
    public float[]? Sums { get; private set; }

    public Tensor? Attend(AttentionPlace place, Tensor query, Tensor keys, Tensor values)
    {
        int last = place is { Block: "middle", Index: 0, Depth: 0, IsCross: false } ? place.Input.Kinds.ToList().LastIndexOf(1) : -1;
        if (last >= 0)
        {
            using TensorScope scope = TensorScope.Begin();
            int pictures = query.Shape[0] / place.Input.Kinds.Count;
            Tensor q = Heads(query.Slice(0, last * pictures, pictures), place.Heads);
            Tensor k = Heads(keys.Slice(0, last * pictures, pictures), place.Heads);
            Tensor scores = q.Backend.Softmax(q.MatMul(k.Transpose(2, 3)) * (1 / MathF.Sqrt(q.Shape[3])), 3);
            Sums = q.Backend.Reduce(ReduceOp.Sum, scores.Mean([1]), [1]).ToArray();
        }

        return null;
    }

    private static Tensor Heads(Tensor x, int heads) => x.Reshape(x.Shape[0], x.Shape[1], heads, x.Shape[2] / heads).Permute(0, 2, 1, 3);
}
