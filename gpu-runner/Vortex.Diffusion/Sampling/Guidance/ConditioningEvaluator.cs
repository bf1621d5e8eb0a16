using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Networks;
using Vortex.Tensors;

namespace Vortex.Diffusion.Sampling.Guidance;

/// <summary>Asks the network for every prompt that counts at a level, as many at once as go together, and joins the answers of each list.</summary>
internal sealed class ConditioningEvaluator(DiffusionModel model, CancellationToken cancellation) : IDisposable
{
    // Where no prompt covers a pixel its sum of 0 is divided by this.
    private const float Nothing = 1e-37f;

    // Texts of very different lengths are not worth evaluating at once.
    private const int MaxRepeats = 4;

    private readonly Dictionary<(ControlRequest Request, int Height, int Width), ControlHint> _hints = [];

    /// <summary>Gets the model.</summary>
    public DiffusionModel Model => model;

    /// <summary>Returns the clean latent for each list; zeros for a list that is null or has nothing at this level.</summary>
    /// <param name="lists">The lists.</param>
    /// <param name="x">The noisy latent.</param>
    /// <param name="sigma">Its noise level.</param>
    /// <param name="hooks">What is done between the network's blocks; null for the model's own.</param>
    public Tensor[] Evaluate(IReadOnlyList<PreparedEntry[]?> lists, Tensor x, float sigma, NetworkHooks? hooks = null)
    {
        List<Part> parts = [];
        for (int list = 0; list < lists.Count; list++)
        {
            parts.AddRange((lists[list] ?? []).Where(entry => entry.IsActive(sigma)).Select(entry => Part.Of(entry, list, x)));
        }

        List<Part> waiting = [.. parts];
        while (waiting.Count > 0)
        {
            List<Part> batch = NextBatch(waiting);
            EvaluateBatch(batch, x.Shape[0], sigma, hooks ?? model.Hooks);
        }

        return [.. Enumerable.Range(0, lists.Count).Select(list => Join([.. parts.Where(part => part.List == list)], x))];
    }

    public void Dispose()
    {
        foreach (ControlHint hint in _hints.Values)
        {
            hint.Dispose();
        }
    }

    private static Tensor Join(Part[] parts, Tensor x)
    {
        if (parts is [{ Entry: { IsPlain: true, Entry.Strength: 1 }, Answer: { } only }])
        {
            return only;
        }

        using TensorScope scope = TensorScope.Begin();
        ITensorBackend backend = x.Backend;
        Tensor sum = backend.Full(x.Shape, 0);
        Tensor count = backend.Full([x.Shape[0], 1, x.Shape[2], x.Shape[3]], Nothing);
        foreach (Part part in parts)
        {
            Tensor weights = part.Entry.Weights(x, part.Box);
            backend.BinaryInPlace(BinaryOp.Add, View(sum, part.Box), part.Answer! * weights);
            backend.BinaryInPlace(BinaryOp.Add, View(count, part.Box), weights);
        }

        return scope.Keep(sum / count);
    }

    private static Tensor View(Tensor x, AreaBox box) => x.Slice(2, box.Y, box.Height).Slice(3, box.X, box.Width);

    private List<Part> NextBatch(List<Part> waiting)
    {
        Part first = waiting[0];
        List<Part> batch = [.. waiting.Where(part => part.GoesWith(first))];
        long pixels = (long)first.Input.Shape[0] * first.Input.Shape[2] * first.Input.Shape[3];
        int most = (int)Math.Max(1, model.MaxBatchPixels / Math.Max(1, pixels));
        batch = batch[..Math.Min(batch.Count, most)];
        waiting.RemoveAll(batch.Contains);
        return batch;
    }

    private void EvaluateBatch(List<Part> batch, int pictures, float sigma, NetworkHooks hooks)
    {
        cancellation.ThrowIfCancellationRequested();
        using TensorScope scope = TensorScope.Begin();
        ITensorBackend backend = model.Backend;
        Tensor x = backend.Concat([.. batch.Select(part => part.Input)], 0);
        NetworkInput input = Input(batch, x, pictures, sigma) with { Hooks = WithBoxes(hooks, batch[0]) };
        input = input with { Control = Control(batch[0], input, sigma) };
        Tensor denoised = model.Sampling.CalculateDenoised(model.Network.Forward(input), x, sigma);
        for (int i = 0; i < batch.Count; i++)
        {
            batch[i].Answer = scope.Keep(batch.Count == 1 ? denoised : denoised.Slice(0, i * pictures, pictures));
        }
    }

