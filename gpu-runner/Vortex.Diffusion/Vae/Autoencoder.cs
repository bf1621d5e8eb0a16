using Vortex.Diffusion.Networks;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Vae;

/// <summary>Makes latents of pictures and pictures of latents: crops, scales values, works tile by tile where asked or where the memory forces it.</summary>
/// <remarks>Latents are the autoencoder's own; a model's scale factor (0.18215 for SD1) belongs to sampling. Entries of a batch are worked one after the other.</remarks>
/// <param name="network">What does it.</param>
public sealed class Autoencoder(VaeNetwork network)
{
    /// <summary>Gets the tile of a decode that did not fit at once, in latent values.</summary>
    public const int FallbackTile = 64;

    /// <summary>Gets the overlap of such tiles.</summary>
    public const int FallbackOverlap = 16;

    private const int PictureChannels = 3;

    /// <summary>Gets the network.</summary>
    public VaeNetwork Network { get; } = network;

    /// <summary>Makes one of a file's weights, in any layout that is known: the original one, diffusers', TAESD; with or without the prefix of a checkpoint.</summary>
    /// <exception cref="DiffusionException">The kind is not known, or weights are missing.</exception>
    public static Autoencoder Load(IWeightSource source)
    {
        const string Prefix = "first_stage_model.";
        if (source.Names.Any(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            source = RenamedWeights.Below(source, Prefix);
        }

        if (Taesd.IsIn(source))
        {
            return new Autoencoder(Taesd.Load(source));
        }

        if (source.ShapeOf(DiffusersVaeKeys.Mark) is not null || source.ShapeOf(DiffusersVaeKeys.EncoderMark) is not null)
        {
            int levels = DiffusersVaeKeys.Levels(source.Names);
            source = RenamedWeights.Of(source, key => DiffusersVaeKeys.ToOriginal(key, levels));
        }

        return new Autoencoder(new AutoencoderKl(new WeightSet(source)));
    }

    /// <summary>Makes latents. Sizes that are no multiples of the scale lose the rest at both sides.</summary>
    /// <param name="pixels">[batch, 3 or more, height, width], 0 to 1; further channels are left out.</param>
    /// <param name="progress">Told how many entries of how many are done.</param>
    /// <param name="cancellationToken">Looked at between blocks.</param>
    /// <returns>[batch, latent channels, height / scale, width / scale].</returns>
    /// <exception cref="DiffusionException">The picture is too small or has too few channels.</exception>
    public Tensor Encode(Tensor pixels, Action<int, int>? progress = null, CancellationToken cancellationToken = default)
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor input = Prepare(pixels);
        Shape shape = [input.Shape[0], Network.LatentChannels, input.Shape[2] / Network.Scale, input.Shape[3] / Network.Scale];
        try
        {
            return scope.Keep(Each(input, shape, entry => Network.Encode(entry, cancellationToken), progress));
        }
        catch (TensorMemoryException)
        {
            Network.Backend.Trim();
            int tile = FallbackTile * Network.Scale;
            return scope.Keep(EncodeTiled(pixels, tile, FallbackOverlap * Network.Scale, progress, cancellationToken));
        }
    }

    /// <summary>Makes pictures, 0 to 1.</summary>
    /// <remarks>Where the memory does not suffice it goes on with tiles, as the reference does.</remarks>
    /// <param name="latent">[batch, latent channels, height, width].</param>
    /// <param name="progress">Told how many entries (or tiles) of how many are done.</param>
    /// <param name="cancellationToken">Looked at between blocks.</param>
    /// <returns>[batch, 3, height * scale, width * scale].</returns>
    /// <exception cref="DiffusionException">The latent is of another kind.</exception>
    public Tensor Decode(Tensor latent, Action<int, int>? progress = null, CancellationToken cancellationToken = default)
    {
        CheckLatent(latent);
        // What the sampler's network left in the pool is of other sizes and would stand beside the decoder's own, which are the largest of a run.
        Network.Backend.Trim();
        using TensorScope scope = TensorScope.Begin();
        Shape shape = [latent.Shape[0], PictureChannels, latent.Shape[2] * Network.Scale, latent.Shape[3] * Network.Scale];
        try
        {
            return scope.Keep(Each(latent, shape, entry => ToPicture(Network.Decode(entry, cancellationToken)), progress));
        }
        catch (TensorMemoryException)
        {
            Network.Backend.Trim();
            return scope.Keep(DecodeTiled(latent, FallbackTile, FallbackOverlap, progress, cancellationToken));
        }
    }

