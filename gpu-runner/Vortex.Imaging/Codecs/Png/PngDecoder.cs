using System.Buffers;
using Vortex.Imaging.Codecs.Pixels;
using Vortex.Imaging.Codecs.Png.Chunks;

namespace Vortex.Imaging.Codecs.Png;

/// <summary>Reads PNG (second edition, ISO/IEC 15948): every colour type, depth and filter, interlaced or not.</summary>
/// <remarks>Gamma and colour profiles are ignored, as Pillow and ComfyUI do. Of an animated PNG the default picture is read.</remarks>
internal static class PngDecoder
{
    // Deflate cannot do better than 258 bytes in two bits. Data that would have to is cut short for certain, and
    // saying so before allocating keeps a file of a hundred bytes from costing a gigabyte.
    private const long MostBytesPerByte = 1032;

    internal static ImageInfo Identify(ReadOnlyMemory<byte> file, ImageLimits limits)
    {
        PngContents png = PngContents.Read(file, limits);
        return new ImageInfo(ImageFormat.Png, png.Header.Width, png.Header.Height, png.Metadata);
    }

    /// <summary>Decodes the picture as stored; the orientation is not applied.</summary>
    internal static DecodedImage Decode(ReadOnlyMemory<byte> file, ImageLimits limits, CancellationToken cancellationToken)
    {
        PngContents png = PngContents.Read(file, limits);
        PngHeader header = png.Header;
        limits.CheckSize(header.Width, header.Height, png.Channels);
        long compressed = 0;
        foreach (ReadOnlyMemory<byte> piece in png.Data)
        {
            compressed += piece.Length;
        }

        long longestRow = header.RowBytes(header.Width) + 1;
        if (longestRow > Array.MaxLength)
        {
            throw ImageFormatException.TooLarge($"A row of the picture takes {longestRow} bytes");
        }

        if (header.RawBytes() > compressed * MostBytesPerByte)
        {
            throw ImageFormatException.Truncated("PNG");
        }

        byte[] pixels = PixelBuffer.Allocate(header.Width, header.Height, png.Channels);
        using PngRowReader rows = new(png.Data, (int)longestRow);
        // A row that is stored as it is wanted is unfiltered in place of the result; any other goes through a row buffer.
        if (header is { Depth: 8, Interlaced: false } && header.Samples == png.Channels && header.Color != PngColorType.Palette)
        {
            DecodeInPlace(header, rows, pixels, cancellationToken);
        }
        else
        {
            DecodeThroughRow(png, rows, pixels, cancellationToken);
        }

        rows.ExpectEnd();
        return new DecodedImage(ImageFormat.Png, header.Width, header.Height, png.Channels, pixels, png.Alpha, png.Metadata);
    }

    private static void DecodeInPlace(PngHeader header, PngRowReader rows, byte[] pixels, CancellationToken cancellationToken)
    {
        int length = (int)header.RowBytes(header.Width);
        byte[] noRow = ArrayPool<byte>.Shared.Rent(length);
        noRow.AsSpan(0, length).Clear();
        ReadOnlySpan<byte> prior = noRow.AsSpan(0, length);
        for (int y = 0; y < header.Height; y++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<byte> stored = rows.Next(length + 1);
            Span<byte> row = pixels.AsSpan(y * length, length);
            PngUnfilter.Run(stored[0], stored[1..], prior, row, header.FilterStep);
            prior = row;
        }

        ArrayPool<byte>.Shared.Return(noRow);
    }

    private static void DecodeThroughRow(PngContents png, PngRowReader rows, byte[] pixels, CancellationToken cancellationToken)
    {
        PngHeader header = png.Header;
        PngRowExpander expander = new(png);
        int longest = (int)header.RowBytes(header.Width);
        byte[] prior = new byte[longest];
        byte[] current = new byte[longest];
        byte[] expanded = header.Interlaced ? new byte[header.Width * png.Channels] : [];
        foreach (Adam7Pass pass in header.Interlaced ? Adam7Pass.All : [new Adam7Pass(0, 0, 1, 1)])
        {
            int columns = pass.Columns(header.Width);
            int count = columns == 0 ? 0 : pass.Rows(header.Height);
            int length = (int)header.RowBytes(columns);
            Array.Clear(prior);
            for (int row = 0; row < count; row++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                ReadOnlySpan<byte> stored = rows.Next(length + 1);
                PngUnfilter.Run(stored[0], stored[1..], prior.AsSpan(0, length), current.AsSpan(0, length), header.FilterStep);
                int rowStart = (pass.Top + (row * pass.StepY)) * header.Width * png.Channels;
                if (header.Interlaced)
                {
                    expander.Expand(current, columns, expanded);
                    Scatter(expanded, columns, png.Channels, pixels.AsSpan(rowStart, header.Width * png.Channels), pass);
                }
                else
                {
                    expander.Expand(current, columns, pixels.AsSpan(rowStart, columns * png.Channels));
                }

                (prior, current) = (current, prior);
            }
        }
    }

    private static void Scatter(ReadOnlySpan<byte> source, int columns, int channels, Span<byte> row, Adam7Pass pass)
    {
        for (int x = 0; x < columns; x++)
        {
            int to = (pass.Left + (x * pass.StepX)) * channels;
            for (int channel = 0; channel < channels; channel++)
            {
                row[to + channel] = source[(x * channels) + channel];
            }
        }
    }
}
