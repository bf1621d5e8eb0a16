using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Text;
using Vortex.Diffusion.Vision;

namespace Vortex.Diffusion.Management;

public sealed partial class ModelManager
{
    private readonly Lock _vocabularyGate = new();
    private ClipTokenizer? _words;
    private InstalledEmbeddings? _embeddings;

    /// <summary>Gets the textual inversions of the <c>embeddings</c> folder, for prompts that name them.</summary>
    public IEmbeddingSource Embeddings => _embeddings ?? Interlocked.CompareExchange(ref _embeddings, new InstalledEmbeddings(this), null) ?? _embeddings;

    /// <summary>Gets the tokenizer. Its vocabulary is looked for until it is found, so that installing it needs no restart.</summary>
    /// <exception cref="DiffusionException">There is no vocabulary (<see cref="DiffusionCodes.VocabularyMissing"/>), or it is damaged.</exception>
    public ClipTokenizer Words
    {
        get
        {
            lock (_vocabularyGate)
            {
                return _words ??= new ClipTokenizer(ClipVocabularyFiles.Load(Options.VocabularyFolders, Options.VocabularyFolders is [.., string last] ? last : "."));
            }
        }
    }

    /// <summary>Leases text encoders. CLIPSetLastLayer's option is for who encodes: it makes no other network.</summary>
    /// <exception cref="DiffusionException">As for <see cref="Model"/>; or there is no vocabulary.</exception>
    public ModelLease<LoadedText> Text(TextRecipe recipe) => Lease<LoadedText>(recipe, builder =>
    {
        ClipTokenizer words = Words;
        (NetworkWeights weights, TextFamily family) = builder.Text(recipe);
        return (new LoadedText(TextEncoders.Create(family, weights.Weights, words), builder.Warnings), weights.StoredBytes);
    });

    /// <summary>Leases a picture encoder.</summary>
    /// <exception cref="DiffusionException">As for <see cref="Model"/>.</exception>
    public ModelLease<VisionEncoder> Vision(VisionRecipe recipe) => Lease<VisionEncoder>(recipe, builder =>
    {
        NetworkWeights weights = builder.Vision(recipe);
        return (new VisionEncoder(weights.Weights), weights.StoredBytes);
    });
}
