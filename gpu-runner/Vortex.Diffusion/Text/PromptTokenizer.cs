using System.Collections.Immutable;
using Vortex.Tensors;

namespace Vortex.Diffusion.Text;

/// <summary>What tells the tokenizers of the encoders apart.</summary>
/// <param name="Encoder">The encoder's name: <c>clip_l</c>, <c>clip_g</c> or <c>clip_h</c>.</param>
/// <param name="Width">The width of its token embeddings.</param>
/// <param name="Padding">The token that fills a chunk: the end token for CLIP-L, 0 for the OpenCLIP ones.</param>
public sealed record PromptTokenizerOptions(string Encoder, int Width, int Padding)
{
    /// <summary>Gets whether parentheses are plain text.</summary>
    public bool DisableWeights { get; init; }
}

/// <summary>Turns a prompt into chunks of 77 tokens with weights: begin, up to 75 tokens, end, padding.</summary>
/// <remarks>
/// The parts of a prompt (what lies between weights and textual inversions) fill chunk after chunk. A part of fewer than eight tokens that does not
/// fit any more begins the next chunk; a longer one is cut. The empty prompt is one chunk.
/// </remarks>
public sealed class PromptTokenizer(ClipTokenizer words, PromptTokenizerOptions options)
{
    /// <summary>The tokens of a chunk, begin and end among them.</summary>
    public const int ChunkLength = 77;

    /// <summary>The longest prompt, in characters.</summary>
    public const int LengthLimit = 1_000_000;

    private const int LongPart = 8;
    private const string EmbeddingMark = "embedding:";

    /// <summary>Tokenizes.</summary>
    /// <param name="prompt">What the user wrote.</param>
    /// <param name="embeddings">Textual inversions; null to take <c>embedding:</c> for text.</param>
    /// <param name="warnings">Takes a sentence for each textual inversion that is missing; may be null.</param>
    /// <exception cref="DiffusionException">The prompt is longer than <see cref="LengthLimit"/> or nests too deep.</exception>
    public ImmutableArray<ImmutableArray<PromptToken>> Tokenize(string prompt, IEmbeddingSource? embeddings = null, ICollection<string>? warnings = null)
    {
        if (prompt.Length > LengthLimit)
        {
            throw new DiffusionException(DiffusionCodes.OutOfRange, $"The prompt has {prompt.Length} characters; {LengthLimit} are the most.", "text");
        }

        List<List<PromptToken>> parts = [];
        foreach (PromptSegment segment in options.DisableWeights ? PromptWeights.Plain(prompt) : PromptWeights.Parse(prompt))
        {
            foreach (string piece in Pieces(segment.Text))
            {
                AddParts(piece, segment.Weight, parts, embeddings, warnings);
            }
        }

        return Chunks(parts);
    }

    /// <summary>Returns the chunk of the empty prompt.</summary>
    public ImmutableArray<PromptToken> Empty() => Chunks([])[0];

    private void AddParts(string piece, double weight, List<List<PromptToken>> parts, IEmbeddingSource? embeddings, ICollection<string>? warnings)
    {
        if (embeddings is not null && piece.StartsWith(EmbeddingMark, StringComparison.Ordinal))
        {
            (string name, string rest) = NameAndRest(piece[EmbeddingMark.Length..].Trim('\n'));
            Tensor? found = name.Length == 0 ? null : embeddings.Find(name, options.Encoder, options.Width);
            string bare = name.Trim(',');
            if (found is null && bare.Length < name.Length)
            {
                // The comma after a name is text, unless the name has one.
                found = bare.Length == 0 ? null : embeddings.Find(bare, options.Encoder, options.Width);
                rest = $"{name[bare.Length..]} {rest}";
            }

            if (found is null)
            {
                warnings?.Add($"There is no textual inversion '{bare}'; it was left out.");
            }
            else
            {
                parts.Add([.. Enumerable.Range(0, found.Rank == 1 ? 1 : found.Shape[0]).Select(row => new PromptToken(row, weight, 0, found))]);
            }

            if (rest.Length == 0)
            {
                return;
            }

            piece = rest;
        }

        parts.Add([.. words.Encode(piece).Select(token => new PromptToken(token, weight, 0))]);
    }

    private ImmutableArray<ImmutableArray<PromptToken>> Chunks(List<List<PromptToken>> parts)
    {
        List<List<PromptToken>> chunks = [[Mark(words.Vocabulary.Start)]];
        for (int number = 0; number < parts.Count; number++)
        {
            List<PromptToken> part = parts[number];
            for (int done = 0; done < part.Count;)
            {
                int left = ChunkLength - 1 - chunks[^1].Count;
                int count = part.Count - done <= left ? part.Count - done : part.Count >= LongPart ? left : 0;
                chunks[^1].AddRange(part.Skip(done).Take(count).Select(token => token with { Group = number + 1 }));
                done += count;
                if (done < part.Count)
                {
                    Close(chunks[^1]);
                    chunks.Add([Mark(words.Vocabulary.Start)]);
                }
            }
        }

        Close(chunks[^1]);
        return [.. chunks.Select(chunk => chunk.ToImmutableArray())];
    }

    private void Close(List<PromptToken> chunk)
    {
        chunk.Add(Mark(words.Vocabulary.End));
        while (chunk.Count < ChunkLength)
        {
            chunk.Add(Mark(options.Padding));
        }
    }

    private static PromptToken Mark(int id) => new(id, 1, 0);

    /// <summary>Cuts a text before each <c>embedding:</c> that follows a space or a new line, which goes away.</summary>
    private static IEnumerable<string> Pieces(string text)
    {
        string[] pieces = text.Split([" " + EmbeddingMark, "\n" + EmbeddingMark], StringSplitOptions.None);
        return pieces.Select((piece, i) => i == 0 ? piece : EmbeddingMark + piece).Where(piece => piece.Length > 0);
    }

    private static (string Name, string Following) NameAndRest(string text)
    {
        string[] words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 0 ? ("", "") : (words[0], string.Join(' ', words.Skip(1)));
    }
}
