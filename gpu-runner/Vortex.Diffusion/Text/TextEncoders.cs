using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Text;

/// <summary>Makes text encoders.</summary>
public static class TextEncoders
{
    /// <summary>Makes the encoders of a family.</summary>
    /// <param name="family">Which.</param>
    /// <param name="weights">Named as <see cref="TextWeights"/> names them, with patches applied.</param>
    /// <param name="words">The tokenizer, shared by all encoders.</param>
    /// <exception cref="DiffusionException">Weights are missing or wrongly shaped, or the model does not know as many tokens as the vocabulary has.</exception>
    public static TextEncoder Create(TextFamily family, IWeightSource weights, ClipTokenizer words)
    {
        (int start, int end) = (words.Vocabulary.Start, words.Vocabulary.End);
        WeightSet all = new(weights);
        ClipEncoderOptions[] options = family switch
        {
            TextFamily.Sd1 => [ClipEncoderOptions.Sd1(start, end)],
            TextFamily.Sd2 => [ClipEncoderOptions.Sd2(start, end)],
            TextFamily.Sdxl => [ClipEncoderOptions.SdxlL(start, end), ClipEncoderOptions.SdxlG(start, end)],
            _ => [ClipEncoderOptions.SdxlG(start, end)],
        };
        ClipEncoder[] encoders = [.. options.Select(option => Encoder(all, option, words.Vocabulary))];
        all.ThrowIfIncomplete($"the text encoders of {family}");
        return new TextEncoder(family, words, [.. encoders]);
    }

    /// <summary>Makes the encoder of one CLIP model of given sizes.</summary>
    internal static ClipEncoder Encoder(WeightSet weights, ClipEncoderOptions options, ClipTextConfig config) =>
        new(new ClipTextModel(weights.Under(options.Name).Under("transformer"), config), options);

    private static ClipEncoder Encoder(WeightSet weights, ClipEncoderOptions options, ClipVocabulary vocabulary)
    {
        ClipTextConfig config = ClipTextConfig.Detect(
            weights.Under(options.Name).Under("transformer"), options.Name == "clip_l" ? Activation.QuickGelu : Activation.Gelu);
        return config.Vocabulary < vocabulary.Count
            ? throw new DiffusionException(DiffusionCodes.Mismatch, $"{options.Name} knows {config.Vocabulary} tokens; the vocabulary has {vocabulary.Count}.")
            : Encoder(weights, options, config);
    }
}
