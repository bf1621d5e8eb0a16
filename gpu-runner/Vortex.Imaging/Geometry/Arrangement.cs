using Vortex.Imaging.Rasters;

namespace Vortex.Imaging.Geometry;

/// <summary>Moves pixels without changing them: mirror, turn, cut.</summary>
public static class Arrangement
{
    // A tile of this side keeps the rows read and the rows written in the first-level cache while turning.
    private const int Tile = 16;

    /// <summary>Mirrors every picture.</summary>
    public static ImageBatch Flip(ImageBatch image, FlipAxis axis, CancellationToken cancellationToken = default)
    {
        Raster source = Raster.Of(image);
        Raster result = source.AllocateSame();
        Bands.Run(source.Rows, source.RowLength, (first, end) =>
        {
            for (int row = first; row < end; row++)
            {
                (int entry, int y) = Math.DivRem(row, source.Height);
                if (axis == FlipAxis.Vertical)
                {
                    source.Row(entry, source.Height - 1 - y).CopyTo(result.Row(row));
                }
                else
                {
                    Reverse(source.Row(row), source.Channels, result.Row(row));
                }
            }
        }, cancellationToken);
        return result.ToImage();
    }

    /// <summary>Turns every picture. No turn returns the batch itself.</summary>
    public static ImageBatch Rotate(ImageBatch image, Turn turn, CancellationToken cancellationToken = default)
    {
        Raster source = Raster.Of(image);
        switch (turn)
        {
            case Turn.Quarter or Turn.ThreeQuarters:
                return Quarter(source, turn == Turn.Quarter, cancellationToken).ToImage();
            case Turn.Half:
                Raster result = source.AllocateSame();
                Bands.Run(source.Rows, source.RowLength, (first, end) =>
                {
                    for (int row = first; row < end; row++)
                    {
                        (int entry, int y) = Math.DivRem(row, source.Height);
                        Reverse(source.Row(entry, source.Height - 1 - y), source.Channels, result.Row(row));
                    }
                }, cancellationToken);
                return result.ToImage();
            default:
                return image;
        }
    }

    /// <summary>Cuts a part out of every picture. A corner beyond the picture moves to its last pixel; what reaches beyond the edge is left out.</summary>
    /// <exception cref="ImagingException">The part is empty, or its corner is negative.</exception>
    public static ImageBatch Crop(ImageBatch image, int x, int y, int width, int height, CancellationToken cancellationToken = default)
    {
        Raster source = Raster.Of(image);
        return Cut(source, Math.Min(x, source.Width - 1), Math.Min(y, source.Height - 1), width, height, cancellationToken).ToImage();
    }

    /// <summary>Cuts a part that may reach beyond the right and lower edge, where it is shortened.</summary>
    internal static Raster Cut(Raster source, int x, int y, int width, int height, CancellationToken cancellationToken)
    {
        if (x < 0 || y < 0 || x >= source.Width || y >= source.Height)
        {
            (string argument, int value, int size) = x < 0 || x >= source.Width ? ("x", x, source.Width) : ("y", y, source.Height);
            throw new ImagingException(
                ImagingCodes.OutsidePicture,
                argument,
                $"'{argument}' is {value}; the picture is {source.Width}x{source.Height}, so it must lie between 0 and {size - 1}.");
        }

        Window window = new(x, y, Math.Min(width, source.Width - x), Math.Min(height, source.Height - y));
        Raster result = Raster.Allocate(source.Count, window.Height, window.Width, source.Channels);
        Bands.Run(result.Rows, result.RowLength, (first, end) =>
        {
            for (int row = first; row < end; row++)
            {
                (int entry, int line) = Math.DivRem(row, window.Height);
                window.Row(source, entry, line).CopyTo(result.Row(row));
            }
        }, cancellationToken);
        return result;
    }

    private static Raster Quarter(Raster source, bool clockwise, CancellationToken cancellationToken)
    {
        Raster result = Raster.Allocate(source.Count, source.Width, source.Height, source.Channels);
        int tileRows = (result.Height + Tile - 1) / Tile;
        Bands.Run(source.Count * tileRows, result.RowLength * (long)Tile, (first, end) =>
        {
            for (int tileRow = first; tileRow < end; tileRow++)
            {
                (int entry, int tile) = Math.DivRem(tileRow, tileRows);
                for (int x = 0; x < result.Width; x += Tile)
                {
                    QuarterTile(source, result, entry, tile * Tile, x, clockwise);
                }
            }
        }, cancellationToken);
        return result;
    }

    private static void QuarterTile(Raster source, Raster result, int entry, int top, int left, bool clockwise)
    {
        int channels = source.Channels;
        for (int y = top; y < Math.Min(top + Tile, result.Height); y++)
        {
            Span<float> to = result.Row(entry, y);
            int column = (clockwise ? y : source.Width - 1 - y) * channels;
            for (int x = left; x < Math.Min(left + Tile, result.Width); x++)
            {
                ReadOnlySpan<float> from = source.Row(entry, clockwise ? source.Height - 1 - x : x).Slice(column, channels);
                for (int c = 0; c < from.Length; c++)
                {
                    to[(x * channels) + c] = from[c];
                }
            }
        }
    }

    private static void Reverse(ReadOnlySpan<float> from, int channels, Span<float> to)
    {
        for (int at = 0, back = from.Length - channels; back >= 0; at += channels, back -= channels)
        {
            for (int c = 0; c < channels; c++)
            {
                to[at + c] = from[back + c];
            }
        }
    }
}
