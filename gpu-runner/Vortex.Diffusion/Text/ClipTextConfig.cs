using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Text;

/// <summary>The sizes of a CLIP text model.</summary>
/// <param name="Width">Channels of a token.</param>
/// <param name="Layers">Blocks.</param>
/// <param name="Heads">Attention heads; divide the width.</param>
/// <param name="Inner">Channels inside of the blocks' two-layer networks.</param>
/// <param name="Vocabulary">Tokens it knows.</param>
/// <param name="Positions">Tokens of a chunk: 77.</param>
/// <param name="Activation"><see cref="Activation.QuickGelu"/> for CLIP-L, <see cref="Activation.Gelu"/> for the OpenCLIP ones.</param>
public sealed record ClipTextConfig(int Width, int Layers, int Heads, int Inner, int Vocabulary, int Positions, Activation Activation)
{
    /// <summary>Channels of a head in every published CLIP text model.</summary>
    private const int HeadWidth = 64;

    /// <summary>Reads the sizes off the weights; heads are 64 channels wide.</summary>
    /// <param name="weights">Below <c>clip_l.transformer</c> and the like.</param>
    /// <param name="activation">The one size that weights do not show.</param>
    /// <exception cref="DiffusionException">There is no token embedding.</exception>
    public static ClipTextConfig Detect(WeightSet weights, Activation activation)
    {
        WeightSet model = weights.Under("text_model");
        if (model.ShapeOf("embeddings.token_embedding.weight") is not { Rank: 2 } tokens)
        {
            throw new DiffusionException(DiffusionCodes.WeightsMissing, "The file does not hold a CLIP text encoder: text_model.embeddings.token_embedding.weight is missing.");
        }

        int layers = 0;
        while (model.Has($"encoder.layers.{layers}.layer_norm1.weight"))
        {
            layers++;
        }

        int width = tokens[1];
        int inner = model.ShapeOf("encoder.layers.0.mlp.fc1.weight") is { Rank: 2 } shape ? shape[0] : width * 4;
        int positions = model.ShapeOf("embeddings.position_embedding.weight") is { Rank: 2 } places ? places[0] : PromptTokenizer.ChunkLength;
        return new(width, layers, width % HeadWidth == 0 ? width / HeadWidth : 1, inner, tokens[0], positions, activation);
    }
}
