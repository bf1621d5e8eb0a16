using Vortex.Imaging.Filters;
using Vortex.Imaging.Rasters;

namespace Vortex.Imaging.Edges;

/// <summary>Finds edges as kornia's canny does for ComfyUI: white where an edge is, black elsewhere, as an RGB picture.</summary>
/// <remarks>
/// Grey, a bell of five pixels (sigma 1), Sobel, thinning to the ridge along one of eight directions, then everything above the high
/// threshold and what is connected to it and above the low one. With alpha, the colours alone count.
/// </remarks>
public sealed record CannyEdges
{
    private const int BellRadius = 2;

    // kornia adds this under the root so that its derivative exists; thresholds are compared with the sum.
    private const float Epsilon = 1e-6f;

    /// <summary>Gets the strength from which an edge counts where it is connected to a strong one.</summary>
    /// <value>The default is 0.4.</value>
    public double LowThreshold { get; init; } = 0.4;

    /// <summary>Gets the strength from which an edge counts by itself; not below the low one.</summary>
    /// <value>The default is 0.8.</value>
    public double HighThreshold { get; init; } = 0.8;

    /// <summary>Finds the edges of every picture.</summary>
    /// <exception cref="ImagingException">The thresholds are in the wrong order, or the picture is smaller than 3x3.</exception>
    public ImageBatch Apply(ImageBatch image, CancellationToken cancellationToken = default)
    {
        if (!(LowThreshold <= HighThreshold))
        {
            throw new ImagingException(
                ImagingCodes.Setting,
                "low_threshold",
                FormattableString.Invariant($"'low_threshold' is {LowThreshold} and 'high_threshold' {HighThreshold}; the low one must not be above the high one."));
        }

        Raster grey = Grey(Raster.Of(image), cancellationToken);
        SeparableFilter.CheckSize(grey, BellRadius, "image");
        Raster blurred = SeparableFilter.Run(grey, GaussianKernel.Single(GaussianKernel.OfPixels(BellRadius, 1)), cancellationToken);
        (Raster strength, byte[] direction) = Gradient(blurred, cancellationToken);
        Raster edges = Hysteresis.Run(Thin(strength, direction, cancellationToken), (float)LowThreshold, (float)HighThreshold, cancellationToken);
        return Masks.MaskConversion.ToImage(edges.ToMask(), cancellationToken);
    }

    private static Raster Grey(Raster source, CancellationToken cancellationToken)
    {
        if (source.Channels == 1)
        {
            return source;
        }

        Raster grey = Raster.Allocate(source.Count, source.Height, source.Width, 1);
        Bands.Run(source.Rows, source.RowLength, (first, end) =>
        {
            for (int i = first * source.Width; i < end * source.Width; i++)
            {
                ReadOnlySpan<float> pixel = source.Values.AsSpan(i * source.Channels, source.Channels);
                grey.Values[i] = source.Channels == 2 ? pixel[0] : (0.299f * pixel[0]) + (0.587f * pixel[1]) + (0.114f * pixel[2]);
            }
        }, cancellationToken);
        return grey;
    }

    private static (Raster Strength, byte[] Direction) Gradient(Raster source, CancellationToken cancellationToken)
    {
        Raster strength = source.AllocateSame();
        byte[] direction = Raster.Scratch<byte>(source.Values.Length);
        Bands.Run(source.Rows, source.RowLength * 8L, (first, end) =>
        {
            for (int row = first; row < end; row++)
            {
                (int entry, int y) = Math.DivRem(row, source.Height);
                ReadOnlySpan<float> above = source.Row(entry, Math.Max(y - 1, 0));
                ReadOnlySpan<float> middle = source.Row(row);
                ReadOnlySpan<float> below = source.Row(entry, Math.Min(y + 1, source.Height - 1));
                for (int x = 0; x < middle.Length; x++)
                {
                    int left = Math.Max(x - 1, 0);
                    int right = Math.Min(x + 1, middle.Length - 1);
                    float gx = above[right] - above[left] + (2f * (middle[right] - middle[left])) + below[right] - below[left];
                    float gy = below[left] - above[left] + (2f * (below[x] - above[x])) + below[right] - above[right];
                    int at = (row * source.Width) + x;
                    strength.Values[at] = MathF.Sqrt((gx * gx) + (gy * gy) + Epsilon);
                    // Eighths of a turn from the right, clockwise since y grows downwards; NaN counts as 0.
                    float eighths = MathF.Round(MathF.Atan2(gy, gx) * (4f / MathF.PI), MidpointRounding.ToEven);
                    direction[at] = (byte)((float.IsNaN(eighths) ? 0 : (int)eighths) & 7);
                }
            }
        }, cancellationToken);
        return (strength, direction);
    }

    // Keeps what is above both neighbours along the gradient; beyond the edge of the picture lies 0.
    private static Raster Thin(Raster strength, byte[] direction, CancellationToken cancellationToken)
    {
        Raster thin = strength.AllocateSame();
        Bands.Run(strength.Rows, strength.RowLength * 4L, (first, end) =>
        {
            for (int row = first; row < end; row++)
            {
                (int entry, int y) = Math.DivRem(row, strength.Height);
                for (int x = 0; x < strength.Width; x++)
                {
                    int at = (row * strength.Width) + x;
                    (int dx, int dy) = Step(direction[at]);
                    float value = strength.Values[at];
                    bool ridge = Math.Min(value - At(entry, x + dx, y + dy), value - At(entry, x - dx, y - dy)) > 0f;
                    thin.Values[at] = ridge ? value : 0f;
                }
            }
        }, cancellationToken);
        return thin;

        float At(int entry, int x, int y) =>
            (uint)x < (uint)strength.Width && (uint)y < (uint)strength.Height ? strength.Row(entry, y)[x] : 0f;
    }

    private static (int X, int Y) Step(int direction) => direction switch
    {
        0 => (1, 0),
        1 => (1, 1),
        2 => (0, 1),
        3 => (-1, 1),
        4 => (-1, 0),
        5 => (-1, -1),
        6 => (0, -1),
        _ => (1, -1),
    };
}
