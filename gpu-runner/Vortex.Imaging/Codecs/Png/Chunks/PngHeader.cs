using System.Buffers.Binary;

namespace Vortex.Imaging.Codecs.Png.Chunks;

/// <summary>The IHDR chunk, checked.</summary>
internal readonly record struct PngHeader(int Width, int Height, byte Depth, PngColorType Color, bool Interlaced)
{
    internal const int Size = 13;

    /// <summary>Gets the samples per pixel as stored; a palette index is one.</summary>
    internal int Samples => Color switch
    {
        PngColorType.Rgb => 3,
        PngColorType.GreyAlpha => 2,
        PngColorType.Rgba => 4,
        _ => 1,
    };

    /// <summary>Gets the bytes from a sample to the same sample of the pixel before it, at least 1: the distance filters look back.</summary>
    internal int FilterStep => Math.Max(1, Samples * Depth / 8);

    /// <summary>Returns the bytes of a row of <paramref name="width"/> pixels, without its filter byte.</summary>
    internal long RowBytes(int width) => (((long)width * Samples * Depth) + 7) / 8;

    /// <summary>Returns the bytes that the pixel data inflates to, filter bytes included.</summary>
    internal long RawBytes()
    {
        if (!Interlaced)
        {
            return (RowBytes(Width) + 1) * Height;
        }

        long sum = 0;
        foreach (Adam7Pass pass in Adam7Pass.All)
        {
            int width = pass.Columns(Width);
            sum += width == 0 ? 0 : (RowBytes(width) + 1) * pass.Rows(Height);
        }

        return sum;
    }

    /// <summary>Reads and checks the chunk's data.</summary>
    /// <exception cref="ImageFormatException">It breaks the specification.</exception>
    internal static PngHeader Parse(ReadOnlySpan<byte> data)
    {
        if (data.Length != Size)
        {
            throw ImageFormatException.Corrupt("PNG", $"its header has {data.Length} bytes instead of {Size}");
        }

        uint width = BinaryPrimitives.ReadUInt32BigEndian(data);
        uint height = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue)
        {
            throw ImageFormatException.Corrupt("PNG", $"a size of {width}x{height} is not possible");
        }

        byte depth = data[8];
        PngColorType color = (PngColorType)data[9];
        bool valid = color switch
        {
            PngColorType.Grey => depth is 1 or 2 or 4 or 8 or 16,
            PngColorType.Palette => depth is 1 or 2 or 4 or 8,
            PngColorType.Rgb or PngColorType.GreyAlpha or PngColorType.Rgba => depth is 8 or 16,
            _ => false,
        };
        if (!valid)
        {
            throw ImageFormatException.Corrupt("PNG", $"colour type {data[9]} with {depth} bits does not exist");
        }

        if (data[10] != 0 || data[11] != 0 || data[12] > 1)
        {
            throw ImageFormatException.Corrupt("PNG", $"compression {data[10]}, filter {data[11]} or interlace {data[12]} does not exist");
        }

        return new PngHeader((int)width, (int)height, depth, color, data[12] == 1);
    }
}
