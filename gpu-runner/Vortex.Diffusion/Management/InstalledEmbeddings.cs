using System.Collections.Concurrent;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Text;
using Vortex.Tensors;

namespace Vortex.Diffusion.Management;

/// <summary>Textual inversions of the <c>embeddings</c> folder, each read once.</summary>
/// <param name="models">Opens their files.</param>
internal sealed class InstalledEmbeddings(ModelManager models) : IEmbeddingSource
{
    private readonly ConcurrentDictionary<(string Digest, string Encoder), Lazy<Tensor>> _loaded = new();

    public Tensor? Find(string name, string encoder, int width) => models.Files.Find("embeddings", name) is { } file ? Of(file, encoder) : null;

    public Tensor Of(ModelFileRef file, string encoder) => _loaded.GetOrAdd((file.Digest, encoder), _ => new Lazy<Tensor>(() => Load(file, encoder))).Value;

    private Tensor Load(ModelFileRef file, string encoder)
    {
        using ModelLease<OpenModelFile> opened = models.Open(file);

        // A copy, since the file may be closed before the vectors are used again. They are few.
        return EmbeddingFile.Load(opened.Value.File, encoder, models.Backend).Clone().Detach();
    }
}
