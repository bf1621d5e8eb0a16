using System.Collections.Immutable;
using Vortex.Diffusion.Text;
using Vortex.Runner.Models;
using Vortex.Runs;

namespace Vortex.Local.Hosting;

/// <summary>Finds what a prompt may mean beside its words among the model folders: textual inversions, and the tokenizer's vocabulary.</summary>
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
        if (PromptMentions.MayNameAny(text))
        {
            foreach (string name in models.List("embeddings").Where(name => PromptMentions.MayName(text, name)))
            {
                Add(found, "embeddings", name, models.Locate("embeddings", name), cancellationToken);
            }
        }

        foreach (string path in ClipVocabularyFiles.Locate(vocabularyFolders))
        {
            Add(found, FileRef.VocabularyFolder, Path.GetFileName(path), path, cancellationToken);
        }

        return found.ToImmutable();
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
