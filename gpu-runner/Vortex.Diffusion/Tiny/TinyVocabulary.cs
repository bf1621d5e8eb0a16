using System.Text.Json;

namespace Vortex.Diffusion.Tiny;

/// <summary>Writes a vocabulary that spells words letter by letter, for tiny models: their text means nothing anyway.</summary>
/// <remarks>It has the form and the size of CLIP's, with marks at the same places, but none of its merges. Real models must not be used with it.</remarks>
public static class TinyVocabulary
{
    private const int Count = 49408;

    /// <summary>Writes <c>vocab.json</c> and <c>merges.txt</c> into a folder, replacing what is there.</summary>
    public static void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        Dictionary<string, int> tokens = new(Count, StringComparer.Ordinal);
        foreach (string symbol in Symbols().Concat(Symbols().Select(symbol => symbol + "</w>")))
        {
            tokens.Add(symbol, tokens.Count);
        }

        while (tokens.Count < Count - 2)
        {
            // No merge leads here; the numbers keep the marks at CLIP's places.
            tokens.Add($"<|unused{tokens.Count}|>", tokens.Count);
        }

        tokens.Add("<|startoftext|>", tokens.Count);
        tokens.Add("<|endoftext|>", tokens.Count);
        File.WriteAllBytes(Path.Combine(folder, "vocab.json"), JsonSerializer.SerializeToUtf8Bytes(tokens));
        File.WriteAllText(Path.Combine(folder, "merges.txt"), "#version: 0.2\n");
    }

    // Bytes as printable characters, the way byte-pair vocabularies write them: what prints stands for itself, the rest follows from 256 on.
    private static IEnumerable<string> Symbols()
    {
        int[] printable = [.. Enumerable.Range('!', '~' - '!' + 1), .. Enumerable.Range(0xA1, 0xAC - 0xA1 + 1), .. Enumerable.Range(0xAE, 0xFF - 0xAE + 1)];
        int others = 256 - printable.Length;
        return printable.Concat(Enumerable.Range(256, others)).Select(code => ((char)code).ToString());
    }
}
