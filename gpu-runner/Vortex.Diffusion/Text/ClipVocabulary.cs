using System.Text.Json;

namespace Vortex.Diffusion.Text;

/// <summary>The byte-pair vocabulary of CLIP's text encoders: 49408 tokens, the merges that make them, and the two marks of begin and end.</summary>
/// <remarks>
/// It is not part of the product. <see cref="ClipVocabularyFiles"/> finds it where it is installed. Immutable; safe to use from several threads.
/// The encoding is OpenAI's for CLIP: bytes become 256 printable characters, the last one of a word carries <c>&lt;/w&gt;</c>, pairs are joined in the order of the merges.
/// </remarks>
public sealed class ClipVocabulary
{
    /// <summary>The most merges that count; the published list goes on for other models.</summary>
    private const int MergeLimit = 49152 - 256 - 2;

    private const string EndOfWord = "</w>";

    private readonly int[] _bytes = new int[256];
    private readonly int[] _lastBytes = new int[256];
    private readonly Dictionary<long, (int Rank, int Token)> _merges;

    private ClipVocabulary(string name, Dictionary<string, int> tokens, string[] merges)
    {
        (Name, Count) = (name, tokens.Count);
        string[] symbols = ByteSymbols();
        for (int i = 0; i < 256; i++)
        {
            _bytes[i] = Token(tokens, symbols[i]);
            _lastBytes[i] = Token(tokens, symbols[i] + EndOfWord);
        }

        Start = Token(tokens, "<|startoftext|>");
        End = Token(tokens, "<|endoftext|>");
        _merges = new(merges.Length);
        for (int rank = 0; rank < merges.Length; rank++)
        {
            int space = merges[rank].IndexOf(' ', StringComparison.Ordinal);
            if (space <= 0 || merges[rank].IndexOf(' ', space + 1) >= 0)
            {
                throw Damaged($"merge {rank + 1} is not a pair");
            }

            (string left, string right) = (merges[rank][..space], merges[rank][(space + 1)..]);
            _merges.TryAdd(Pair(Token(tokens, left), Token(tokens, right)), (rank, Token(tokens, left + right)));
        }
    }

    /// <summary>Gets where it was read from, for messages.</summary>
    public string Name { get; }

    /// <summary>Gets the number of tokens.</summary>
    public int Count { get; }

    /// <summary>Gets the token that begins a text: 49406.</summary>
    public int Start { get; }

    /// <summary>Gets the token that ends a text: 49407.</summary>
    public int End { get; }

    /// <summary>Reads the pair of files that Hugging Face's tokenizers use.</summary>
    /// <param name="vocabulary">The content of <c>vocab.json</c>: token by text.</param>
    /// <param name="merges">The content of <c>merges.txt</c>: a line of version, then a pair a line.</param>
    /// <param name="name">What it is called in messages.</param>
    /// <exception cref="DiffusionException">They are damaged or do not fit each other.</exception>
    public static ClipVocabulary Parse(ReadOnlySpan<byte> vocabulary, string merges, string name)
    {
        try
        {
            Dictionary<string, int> tokens = JsonSerializer.Deserialize(vocabulary, VocabularyJson.Default.DictionaryStringInt32) ?? [];
            return new ClipVocabulary(name, tokens, Lines(merges));
        }
        catch (JsonException problem)
        {
            throw new DiffusionException(DiffusionCodes.FileDamaged, $"The tokenizer's vocabulary {name} is damaged: {problem.Message}");
        }
    }

    /// <summary>Builds the vocabulary from the merges alone, as OpenAI's own tokenizer does.</summary>
    /// <param name="merges">A line of version, then a pair a line.</param>
    /// <param name="name">What it is called in messages.</param>
    /// <exception cref="DiffusionException">They are damaged.</exception>
    public static ClipVocabulary FromMerges(string merges, string name)
    {
        string[] lines = Lines(merges);
        string[] symbols = ByteSymbols();
        int[] order = [.. Enumerable.Range(0, 256).OrderBy(value => symbols[value][0] > 255).ThenBy(value => value)];
        int place = 0;
        Dictionary<string, int> tokens = new(lines.Length + 514, StringComparer.Ordinal);
        foreach (string symbol in order.Select(value => symbols[value])
            .Concat(order.Select(value => symbols[value] + EndOfWord))
            .Concat(lines.Select(line => line.Replace(" ", "", StringComparison.Ordinal)))
            .Concat(["<|startoftext|>", "<|endoftext|>"]))
        {
            // The place in the list is the token, even where a text were made twice.
            tokens[symbol] = place++;
        }

        return new ClipVocabulary(name, tokens, lines);
    }

    /// <summary>Encodes the bytes of one word, joining pairs in the order of their ranks.</summary>
    internal int[] Encode(ReadOnlySpan<byte> word)
    {
        int length = word.Length;
        int[] tokens = new int[length];
        int[] ranks = new int[length];
        for (int i = 0; i < length; i++)
        {
            tokens[i] = i == length - 1 ? _lastBytes[word[i]] : _bytes[word[i]];
        }

        for (int i = 0; i < length - 1; i++)
        {
            ranks[i] = Rank(tokens[i], tokens[i + 1]);
        }

        while (length > 1)
        {
            int lowest = int.MaxValue;
            foreach (int rank in ranks.AsSpan(0, length - 1))
            {
                lowest = Math.Min(lowest, rank);
            }

            if (lowest == int.MaxValue)
            {
                break;
            }

            length = Join(tokens, ranks, length, lowest);
        }

        return tokens[..length];
    }

    /// <summary>Joins all pairs of one rank from left to right, in place, and returns how many tokens are left.</summary>
    private int Join(int[] tokens, int[] ranks, int length, int rank)
    {
        int written = 0;
        bool wasJoined = false;
        for (int read = 0; read < length;)
        {
            bool joins = read < length - 1 && ranks[read] == rank;
            int rankBefore = read > 0 ? ranks[read - 1] : int.MaxValue;
            int token = joins ? _merges[Pair(tokens[read], tokens[read + 1])].Token : tokens[read];
            if (written > 0)
            {
                // A pair of two that stayed keeps its rank: only new neighbours are looked up.
                ranks[written - 1] = joins || wasJoined ? Rank(tokens[written - 1], token) : rankBefore;
            }

            tokens[written++] = token;
            wasJoined = joins;
            read += joins ? 2 : 1;
        }

        return written;
    }

    private int Rank(int left, int right) => _merges.TryGetValue(Pair(left, right), out (int Rank, int Token) merge) ? merge.Rank : int.MaxValue;

    private int Token(Dictionary<string, int> tokens, string symbol) =>
        tokens.TryGetValue(symbol, out int token) && token >= 0 ? token : throw Damaged($"there is no token '{symbol}'");

    private DiffusionException Damaged(string what) => new(DiffusionCodes.FileDamaged, $"The tokenizer's vocabulary {Name} is damaged: {what}.");

    private static long Pair(int left, int right) => ((long)left << 32) | (uint)right;

    private static string[] Lines(string merges)
    {
        string[] lines = merges.Trim().Split('\n');
        return [.. lines.Skip(1).Take(MergeLimit).Select(line => line.TrimEnd('\r'))];
    }

    /// <summary>The printable character each byte stands for: itself where it is one, the next from U+0100 on otherwise.</summary>
    private static string[] ByteSymbols()
    {
        string[] symbols = new string[256];
        int next = 256;
        for (int value = 0; value < 256; value++)
        {
            bool isPrintable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            symbols[value] = ((char)(isPrintable ? value : next++)).ToString();
        }

        return symbols;
    }
}
