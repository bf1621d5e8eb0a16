using System.Collections.Concurrent;
using System.Collections.Immutable;
using Vortex.Tensors;

namespace Vortex.Diffusion.Text;

/// <summary>Encodes chunks of weighted tokens with one CLIP text model, as ComfyUI does.</summary>
/// <remarks>
/// A weight moves a token away from the same place of the empty prompt, or towards it: empty + (text - empty) * weight. Blocks after the one whose output is
/// taken run for the first chunk alone, since only its pooled text is used; the empty prompt is encoded once per layer. Safe to use from several threads.
/// </remarks>
public sealed class ClipEncoder(ClipTextModel model, ClipEncoderOptions options)
{
    /// <summary>Chunks encoded at once: bounds the memory of long prompts.</summary>
    private const int ChunksAtOnce = 8;

    private readonly ConcurrentDictionary<(int Layer, int Length), Tensor> _empty = new();

    /// <summary>Gets the model.</summary>
    public ClipTextModel Model => model;

    /// <summary>Gets how it is used.</summary>
    public ClipEncoderOptions Options => options;

    /// <summary>Encodes.</summary>
    /// <param name="chunks">At least one chunk; all of the same length, at most the model's positions.</param>
    /// <param name="clipSkip">The block whose output is taken, -1 for the last one; null for the family's. More than the model has means its normalised last one.</param>
    /// <param name="warnings">Takes a sentence for each textual inversion of another width; may be null.</param>
    /// <param name="cancellationToken">Stops between two blocks.</param>
    /// <returns>[1, tokens, width] and [1, width], kept for the caller's scope.</returns>
    /// <exception cref="DiffusionException">A weight is not finite, or a token is not one of the model's.</exception>
    public (Tensor Text, Tensor Pooled) Encode(
        ImmutableArray<ImmutableArray<PromptToken>> chunks, int? clipSkip = null, ICollection<string>? warnings = null, CancellationToken cancellationToken = default) =>
        Encode(chunks, clipSkip, options.ProjectsPooled, warnings, cancellationToken);

    /// <summary>As the other one; says whether the pooled text is projected.</summary>
    internal (Tensor Text, Tensor Pooled) Encode(
        ImmutableArray<ImmutableArray<PromptToken>> chunks, int? clipSkip, bool projects, ICollection<string>? warnings, CancellationToken cancellationToken)
    {
        Check(chunks);
        using TensorScope scope = TensorScope.Begin();
        int layer = LayerOf(clipSkip);
        List<Tensor> texts = [];
        Tensor? pooled = null;
        for (int first = 0; first < chunks.Length; first += ChunksAtOnce)
        {
            ImmutableArray<PromptToken>[] some = [.. chunks.Skip(first).Take(ChunksAtOnce)];
            (Tensor text, Tensor? firstPooled) = Forward(some, layer, withPooled: first == 0, projects, warnings, cancellationToken);
            pooled ??= firstPooled;
            Weigh(text, some, layer, cancellationToken);
            texts.Add(text.Reshape(1, -1, model.Config.Width));
        }

        Tensor whole = texts.Count == 1 ? texts[0] : model.Backend.Concat(texts, 1);
        return (scope.Keep(whole), scope.Keep(pooled!));
    }

    /// <summary>Returns every block's output for one chunk, each raw and normalised; for comparing with the reference.</summary>
    internal (Tensor Embedded, Tensor[] Raw, Tensor[] Normalized, Tensor Pooled, Tensor Projected) Trace(ImmutableArray<PromptToken> chunk)
    {
        (Tensor x, int[] ends) = Embed([chunk], null);
        Tensor embedded = x.Clone();
        List<Tensor> raw = [];
        for (int i = 0; i < model.Config.Layers; i++)
        {
            model.Apply(x, i, i + 1, default);
            raw.Add(x.Clone());
        }

        Tensor[] normalized = [.. raw.Select(model.Normalize)];
        Tensor pooled = normalized[^1].Slice(1, ends[0], 1).Reshape(1, model.Config.Width);
        return (embedded, [.. raw], normalized, pooled, model.Project(pooled));
    }

    /// <summary>The number of blocks that run before the output is taken; beyond the last one means the normalised end.</summary>
    private int LayerOf(int? clipSkip)
    {
        int layers = model.Config.Layers;
        int? layer = clipSkip ?? options.DefaultLayer;
        return layer is not { } given || given >= 0 || -given > layers ? layers + 1 : layers + 1 + given;
    }

    private (Tensor Text, Tensor? Pooled) Forward(
        ImmutableArray<PromptToken>[] chunks, int layer, bool withPooled, bool projects, ICollection<string>? warnings, CancellationToken cancellationToken)
    {
        int layers = model.Config.Layers;
        int blocks = Math.Min(layer, layers);
        (Tensor x, int[] ends) = Embed(chunks, warnings);
        model.Apply(x, 0, blocks, cancellationToken);
        bool isNormalized = layer > layers || options.NormalizesLayer;
        Tensor text = isNormalized ? model.Normalize(x) : x;
        if (!withPooled)
        {
            return (text, null);
        }

        // Tokens after the end do not reach it; neither do other chunks.
        int seen = ends[0] + 1;
        Tensor rest = x.Slice(0, 0, 1).Slice(1, 0, seen);
        if (blocks < layers)
        {
            rest = rest.Clone();
            model.Apply(rest, blocks, layers, cancellationToken);
        }

        Tensor pooled = model.Normalize(rest.Slice(1, ends[0], 1).Clone()).Reshape(1, model.Config.Width);
        return (text, projects ? model.Project(pooled) : pooled);
    }

