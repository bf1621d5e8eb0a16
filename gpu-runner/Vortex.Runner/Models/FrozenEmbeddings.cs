using System.Collections.Immutable;
using Vortex.Diffusion.Management;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Text;
using Vortex.Runs;
using Vortex.Tensors;

namespace Vortex.Runner.Models;

/// <summary>The textual inversions that a run was accepted with. A file that was replaced since then is <c>model.file_gone</c>, never a silent change.</summary>
/// <param name="models">Reads them.</param>
/// <param name="files">What was frozen, among them perhaps files that are no textual inversions.</param>
internal sealed class FrozenEmbeddings(ModelManager models, ImmutableArray<FileRef> files) : IEmbeddingSource
{
    // Where the file system does not tell cases apart, prompts need not either.
    private static readonly StringComparison s_names = OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    public Tensor? Find(string name, string encoder, int width)
    {
        string wanted = name.Replace('\\', '/');
        foreach (string extension in ModelFolders.LooseExtensions)
        {
            if (files.FirstOrDefault(file => file.ModelFolder == "embeddings" && file.Name.Equals(wanted + extension, s_names)) is { } file)
            {
                return models.Embedding(new ModelFileRef("embeddings", file.Name, file.Digest.Value), encoder);
            }
        }

        return null;
    }
}