    /// <summary>Makes pictures tile by tile: the mean of three tilings (half as wide and twice as high, the other way round, square), so that no seam shows.</summary>
    /// <param name="latent">[batch, latent channels, height, width].</param>
    /// <param name="tile">Side of the square tiles, in latent values.</param>
    /// <param name="overlap">What neighbours share, in latent values; below half a tile.</param>
    /// <param name="progress">Told how many tiles of how many are done.</param>
    /// <param name="cancellationToken">Looked at before every tile and between blocks.</param>
    /// <exception cref="DiffusionException">The latent is of another kind, or the tiles are too small.</exception>
    public Tensor DecodeTiled(Tensor latent, int tile, int overlap, Action<int, int>? progress = null, CancellationToken cancellationToken = default)
    {
        CheckLatent(latent);
        try
        {
            using TensorScope scope = TensorScope.Begin();
            Tensor mean = ThreeTilings(latent, tile, overlap, Network.Scale, PictureChannels, part => Network.Decode(part, cancellationToken), progress, cancellationToken);
            return scope.Keep(ToPicture(mean));
        }
        catch (TensorMemoryException full) when (full.Limit > 0)
        {
            (int count, int height, int width) = (latent.Shape[0], latent.Shape[2] * Network.Scale, latent.Shape[3] * Network.Scale);
            long Need(int size) => WholeBytes(count, height, width, PictureChannels) + Network.DecodeBytes(size / Network.Scale, size / Network.Scale);
            throw NoTileFits("Decoding", "VAE Decode (Tiled)", full, count, width, height, tile * Network.Scale, Need);
        }
    }

    /// <summary>Makes latents tile by tile, as <see cref="DecodeTiled"/> does it.</summary>
    /// <param name="pixels">[batch, 3 or more, height, width], 0 to 1.</param>
    /// <param name="tile">Side of the square tiles in pixels; half of it is a multiple of the scale.</param>
    /// <param name="overlap">What neighbours share, in pixels; a multiple of the scale.</param>
    /// <param name="progress">Told how many tiles of how many are done.</param>
    /// <param name="cancellationToken">Looked at before every tile and between blocks.</param>
    /// <exception cref="DiffusionException">The picture is too small, or tile and overlap do not fit.</exception>
    public Tensor EncodeTiled(Tensor pixels, int tile, int overlap, Action<int, int>? progress = null, CancellationToken cancellationToken = default)
    {
        if (tile / 2 % Network.Scale != 0 || overlap % Network.Scale != 0)
        {
            throw new DiffusionException(
                DiffusionCodes.OutOfRange,
                $"Tiles of {tile} pixels that overlap by {overlap} do not fall on latent values; use multiples of {2 * Network.Scale} and {Network.Scale}.",
                "tile_size");
        }

        try
        {
            using TensorScope scope = TensorScope.Begin();
            Tensor input = Prepare(pixels);
            return scope.Keep(ThreeTilings(
                input, tile, overlap, 1.0 / Network.Scale, Network.LatentChannels, part => Network.Encode(part, cancellationToken), progress, cancellationToken));
        }
        catch (TensorMemoryException full) when (full.Limit > 0)
        {
            (int count, int height, int width) = (pixels.Shape[0], pixels.Shape[2], pixels.Shape[3]);
            long Need(int size) => WholeBytes(count, height, width, PictureChannels) + Network.EncodeBytes(size, size);
            throw NoTileFits("Encoding", "VAE Encode (Tiled)", full, count, width, height, tile, Need);
        }
    }

    // The sum of the tilings, one tiling with its weights, and the result.
    private static long WholeBytes(int count, int height, int width, int channels) => (long)count * height * width * ((3 * channels) + 1) * sizeof(float);

