using System.Collections.Immutable;
using Vortex.Diffusion.Text;
using Vortex.Runner.Models;
using Vortex.Runs;

namespace Vortex.Local.Hosting;

/// <summary>Finds what a prompt may mean beside its words among the model folders: textual inversions, and the tokenizer's vocabulary.</summary>
/// <remarks>
/// A textual inversion counts when the prompt says <c>embedding:</c> and has the file's name anywhere. That takes in more than the prompt's grammar
/// would, and so never too little, whatever weights, commas and brackets stand around the name.
/// </remarks>
/// <param name="models">The model folders.</param>
/// <param name="vocabularyFolders">Where runners of this machine look for the vocabulary.</param>
internal sealed class PromptFileFinder(ModelFolders models, IReadOnlyList<string> vocabularyFolders)
{
    /// <summary>Finds the files.</summary>
    /// <param name="text">The prompt; null where it is not known yet.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>Ordered by folder and name.</returns>
    public ImmutableArray<FileRef> Find(string? text, CancellationToken cancellationToken)
    {
        ImmutableArray<FileRef>.Builder found = ImmutableArray.CreateBuilder<FileRef>();
        string? prompt = text is not null && text.Contains("embedding:", StringComparison.OrdinalIgnoreCase) ? text : text is null ? null : "";
        if (prompt != "")
        {
            foreach (string name in models.List("embeddings").Where(name => prompt is null || Mentions(prompt, name)))
            {
                Add(found, "embeddings", name, models.Locate("embeddings", name), cancellationToken);
            }
        }

        foreach (string path in ClipVocabularyFiles.Locate(vocabularyFolders))
        {
            Add(found, "vocabulary", Path.GetFileName(path), path, cancellationToken);
        }

        return found.ToImmutable();
    }

    // Brackets of a name are written with a backslash before them.
    private static bool Mentions(string prompt, string name)
    {
        string stem = Path.GetFileNameWithoutExtension(name);
        return prompt.Contains(stem, StringComparison.OrdinalIgnoreCase)
            || prompt.Replace("\\(", "(", StringComparison.Ordinal).Replace("\\)", ")", StringComparison.Ordinal).Contains(stem, StringComparison.OrdinalIgnoreCase);
    }

    // A file that cannot be read is told when a node wants it.
    private void Add(ImmutableArray<FileRef>.Builder found, string folder, string name, string? path, CancellationToken cancellationToken)
    {
        try
        {
            if (path is not null)
            {
                found.Add(new FileRef(name, new Digest(models.Digests.DigestOf(path, cancellationToken)), new FileInfo(path).Length) { ModelFolder = folder });
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return;
        }
    }
}
