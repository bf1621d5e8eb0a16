using Vortex.Imaging.Rasters;

namespace Vortex.Imaging.Masks;

/// <summary>Lays one mask over another at a place and combines them there, as ComfyUI's MaskComposite does.</summary>
public sealed record MaskCombination
{
    /// <summary>Gets how the two are combined.</summary>
    public required MaskOperation Operation { get; init; }

    /// <summary>Gets the column of the destination at which the source begins; what lies outside, on either side, is left out.</summary>
    public int X { get; init; }

    /// <summary>Gets the row of the destination at which the source begins.</summary>
    public int Y { get; init; }

    /// <summary>Combines; a source of one mask goes with every destination.</summary>
    /// <exception cref="ImagingException">Both batches have several masks and not the same number.</exception>
    public MaskBatch Apply(MaskBatch destination, MaskBatch source, CancellationToken cancellationToken = default)
    {
        if (source.Count != 1 && source.Count != destination.Count)
        {
            throw ImagingException.Batches("source", destination.Count, source.Count);
        }

        Raster under = Raster.Of(destination);
        Raster over = Raster.Of(source);
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
                    Combine(over.Row(Batch.Entry(entry, over.Count), overlap.SourceRow(y)).Slice(overlap.SourceLeft, overlap.Width), to.Slice(overlap.Left, overlap.Width));
                }

                for (int x = 0; x < to.Length; x++)
                {
                    to[x] = Unit.Clamp(to[x]);
                }
            }
        }, cancellationToken);
        return result.ToMask();
    }

    private static bool IsSet(float value) => MathF.Round(value, MidpointRounding.ToEven) != 0f;

    private void Combine(ReadOnlySpan<float> source, Span<float> to)
    {
        for (int x = 0; x < to.Length; x++)
        {
            to[x] = Operation switch
            {
                MaskOperation.Multiply => to[x] * source[x],
                MaskOperation.Add => to[x] + source[x],
                MaskOperation.Subtract => to[x] - source[x],
                MaskOperation.And => IsSet(to[x]) && IsSet(source[x]) ? 1f : 0f,
                MaskOperation.Or => IsSet(to[x]) || IsSet(source[x]) ? 1f : 0f,
                _ => IsSet(to[x]) != IsSet(source[x]) ? 1f : 0f,
            };
        }
    }
}