    /// <summary>Looks up tokens and textual inversions, adds positions, and finds the end of each text.</summary>
    private (Tensor X, int[] Ends) Embed(ImmutableArray<PromptToken>[] chunks, ICollection<string>? warnings)
    {
        int length = chunks[0].Length;
        long[] ids = new long[chunks.Length * length];
        int[] ends = new int[chunks.Length];
        List<(int Chunk, int Place, Tensor Rows, int Row)> vectors = [];
        for (int c = 0; c < chunks.Length; c++)
        {
            Span<long> row = ids.AsSpan(c * length, length);
            row.Fill(options.Padding);
            (int place, int counted, bool ended) = (0, 0, false);
            foreach (PromptToken token in chunks[c])
            {
                if (token.Embedding is { } embedding)
                {
                    if (embedding.Shape[-1] != model.Config.Width)
                    {
                        // What does not fit goes; the tokens after it move up, and padding fills the end.
                        warnings?.Add($"A textual inversion of width {embedding.Shape[-1]} does not fit {options.Name}, whose width is {model.Config.Width}; it was left out.");
                        continue;
                    }

                    vectors.Add((c, place++, embedding, token.Id));
                    counted++;
                    continue;
                }

                row[place++] = token.Id;
                counted += ended ? 0 : 1;
                ended |= token.Id == options.End;
            }

            ends[c] = counted - 1;
        }

        Tensor x = model.Embed(model.Backend.From(ids, [chunks.Length, length]));
        foreach ((int chunk, int place, Tensor rows, int row) in vectors)
        {
            Tensor vector = (rows.Rank == 1 ? rows : rows.Slice(0, row, 1)).To(DType.Float32);
            model.Backend.CopyInto(x.Slice(0, chunk, 1).Slice(1, place, 1), vector.Reshape(1, 1, model.Config.Width));
        }

        model.AddPositions(x);
        return (x, ends);
    }

    /// <summary>Applies the weights in place; tokens that count as they are stay untouched.</summary>
    private void Weigh(Tensor text, ImmutableArray<PromptToken>[] chunks, int layer, CancellationToken cancellationToken)
    {
        if (!chunks.Any(chunk => chunk.Any(token => token.Weight != 1)))
        {
            return;
        }

        Tensor empty = Empty(layer, chunks[0].Length, cancellationToken);
        for (int c = 0; c < chunks.Length; c++)
        {
            for (int begin = 0, end; begin < chunks[c].Length; begin = end)
            {
                double weight = chunks[c][begin].Weight;
                end = begin + 1;
                while (end < chunks[c].Length && chunks[c][end].Weight == weight)
                {
                    end++;
                }

                if (weight != 1)
                {
                    Tensor place = text.Slice(0, c, 1).Slice(1, begin, end - begin);
                    Tensor origin = empty.Slice(1, begin, end - begin);
                    Tensor moved = (place - origin) * (float)weight;
                    model.Backend.BinaryInPlace(BinaryOp.Add, moved, origin);
                    model.Backend.CopyInto(place, moved);
                }
            }
        }
    }

    private Tensor Empty(int layer, int length, CancellationToken cancellationToken)
    {
        if (_empty.TryGetValue((layer, length), out Tensor? known))
        {
            return known;
        }

        using TensorScope scope = TensorScope.Begin();
        PromptToken[] tokens = [.. Enumerable.Range(0, length).Select(i => new PromptToken(i == 0 ? options.Start : i == 1 ? options.End : options.Padding, 1, 0))];
        Tensor empty = Forward([[.. tokens]], layer, withPooled: false, projects: false, null, cancellationToken).Text.Detach();
        return _empty.GetOrAdd((layer, length), empty);
    }

    private void Check(ImmutableArray<ImmutableArray<PromptToken>> chunks)
    {
        int length = chunks[0].Length;
        foreach (ImmutableArray<PromptToken> chunk in chunks)
        {
            if (chunk.Length != length || length > model.Config.Positions)
            {
                throw new DiffusionException(DiffusionCodes.Mismatch, $"A chunk of {chunk.Length} tokens does not fit {options.Name}, which takes {model.Config.Positions}.");
            }

            foreach (PromptToken token in chunk)
            {
                if (!double.IsFinite(token.Weight))
                {
                    throw new DiffusionException(DiffusionCodes.OutOfRange, "A weight in the prompt is not a finite number.", "text");
                }

                if (token.Embedding is null && (token.Id < 0 || token.Id >= model.Config.Vocabulary))
                {
                    throw new DiffusionException(DiffusionCodes.Mismatch, $"{options.Name} knows {model.Config.Vocabulary} tokens; the prompt holds token {token.Id}.");
                }
            }
        }
    }
}