    private DiffusionException NoTileFits(string what, string node, TensorMemoryException full, int count, int width, int height, int tile, Func<int, long> need) => MemoryAdvice.Of(
        full,
        Network.Backend,
        $"{what} {MemoryAdvice.Pictures(count, width, height)} in tiles of {tile} pixels",
        need(tile),
        free => MemoryAdvice.Largest(tile - 1, free, need) is { } size ? $"Use {node} with a tile_size of {size}, which needs about {MemoryAdvice.Bytes(need(size))}." : null);

    private static Tensor ThreeTilings(
        Tensor x, int tile, int overlap, double scale, int channels, Func<Tensor, Tensor> run, Action<int, int>? progress, CancellationToken cancellationToken)
    {
        Tiling[] tilings = [new(tile * 2, tile / 2, overlap), new(tile / 2, tile * 2, overlap), new(tile, tile, overlap)];
        int total = tilings.All(tiling => tiling.Overlap >= 0 && tiling.Height > overlap && tiling.Width > overlap)
            ? x.Shape[0] * tilings.Sum(tiling => TiledScale.Count(x.Shape[2], x.Shape[3], tiling))
            : 0;
        int done = 0;
        Tensor? sum = null;
        foreach (Tiling tiling in tilings)
        {
            Tensor one = TiledScale.Run(x, run, tiling, scale, channels, () => progress?.Invoke(++done, total), cancellationToken);
            if (sum is null)
            {
                sum = one;
                continue;
            }

            sum.Backend.BinaryInPlace(BinaryOp.Add, sum, one);
            one.Dispose();
        }

        sum!.Backend.BinaryInPlace(BinaryOp.Divide, sum, tilings.Length);
        return sum;
    }

    private static Tensor Each(Tensor input, Shape shape, Func<Tensor, Tensor> run, Action<int, int>? progress)
    {
        int batch = input.Shape[0];
        if (batch == 1)
        {
            Tensor only = run(input);
            progress?.Invoke(1, 1);
            return only;
        }

        Tensor output = input.Backend.Empty(shape);
        for (int i = 0; i < batch; i++)
        {
            using TensorScope scope = TensorScope.Begin();
            input.Backend.CopyInto(output.Slice(0, i, 1), run(input.Slice(0, i, 1)));
            progress?.Invoke(i + 1, batch);
        }

        return output;
    }

    private static Tensor ToPicture(Tensor raw)
    {
        using TensorScope scope = TensorScope.Begin();
        raw.Backend.BinaryInPlace(BinaryOp.Add, raw, 1);
        raw.Backend.BinaryInPlace(BinaryOp.Divide, raw, 2);
        return scope.Keep(raw.Clamp(0, 1));
    }

    // Crops to whole latent values, the same at both sides, and brings 0..1 to -1..1.
    private Tensor Prepare(Tensor pixels)
    {
        if (!Network.CanEncode)
        {
            throw new DiffusionException(DiffusionCodes.WeightsMissing, "This autoencoder has no encoder: it makes pictures of latents only.", "vae");
        }

        int scale = Network.Scale;
        if (pixels.Rank != 4 || pixels.Shape[1] < PictureChannels || pixels.Shape[0] == 0 || pixels.Shape[2] < scale || pixels.Shape[3] < scale)
        {
            throw new DiffusionException(DiffusionCodes.Mismatch, $"A picture of shape {pixels.Shape} cannot be encoded: it needs 3 channels and at least {scale}x{scale} pixels.", "pixels");
        }

        (int height, int width) = (pixels.Shape[2] / scale * scale, pixels.Shape[3] / scale * scale);
        Tensor cropped = pixels.Slice(1, 0, PictureChannels)
            .Slice(2, pixels.Shape[2] % scale / 2, height)
            .Slice(3, pixels.Shape[3] % scale / 2, width);
        return pixels.Backend.Affine(cropped, 2, -1);
    }

    private void CheckLatent(Tensor latent)
    {
        if (!Network.CanDecode)
        {
            throw new DiffusionException(DiffusionCodes.WeightsMissing, "This autoencoder has no decoder: it makes latents of pictures only.", "vae");
        }

        if (latent.Rank != 4 || latent.Shape[1] != Network.LatentChannels || latent.Count == 0)
        {
            throw new DiffusionException(
                DiffusionCodes.Mismatch,
                $"This autoencoder decodes latents of {Network.LatentChannels} channels, not {latent.Shape}. Use the one of the model that made the latent.",
                "samples");
        }
    }
}
