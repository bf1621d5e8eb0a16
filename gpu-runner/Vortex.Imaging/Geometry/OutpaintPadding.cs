using Vortex.Imaging.Rasters;

namespace Vortex.Imaging.Geometry;

/// <summary>Adds grey borders to be painted and a mask that says where, as ComfyUI's ImagePadForOutpaint does.</summary>
public sealed record OutpaintPadding
{
    /// <summary>Gets the columns added at the left.</summary>
    public int Left { get; init; }

    /// <summary>Gets the rows added at the top.</summary>
    public int Top { get; init; }

    /// <summary>Gets the columns added at the right.</summary>
    public int Right { get; init; }

    /// <summary>Gets the rows added at the bottom.</summary>
    public int Bottom { get; init; }

    /// <summary>Gets how far the mask fades into the picture from each border that is added.</summary>
    /// <value>The default is 40. Where it is half of a side or more there is no fading at all.</value>
    public int Feathering { get; init; } = 40;

    /// <summary>Pads every picture; the one mask is 1 in the new borders and fades to 0 inside.</summary>
    /// <exception cref="ImagingException">A setting is negative, or the result is too large.</exception>
    public (ImageBatch Image, MaskBatch Mask) Apply(ImageBatch image, CancellationToken cancellationToken = default)
    {
        foreach ((string name, int value) in (ReadOnlySpan<(string, int)>)[("left", Left), ("top", Top), ("right", Right), ("bottom", Bottom), ("feathering", Feathering)])
        {
            if (value < 0)
            {
                throw ImagingException.OutOfRange(name, value, 0, PictureLimits.MaxSide);
            }
        }

        Raster source = Raster.Of(image);
        Raster padded = Raster.Allocate(source.Count, (long)source.Height + Top + Bottom, (long)source.Width + Left + Right, source.Channels);
        Bands.Run(padded.Rows, padded.RowLength, (first, end) =>
        {
            for (int row = first; row < end; row++)
            {
                (int entry, int y) = Math.DivRem(row, padded.Height);
                Span<float> to = padded.Row(row);
                to.Fill(0.5f);
                if (y >= Top && y < Top + source.Height)
                {
                    source.Row(entry, y - Top).CopyTo(to[(Left * source.Channels)..]);
                }
            }
        }, cancellationToken);
        return (padded.ToImage(), Mask(source.Width, source.Height, cancellationToken).ToMask());
    }

    private Raster Mask(int width, int height, CancellationToken cancellationToken)
    {
        Raster mask = Raster.Allocate(1, height + Top + Bottom, width + Left + Right, 1);
        bool fades = Feathering > 0 && Feathering * 2L < height && Feathering * 2L < width;
        Bands.Run(mask.Height, mask.Width, (first, end) =>
        {
            for (int y = first; y < end; y++)
            {
                Span<float> row = mask.Row(y);
                row.Fill(1f);
                int inside = y - Top;
                if (inside < 0 || inside >= height)
                {
                    continue;
                }

                for (int x = 0; x < width; x++)
                {
                    row[Left + x] = fades ? Fade(x, inside, width, height) : 0f;
                }
            }
        }, cancellationToken);
        return mask;
    }

    // The square of how deep a pixel lies in the fading zone, by its distance to the nearest border that is added.
    private float Fade(int x, int y, int width, int height)
    {
        int distance = Math.Min(
            Math.Min(Top != 0 ? y : height, Bottom != 0 ? height - y : height),
            Math.Min(Left != 0 ? x : width, Right != 0 ? width - x : width));
        if (distance >= Feathering)
        {
            return 0f;
        }

        double depth = (double)(Feathering - distance) / Feathering;
        return (float)(depth * depth);
    }
}