    private NetworkInput Input(List<Part> batch, Tensor x, int pictures, float sigma)
    {
        ITensorBackend backend = model.Backend;
        Tensor latent = model.Sampling.CalculateInput(x, sigma);
        if (batch[0].Entry.Extra is not null)
        {
            latent = backend.Concat([latent, backend.Concat([.. batch.Select(part => View(SampledLatent.RepeatTo(part.Entry.Extra!, pictures), part.Box))], 0)], 1);
        }

        int tokens = batch.Select(part => part.Entry.Entry.Text.Shape[1]).Aggregate(LeastCommonMultiple);
        Tensor[] texts = [.. batch.Select(part => SampledLatent.RepeatTo(Repeat(part.Entry.Entry.Text, tokens), pictures))];
        Tensor[] vectors = [.. batch.Where(part => part.Entry.Vector is not null).Select(part => SampledLatent.RepeatTo(part.Entry.Vector!, pictures))];
        return new NetworkInput
        {
            Latent = latent,
            Timesteps = backend.Full([x.Shape[0]], model.Sampling.Timestep(sigma)),
            Context = texts.Length == 1 ? texts[0] : backend.Concat(texts, 0),
            Vector = vectors.Length switch { 0 => null, 1 => vectors[0], _ => backend.Concat(vectors, 0) },
            Kinds = [.. batch.Select(part => part.List)],
            Sigma = sigma,
            CancellationToken = cancellation,
        };
    }

    private NetworkHooks WithBoxes(NetworkHooks hooks, Part part)
    {
        if (part.Entry.Entry.Gligen is not { } request)
        {
            return hooks;
        }

        Gligen network = model.Gligens?.Invoke(request.Network)
            ?? throw new DiffusionException(DiffusionCodes.Mismatch, "This model cannot take text boxes.", "gligen_textbox_model");
        return hooks with { Attention = [.. hooks.Attention, network.Hook(request.Boxes, part.Box.Height, part.Box.Width)] };
    }

    private ControlResiduals? Control(Part part, NetworkInput input, float sigma)
    {
        ControlResiduals? residuals = null;
        foreach (ControlRequest request in part.Entry.Controls.Reverse())
        {
            if (sigma > model.Sampling.PercentToSigma(request.Start) || sigma < model.Sampling.PercentToSigma(request.End) || request.Strength == 0)
            {
                continue;
            }

            ControlNetwork network = model.Controls?.Invoke(request.Network)
                ?? throw new DiffusionException(DiffusionCodes.Mismatch, "This model cannot be steered by a control network.", "control_net");
            (int height, int width) = (part.Box.Height, part.Box.Width);
            if (!_hints.TryGetValue((request, height, width), out ControlHint? hint))
            {
                hint = network.Prepare(request.Hint, height, width);
                _hints.Add((request, height, width), hint);
            }

            residuals = network.Residuals(input, hint, request.Strength, residuals);
        }

        return residuals;
    }

    private static Tensor Repeat(Tensor text, int tokens) => text.Shape[1] == tokens ? text : text.Backend.Repeat(text, [1, tokens / text.Shape[1], 1]);

    private static int LeastCommonMultiple(int a, int b)
    {
        (int x, int y) = (a, b);
        while (y != 0)
        {
            (x, y) = (y, x % y);
        }

        return a / x * b;
    }

    /// <summary>A prompt and the part of the latent it is asked for.</summary>
    private sealed class Part(PreparedEntry entry, int list, AreaBox box, Tensor input)
    {
        public PreparedEntry Entry => entry;

        public int List => list;

        public AreaBox Box => box;

        public Tensor Input => input;

        public Tensor? Answer { get; set; }

        public static Part Of(PreparedEntry entry, int list, Tensor x)
        {
            AreaBox box = entry.Area ?? new AreaBox(x.Shape[2], x.Shape[3], 0, 0);
            return new Part(entry, list, box, entry.Area is null ? x : View(x, box));
        }

        public bool GoesWith(Part other)
        {
            Tensor text = Entry.Entry.Text;
            Tensor otherText = other.Entry.Entry.Text;
            int tokens = LeastCommonMultiple(text.Shape[1], otherText.Shape[1]);
            return Input.Shape == other.Input.Shape
                && text.Shape[2] == otherText.Shape[2]
                && tokens / Math.Min(text.Shape[1], otherText.Shape[1]) <= MaxRepeats
                && Entry.Vector?.Shape[1] == other.Entry.Vector?.Shape[1]
                && Entry.Extra?.Shape[1] == other.Entry.Extra?.Shape[1]
                && Entry.Entry.Gligen == other.Entry.Entry.Gligen
                && Entry.Controls.SequenceEqual(other.Entry.Controls);
        }
    }
}
