using Vortex.Imaging.Masks;
using Vortex.Imaging.Rasters;
using Vortex.Imaging.Resampling;

namespace Vortex.Imaging.Compositing;

/// <summary>Lays a source over a destination at a place, where a mask says so, as ComfyUI's ImageCompositeMasked does.</summary>
/// <remarks>The result has the destination's size, channels and number. A source or mask batch that is too short is repeated, one that is too long cut.</remarks>
public sealed record MaskedPaste
{
    /// <summary>Gets the column of the destination at which the source begins. May be negative; what lies outside is left out.</summary>
    public int X { get; init; }

    /// <summary>Gets the row of the destination at which the source begins. May be negative.</summary>
    public int Y { get; init; }

    /// <summary>Gets whether the source is first stretched (bilinear) to the destination's size.</summary>
    public bool ResizeSource { get; init; }

    /// <summary>Pastes.</summary>
    /// <param name="destination">What is laid under.</param>
    /// <param name="source">What is laid over.</param>
    /// <param name="mask">1 shows the source, 0 the destination; scaled (bilinear) to the source. Without one the source covers.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ImagingException">The channels do not go together.</exception>
    public ImageBatch Apply(ImageBatch destination, ImageBatch source, MaskBatch? mask = null, CancellationToken cancellationToken = default)
    {
        Raster under = Raster.Of(destination);
        Raster over = ChannelCounts.Matched(Raster.Of(source), under.Channels, "source", cancellationToken);
        if (ResizeSource && (over.Width, over.Height) != (under.Width, under.Height))
        {
            Resize resize = new() { Width = under.Width, Height = under.Height, Method = ResizeMethod.Bilinear };
            over = resize.Run(over, cancellationToken);
        }

        Raster? weights = mask is null ? null : MaskConversion.Scaled(Raster.Of(mask), over.Width, over.Height, cancellationToken);
        Overlap overlap = Overlap.Of(under, over, X, Y);
        Raster result = under.AllocateSame();
        Bands.Run(under.Rows, under.RowLength, (first, end) =>
        {
            for (int row = first; row < end; row++)
            {
                (int entry, int y) = Math.DivRem(row, under.Height);
                Span<float> to = result.Row(row);
                under.Row(row).CopyTo(to);
                if (overlap.Contains(y))
                {
                    // A mask batch is repeated to the length of the source, which is repeated to that of the destination.
                    ReadOnlySpan<float> weight = weights is { } found ? found.Row(entry % found.Count, overlap.SourceRow(y)).Slice(overlap.SourceLeft, overlap.Width) : default;
                    ReadOnlySpan<float> from = over.Row(entry % over.Count, overlap.SourceRow(y)).Slice(overlap.SourceLeft * over.Channels, overlap.Width * over.Channels);
                    Lay(from, weight, over.Channels, to.Slice(overlap.Left * over.Channels, overlap.Width * over.Channels));
                }
            }
        }, cancellationToken);
        return result.ToImage();
    }

    private static void Lay(ReadOnlySpan<float> from, ReadOnlySpan<float> weights, int channels, Span<float> to)
    {
        if (weights.IsEmpty)
        {
            from.CopyTo(to);
            return;
        }

        for (int x = 0; x < weights.Length; x++)
        {
            float weight = weights[x];
            float rest = 1f - weight;
            for (int c = x * channels; c < (x + 1) * channels; c++)
            {
                to[c] = (weight * from[c]) + (rest * to[c]);
            }
        }
    }
}
