using Vortex.Tensors;

namespace Vortex.Diffusion.Vae;

/// <summary>Tiles and how they meet.</summary>
/// <param name="Height">Rows of a tile, in pixels of the input.</param>
/// <param name="Width">Columns of a tile.</param>
/// <param name="Overlap">Rows and columns that neighbours share; below both sizes.</param>
public readonly record struct Tiling(int Height, int Width, int Overlap);

/// <summary>Runs a network that changes the size of pictures over overlapping tiles; edges fade into each other linearly.</summary>
/// <remarks>
/// The reference's <c>tiled_scale</c>: tiles begin every (size - overlap); each counts with a weight that falls linearly towards all four edges over
/// the overlap, and sums are divided by the summed weights. A picture that fits one tile goes through as it is.
/// </remarks>
public static class TiledScale
{
    /// <summary>Returns how many tiles a picture takes.</summary>
    public static int Count(int height, int width, Tiling tiling) =>
        Starts(height, tiling.Height, tiling.Overlap).Count * Starts(width, tiling.Width, tiling.Overlap).Count;

    /// <summary>Runs.</summary>
    /// <param name="x">[batch, channels, height, width].</param>
    /// <param name="run">Takes a tile [1, channels, h, w], gives [1, <paramref name="channels"/>, h * scale, w * scale].</param>
    /// <param name="tiling">How it is cut.</param>
    /// <param name="scale">The factor between the sizes: a whole number, or 1 / 8 for an encoder.</param>
    /// <param name="channels">Channels of the result.</param>
    /// <param name="finished">Called after every tile.</param>
    /// <param name="cancellationToken">Looked at before every tile.</param>
    /// <exception cref="DiffusionException">A tile is not larger than the overlap.</exception>
    public static Tensor Run(
        Tensor x,
        Func<Tensor, Tensor> run,
        Tiling tiling,
        double scale,
        int channels,
        Action? finished = null,
        CancellationToken cancellationToken = default)
    {
        if (tiling.Overlap < 0 || tiling.Height <= tiling.Overlap || tiling.Width <= tiling.Overlap)
        {
            throw new DiffusionException(DiffusionCodes.OutOfRange, $"Tiles of {tiling.Width}x{tiling.Height} cannot overlap by {tiling.Overlap}; the overlap must be smaller than a tile.", "overlap");
        }

        using TensorScope scope = TensorScope.Begin();
        (int height, int width) = (x.Shape[2], x.Shape[3]);
        Tensor output = x.Backend.Empty([x.Shape[0], channels, Scaled(height, scale), Scaled(width, scale)]);
        for (int entry = 0; entry < x.Shape[0]; entry++)
        {
            using TensorScope one = TensorScope.Begin();
            Tensor picture = x.Slice(0, entry, 1);
            Tensor target = output.Slice(0, entry, 1);
            if (height <= tiling.Height && width <= tiling.Width)
            {
                cancellationToken.ThrowIfCancellationRequested();
                x.Backend.CopyInto(target, run(picture));
                finished?.Invoke();
            }
            else
            {
                Tiles(picture, target, run, tiling, scale, finished, cancellationToken);
            }
        }

        return scope.Keep(output);
    }

    private static void Tiles(Tensor x, Tensor target, Func<Tensor, Tensor> run, Tiling tiling, double scale, Action? finished, CancellationToken cancellationToken)
    {
        ITensorBackend backend = x.Backend;
        backend.CopyInto(target, backend.Full([1, 1, 1, 1], 0));
        Tensor weights = backend.Full([1, 1, target.Shape[2], target.Shape[3]], 0);
        int feather = Scaled(tiling.Overlap, scale);
        foreach (int top in Starts(x.Shape[2], tiling.Height, tiling.Overlap))
        {
            foreach (int left in Starts(x.Shape[3], tiling.Width, tiling.Overlap))
            {
                cancellationToken.ThrowIfCancellationRequested();
                using TensorScope scope = TensorScope.Begin();
                int rows = Math.Min(tiling.Height, x.Shape[2] - top);
                int columns = Math.Min(tiling.Width, x.Shape[3] - left);
                Tensor part = run(x.Slice(2, top, rows).Slice(3, left, columns));
                Tensor mask = backend.From(Fade(part.Shape[2], feather), [1, 1, part.Shape[2], 1]) * backend.From(Fade(part.Shape[3], feather), [1, 1, 1, part.Shape[3]]);
                (int y, int x0) = (Scaled(top, scale), Scaled(left, scale));
                backend.BinaryInPlace(BinaryOp.Add, target.Slice(2, y, part.Shape[2]).Slice(3, x0, part.Shape[3]), part * mask);
                backend.BinaryInPlace(BinaryOp.Add, weights.Slice(2, y, part.Shape[2]).Slice(3, x0, part.Shape[3]), mask);
                finished?.Invoke();
            }
        }

        backend.BinaryInPlace(BinaryOp.Divide, target, weights);
    }

    // Weights along one side. A tile smaller than the overlap does not fade, as in the reference.
    private static float[] Fade(int length, int feather)
    {
        float[] weights = new float[length];
        Array.Fill(weights, 1);
        for (int i = 0; i < feather && feather < length; i++)
        {
            float weight = (float)((i + 1.0) / feather);
            weights[i] *= weight;
            weights[length - 1 - i] *= weight;
        }

        return weights;
    }

    private static List<int> Starts(int length, int tile, int overlap)
    {
        List<int> starts = [];
        for (int at = 0; length > tile ? at < length - overlap : at == 0; at += tile - overlap)
        {
            starts.Add(at);
        }

        return starts;
    }

    private static int Scaled(int value, double scale) => (int)Math.Round(value * scale, MidpointRounding.ToEven);
}
