using System.Collections.Immutable;
using Vortex.Tensors;

namespace Vortex.Diffusion.Text;

/// <summary>Turns prompts into what a diffusion model listens to: the text encoders of one model with their tokenizers.</summary>
/// <remarks>Safe to use from several threads.</remarks>
public sealed class TextEncoder
{
    private readonly ImmutableArray<(ClipEncoder Encoder, PromptTokenizer Tokenizer)> _parts;

    internal TextEncoder(TextFamily family, ClipTokenizer words, params ImmutableArray<ClipEncoder> encoders)
    {
        Family = family;
        _parts = [.. encoders.Select(encoder =>
            (encoder, new PromptTokenizer(words, new PromptTokenizerOptions(encoder.Options.Name, encoder.Model.Config.Width, encoder.Options.Padding))))];
    }

    /// <summary>Gets which encoders they are.</summary>
    public TextFamily Family { get; }

    /// <summary>Gets the channels of the text.</summary>
    public int Width => _parts.Sum(part => part.Encoder.Model.Config.Width);

    /// <summary>Encodes a prompt; SDXL's two encoders see the same one.</summary>
    /// <param name="prompt">With weights, escapes and <c>embedding:name</c>.</param>
    /// <param name="clipSkip">What CLIPSetLastLayer says, -1 to -24; null for the family's own.</param>
    /// <param name="embeddings">Textual inversions; null to take <c>embedding:</c> for text.</param>
    /// <param name="cancellationToken">Stops between two blocks.</param>
    /// <exception cref="DiffusionException">The prompt is too long, nests too deep, or holds a weight that is not finite.</exception>
    public EncodedText Encode(string prompt, int? clipSkip = null, IEmbeddingSource? embeddings = null, CancellationToken cancellationToken = default)
    {
        List<string> warnings = [];
        return Encode([.. _parts.Select(part => part.Tokenizer.Tokenize(prompt, embeddings, warnings))], clipSkip, warnings, cancellationToken);
    }

    /// <summary>Encodes a prompt to one vector, before it is projected: what GLIGEN takes.</summary>
    /// <param name="prompt">As in the other method.</param>
    /// <param name="embeddings">As in the other method.</param>
    /// <param name="cancellationToken">As in the other method.</param>
    /// <returns>The last encoder's vector, [1, width], and sentences on textual inversions.</returns>
    /// <exception cref="DiffusionException">As in the other method.</exception>
    public (Tensor Pooled, ImmutableArray<string> Warnings) EncodeUnprojected(string prompt, IEmbeddingSource? embeddings = null, CancellationToken cancellationToken = default)
    {
        List<string> warnings = [];
        using TensorScope scope = TensorScope.Begin();
        (ClipEncoder encoder, PromptTokenizer tokenizer) = _parts[^1];
        (_, Tensor pooled) = encoder.Encode(tokenizer.Tokenize(prompt, embeddings, warnings), null, projects: false, warnings, cancellationToken);
        return (scope.Keep(pooled), [.. warnings.Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>Encodes one prompt for CLIP-L and one for bigG; the shorter one is filled with empty chunks.</summary>
    /// <param name="promptL">What CLIP-L sees.</param>
    /// <param name="promptG">What bigG sees.</param>
    /// <param name="clipSkip">As in the other method.</param>
    /// <param name="embeddings">As in the other method.</param>
    /// <param name="cancellationToken">As in the other method.</param>
    /// <exception cref="DiffusionException">As in the other method; or these are not SDXL's encoders.</exception>
    public EncodedText EncodePair(string promptL, string promptG, int? clipSkip = null, IEmbeddingSource? embeddings = null, CancellationToken cancellationToken = default)
    {
        if (Family != TextFamily.Sdxl)
        {
            throw new DiffusionException(DiffusionCodes.Mismatch, $"Two prompts are for SDXL's text encoders; these are those of {Family}.", "clip");
        }

        List<string> warnings = [];
        List<ImmutableArray<PromptToken>> l = [.. _parts[0].Tokenizer.Tokenize(promptL, embeddings, warnings)];
        List<ImmutableArray<PromptToken>> g = [.. _parts[1].Tokenizer.Tokenize(promptG, embeddings, warnings)];
        l.AddRange(Enumerable.Repeat(_parts[0].Tokenizer.Empty(), Math.Max(0, g.Count - l.Count)));
        g.AddRange(Enumerable.Repeat(_parts[1].Tokenizer.Empty(), Math.Max(0, l.Count - g.Count)));
        return Encode([[.. l], [.. g]], clipSkip, warnings, cancellationToken);
    }

    /// <summary>Encodes tokens: as many lists of chunks as there are encoders, CLIP-L before bigG.</summary>
    internal EncodedText Encode(
        ImmutableArray<ImmutableArray<ImmutableArray<PromptToken>>> tokens, int? clipSkip, List<string> warnings, CancellationToken cancellationToken)
    {
        using TensorScope scope = TensorScope.Begin();
        (Tensor Text, Tensor Pooled)[] results = [.. _parts.Select((part, i) => part.Encoder.Encode(tokens[i], clipSkip, warnings, cancellationToken))];
        Tensor text = results[0].Text;
        if (results.Length > 1)
        {
            // Textual inversions may have fewer vectors for one encoder: both are cut to the shorter.
            int length = results.Min(result => result.Text.Shape[1]);
            text = text.Backend.Concat([.. results.Select(result => result.Text.Shape[1] == length ? result.Text : result.Text.Slice(1, 0, length))], 2);
        }

        return new EncodedText(scope.Keep(text), scope.Keep(results[^1].Pooled), [.. warnings.Distinct(StringComparer.Ordinal)]);
    }
}
