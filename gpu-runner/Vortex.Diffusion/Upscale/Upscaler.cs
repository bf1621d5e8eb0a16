using Vortex.Diffusion.Vae;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Upscale;

/// <summary>Enlarges pictures of any size with a network: tile by tile, with smaller tiles where the memory does not suffice.</summary>
/// <param name="network">What enlarges.</param>
public sealed class Upscaler(UpscaleNetwork network)
{
    /// <summary>Gets the tile's side that is tried first, in pixels.</summary>
    public const int Tile = 512;

    /// <summary>Gets what neighbouring tiles share, in pixels.</summary>
    public const int Overlap = 32;

    private const int LeastTile = 128;

    /// <summary>Gets what enlarges.</summary>
    public UpscaleNetwork Network { get; } = network;

    /// <summary>Gets the factor between the sizes.</summary>
    public int Scale => Network.Scale;

    /// <summary>Makes one of a file's weights.</summary>
    /// <exception cref="DiffusionException">The kind is not known, or weights are missing.</exception>
    public static Upscaler Load(IWeightSource source) => new(UpscaleNetwork.Load(source));

    /// <summary>Enlarges.</summary>
    /// <param name="pixels">[batch, 3, height, width], 0 to 1; further channels are left out.</param>
    /// <param name="progress">Told how many tiles of how many are done; starts anew where tiles had to become smaller.</param>
    /// <param name="cancellationToken">Looked at between blocks.</param>
    /// <returns>[batch, 3, height * scale, width * scale], 0 to 1.</returns>
    /// <exception cref="DiffusionException">The picture is empty or has too few channels, or the memory does not suffice for the smallest tile.</exception>
    public Tensor Run(Tensor pixels, Action<int, int>? progress = null, CancellationToken cancellationToken = default)
    {
        for (int tile = Tile; ; tile /= 2)
        {
            try
            {
                return Run(pixels, tile, Overlap, progress, cancellationToken);
            }
            catch (TensorMemoryException problem) when (tile / 2 < LeastTile)
            {
                throw new DiffusionException(DiffusionCodes.OutOfMemory, $"The memory does not suffice to enlarge tiles of {tile} pixels. {problem.Message}", "image");
            }
            catch (TensorMemoryException)
            {
                Network.Backend.Trim();
            }
        }
    }

    /// <summary>Enlarges with tiles of a given size.</summary>
    /// <param name="pixels">[batch, 3, height, width], 0 to 1.</param>
    /// <param name="tile">Side of the tiles, in pixels.</param>
    /// <param name="overlap">What neighbours share, in pixels.</param>
    /// <param name="progress">Told how many tiles of how many are done.</param>
    /// <param name="cancellationToken">Looked at between blocks.</param>
    /// <exception cref="DiffusionException">The picture is empty or has too few channels, or a tile is not larger than the overlap.</exception>
    public Tensor Run(Tensor pixels, int tile, int overlap, Action<int, int>? progress = null, CancellationToken cancellationToken = default)
    {
        if (pixels.Rank != 4 || pixels.Count == 0 || pixels.Shape[1] < Network.Channels)
        {
            throw new DiffusionException(DiffusionCodes.Mismatch, $"A picture of shape {pixels.Shape} cannot be enlarged: it needs {Network.Channels} channels and at least one pixel.", "image");
        }

        using TensorScope scope = TensorScope.Begin();
        Tensor input = pixels.Slice(1, 0, Network.Channels);
        Tiling tiling = new(tile, tile, overlap);
        int total = tile > overlap ? pixels.Shape[0] * TiledScale.Count(pixels.Shape[2], pixels.Shape[3], tiling) : 0;
        int done = 0;
        Tensor result = TiledScale.Run(
            input, part => Clamped(part, cancellationToken), tiling, Scale, Network.Channels, () => progress?.Invoke(++done, total), cancellationToken);
        return scope.Keep(result.Clamp(0, 1));
    }

    // Every tile is clamped before tiles fade into each other, as the reference's loader does it.
    private Tensor Clamped(Tensor part, CancellationToken cancellationToken)
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor large = Network.Forward(UpscaleNetwork.PadToMultiple(part, Network.Multiple), cancellationToken);
        return scope.Keep(large.Slice(2, 0, part.Shape[2] * Scale).Slice(3, 0, part.Shape[3] * Scale).Clamp(0, 1));
    }
}
