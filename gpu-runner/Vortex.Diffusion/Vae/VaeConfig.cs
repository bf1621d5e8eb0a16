using System.Collections.Immutable;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Vae;

/// <summary>The build of an autoencoder of the Stable Diffusion line, as its weights tell it.</summary>
/// <param name="PictureChannels">Channels of a picture: 3.</param>
/// <param name="LatentChannels">Channels of a latent: 4, or 16 since SD3.</param>
/// <param name="Channels">Channels of each level, the largest picture first.</param>
/// <param name="ResBlocks">Residual blocks of a level of the encoder; the decoder has one more.</param>
public sealed record VaeConfig(int PictureChannels, int LatentChannels, ImmutableArray<int> Channels, int ResBlocks)
{
    private const int MaximumLevels = 8;

    /// <summary>Gets the pixels along one side of a latent value.</summary>
    public int Scale => 1 << (Channels.Length - 1);

    /// <summary>Reads it off the shapes of weights in the original layout.</summary>
    /// <param name="weights">At <c>encoder.</c> and <c>decoder.</c>.</param>
    /// <exception cref="DiffusionException">These are no weights of such an autoencoder.</exception>
    public static VaeConfig Detect(WeightSet weights)
    {
        if (weights.ShapeOf("decoder.conv_in.weight") is { Rank: 4 } first && weights.ShapeOf("decoder.conv_out.weight") is { Rank: 4 } last)
        {
            return new VaeConfig(last[0], first[1], Levels(weights, "decoder.up"), Blocks(weights, "decoder.up.0") - 1);
        }

        if (weights.ShapeOf("encoder.conv_in.weight") is { Rank: 4 } pixels && weights.ShapeOf("encoder.conv_out.weight") is { Rank: 4 } moments)
        {
            return new VaeConfig(pixels[1], moments[0] / 2, Levels(weights, "encoder.down"), Blocks(weights, "encoder.down.0"));
        }

        throw new DiffusionException(
            DiffusionCodes.FamilyUnsupported,
            "The file holds no autoencoder of a known kind: neither 'decoder.conv_in.weight' and 'decoder.conv_out.weight' nor those of an encoder are there as convolutions of pictures.");
    }

    private static ImmutableArray<int> Levels(WeightSet weights, string path)
    {
        List<int> channels = [];
        while (channels.Count < MaximumLevels && weights.ShapeOf($"{path}.{channels.Count}.block.0.conv2.weight") is { } shape)
        {
            channels.Add(shape[0]);
        }

        return channels.Count > 0
            ? [.. channels]
            : throw new DiffusionException(DiffusionCodes.WeightsMissing, $"The file does not hold an autoencoder: {path}.0.block.0.conv2.weight is missing.");
    }

    private static int Blocks(WeightSet weights, string path)
    {
        int count = 0;
        while (weights.Has($"{path}.block.{count}.conv1.weight"))
        {
            count++;
        }

        return count;
    }
}
