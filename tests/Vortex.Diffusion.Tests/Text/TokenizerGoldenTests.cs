using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Diffusion.Text;
using Vortex.Tensors;
using Vortex.Testing.Golden;

namespace Vortex.Diffusion.Tests.Text;

[Trait("kind", "golden")]
public sealed class TokenizerGoldenTests
{
    private static readonly PromptTokenizerOptions s_l = new("clip_l", 768, 49407);
    private static readonly PromptTokenizerOptions s_g = new("clip_g", 1280, 0);

    [Fact]
    public void Texts_become_the_tokens_of_the_reference()
    {
        ClipTokenizer words = Words();
        foreach (JsonElement entry in Entries("sd1.json"))
        {
            int[] ids = [words.Vocabulary.Start, .. words.Encode(Text(entry)), words.Vocabulary.End];
            Assert.True(Numbers(entry.GetProperty("plain_ids")).SequenceEqual(ids), $"'{Text(entry)}' became {string.Join(' ', ids)}");
        }
    }

    [Fact]
    public void Prompts_split_into_the_weighted_segments_of_the_reference()
    {
        foreach (JsonElement entry in Entries("sd1.json"))
        {
            string expected = string.Join('|', entry.GetProperty("segments").EnumerateArray().Select(s => $"{s[0].GetString()}:{s[1].GetDouble():R}"));
            Assert.Equal(expected, string.Join('|', PromptWeights.Parse(Text(entry)).Select(s => $"{s.Text}:{s.Weight:R}")));
        }
    }

    [Fact]
    public void Prompts_become_the_chunks_of_the_reference()
    {
        ClipTokenizer words = Words();
        foreach (JsonElement entry in Entries("sd1.json"))
        {
            AssertSame(entry, "chunks", new PromptTokenizer(words, s_l).Tokenize(Text(entry)));
        }

        foreach (JsonElement entry in Entries("sdxl.json"))
        {
            AssertSame(entry, "l", new PromptTokenizer(words, s_l).Tokenize(Text(entry)));
            AssertSame(entry, "g", new PromptTokenizer(words, s_g).Tokenize(Text(entry)));
        }

        foreach (JsonElement entry in Entries("disable_weights.json"))
        {
            AssertSame(entry, "chunks", new PromptTokenizer(words, s_l with { DisableWeights = true }).Tokenize(Text(entry)));
        }
    }

    [Fact]
    public void Textual_inversions_take_the_places_of_the_reference()
    {
        ClipTokenizer words = Words();
        using SomeEmbeddings embeddings = new(768, ("good", 1), ("two", 2));
        foreach (JsonElement entry in Entries("sd1_embeddings.json"))
        {
            AssertSame(entry, "chunks", new PromptTokenizer(words, s_l).Tokenize(Text(entry), embeddings), embeddings);
        }
    }

    private static ClipTokenizer Words() => new(SomeVocabulary.OrSkip());

    private static string Text(JsonElement entry) => entry.GetProperty("text").GetString()!;

    private static IEnumerable<int> Numbers(JsonElement list) => list.EnumerateArray().Select(number => number.GetInt32());

    private static JsonElement[] Entries(string file)
    {
        List<JsonElement> entries = [];
        foreach (GoldenCase found in GoldenCase.Find("09*"))
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(found.Folder, file)));
            entries.AddRange(document.RootElement.Clone().EnumerateArray());
        }

        Assert.NotEmpty(entries);
        return [.. entries];
    }

    private static void AssertSame(JsonElement entry, string part, ImmutableArray<ImmutableArray<PromptToken>> actual, SomeEmbeddings? embeddings = null)
    {
        JsonElement[] chunks = [.. entry.GetProperty(part).EnumerateArray()];
        Assert.Equal(chunks.Length, actual.Length);
        for (int i = 0; i < chunks.Length; i++)
        {
            string expected = string.Join(' ', chunks[i].EnumerateArray().Select(Describe));
            bool hasGroups = chunks[i][0].GetArrayLength() > 2;
            string got = string.Join(' ', actual[i].Select(t =>
                $"{(t.Embedding is null ? t.Id.ToString() : $"{embeddings!.NameOf(t.Embedding)}[{t.Id}]")}*{t.Weight:R}{(hasGroups ? $"@{t.Group}" : "")}"));
            Assert.True(expected == got, $"'{Text(entry)}' {part} {i}:\nexpected {expected}\nactual   {got}");
        }
    }

    private static string Describe(JsonElement token)
    {
        string id = token[0].ValueKind == JsonValueKind.Number
            ? token[0].ToString()
            : $"{token[0].GetProperty("embedding").GetString()}[{token[0].GetProperty("row")}]";
        return $"{id}*{token[1].GetDouble():R}{(token.GetArrayLength() > 2 ? $"@{token[2]}" : "")}";
    }
}
