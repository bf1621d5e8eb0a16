using System.Globalization;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Text;
using Vortex.Diffusion.Vision;
using Vortex.Tensors;

namespace Vortex.Diffusion.Management;

public sealed partial class ModelManager
{
    private readonly Lock _vocabularyGate = new();
    private (ClipTokenizer Words, string Stamp)? _words;
    private InstalledEmbeddings? _embeddings;

    /// <summary>Gets the textual inversions of the <c>embeddings</c> folder, for prompts that name them.</summary>
    public IEmbeddingSource Embeddings => _embeddings ?? Interlocked.CompareExchange(ref _embeddings, new InstalledEmbeddings(this), null) ?? _embeddings;

    /// <summary>Gets the tokenizer. Its vocabulary is looked for each time and read when it has changed, so that installing or replacing it needs no restart.</summary>
    /// <exception cref="DiffusionException">There is no vocabulary (<see cref="DiffusionCodes.VocabularyMissing"/>), or it is damaged.</exception>
    public ClipTokenizer Words => CurrentWords().Words;

    /// <summary>Returns the vectors of a textual inversion's file, read once for each content and encoder.</summary>
    /// <param name="file">The file.</param>
    /// <param name="encoder">Which encoder asks, such as <c>clip_l</c>.</param>
    /// <returns>[rows, width], detached; it is the manager's.</returns>
    /// <exception cref="DiffusionException">The file is gone or damaged, or holds no textual inversion.</exception>
    public Tensor Embedding(ModelFileRef file, string encoder) => ((InstalledEmbeddings)Embeddings).Of(file, encoder);

    /// <summary>Leases text encoders. CLIPSetLastLayer's option is for who encodes: it makes no other network.</summary>
    /// <exception cref="DiffusionException">As for <see cref="Model"/>; or there is no vocabulary.</exception>
    public ModelLease<LoadedText> Text(TextRecipe recipe)
    {
        (ClipTokenizer words, string stamp) = CurrentWords();
        return Lease<LoadedText>($"{RecipeKey.Of(recipe)} words({stamp})", builder =>
        {
            (NetworkWeights weights, TextFamily family) = builder.Text(recipe);
            return (new LoadedText(TextEncoders.Create(family, weights.Weights, words), builder.Warnings), weights.StoredBytes);
        });
    }

    /// <summary>Leases a picture encoder.</summary>
    /// <exception cref="DiffusionException">As for <see cref="Model"/>.</exception>
    public ModelLease<VisionEncoder> Vision(VisionRecipe recipe) => Lease<VisionEncoder>(recipe, builder =>
    {
        NetworkWeights weights = builder.Vision(recipe);
        return (new VisionEncoder(weights.Weights), weights.StoredBytes);
    });

    private (ClipTokenizer Words, string Stamp) CurrentWords()
    {
        lock (_vocabularyGate)
        {
            string stamp = string.Join(';', ClipVocabularyFiles.Locate(Options.VocabularyFolders).Select(path => new FileInfo(path))
                .Select(file => string.Create(CultureInfo.InvariantCulture, $"{file.FullName}|{file.Length}|{file.LastWriteTimeUtc.Ticks}")));
            if (_words is not { } words || words.Stamp != stamp)
            {
                string install = Options.VocabularyFolders is [.., string last] ? last : ".";
                _words = words = (new ClipTokenizer(ClipVocabularyFiles.Load(Options.VocabularyFolders, install)), stamp);
            }

            return words;
        }
    }
}
