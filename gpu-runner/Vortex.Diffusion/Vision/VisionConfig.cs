using System.Collections.Immutable;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Vision;

/// <summary>The sizes of a picture encoder and how pictures are prepared for it.</summary>
/// <param name="Width">Channels of a patch.</param>
/// <param name="Layers">Blocks.</param>
/// <param name="Heads">Attention heads; divide the width.</param>
/// <param name="Inner">Channels inside of the blocks' two-layer networks.</param>
/// <param name="PatchSize">Pixels of a patch's side.</param>
/// <param name="ImageSize">Pixels of the picture's side; a multiple of the patch's.</param>
/// <param name="Kind">Which network it is.</param>
/// <param name="Activation">Inside of the blocks.</param>
public sealed record VisionConfig(int Width, int Layers, int Heads, int Inner, int PatchSize, int ImageSize, VisionKind Kind, VisionActivation Activation)
{
    /// <summary>Gets the mean of red, green and blue that is taken off.</summary>
    public ImmutableArray<float> Mean => Kind == VisionKind.Siglip ? [0.5f, 0.5f, 0.5f] : [0.48145466f, 0.4578275f, 0.40821073f];

    /// <summary>Gets what red, green and blue are divided by then.</summary>
    public ImmutableArray<float> Deviation => Kind == VisionKind.Siglip ? [0.5f, 0.5f, 0.5f] : [0.26862954f, 0.26130258f, 0.27577711f];

    /// <summary>Reads the sizes off the weights.</summary>
    /// <param name="weights">Named as <see cref="VisionWeights"/> names them.</param>
    /// <exception cref="DiffusionException">There is no picture encoder.</exception>
    public static VisionConfig Detect(WeightSet weights)
    {
        WeightSet model = weights.Under("vision_model");
        if (model.ShapeOf("embeddings.patch_embedding.weight") is not { Rank: 4 } patch
            || model.ShapeOf("embeddings.position_embedding.weight") is not { Rank: 2 } positions)
        {
            throw new DiffusionException(
                DiffusionCodes.FamilyUnsupported, "The file holds no CLIP or SigLIP picture encoder: vision_model.embeddings.patch_embedding.weight is missing.", "clip_name");
        }

        int layers = 0;
        while (model.Has($"encoder.layers.{layers}.layer_norm1.weight"))
        {
            layers++;
        }

        VisionKind kind = model.Has("embeddings.class_embedding") ? VisionKind.Clip : VisionKind.Siglip;
        int inner = model.ShapeOf("encoder.layers.0.mlp.fc1.weight") is { Rank: 2 } first ? first[0] : patch[0] * 4;
        int side = (int)Math.Round(Math.Sqrt(positions[0] - (kind == VisionKind.Clip ? 1 : 0)));

        // Every published one has 16 heads. CLIP-L, of 24 blocks, is the one with the quick function; H and bigG have more blocks.
        VisionActivation activation = kind == VisionKind.Siglip ? VisionActivation.GeluTanh : layers < 30 ? VisionActivation.QuickGelu : VisionActivation.Gelu;
        return new(patch[0], layers, patch[0] % 16 == 0 && patch[0] >= 512 ? 16 : 4, inner, patch[2], side * patch[2], kind, activation);
    }
}
