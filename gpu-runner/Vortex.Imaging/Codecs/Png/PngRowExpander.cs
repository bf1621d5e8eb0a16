using System.Buffers.Binary;
using Vortex.Imaging.Codecs.Png.Chunks;

namespace Vortex.Imaging.Codecs.Png;

/// <summary>Turns an unfiltered row of any colour type and depth into 8-bit pixels, the values ComfyUI's LoadImage sees.</summary>
/// <remarks>
/// Fewer than 8 bits are spread over 0 to 255. Of 16 bits the high byte is taken, but 16-bit grey is divided by 255 and
/// clamped: Pillow opens it as whole numbers ("I"), and LoadImage multiplies those by 1/255 before it asks for RGB.
/// A tRNS colour is compared at full depth, as the specification says. A palette index without a colour is
/// opaque grey of its own number, which is what Pillow's palettes hold before they are filled.
/// </remarks>
internal sealed class PngRowExpander
{
    private readonly PngColorType _color;
    private readonly int _depth;
    private readonly bool _alpha;
    private readonly byte[] _table;
    private readonly int _keyRed;
    private readonly int _keyGreen;
    private readonly int _keyBlue;

    internal PngRowExpander(PngContents png)
    {
        (_color, _depth) = (png.Header.Color, png.Header.Depth);
        _alpha = png.Alpha is AlphaSource.ColorKey or AlphaSource.Palette;
        _table = _color == PngColorType.Palette ? PaletteTable(png) : _color == PngColorType.Grey && _depth <= 8 ? GreyTable(_depth) : [];
        if (png.Alpha == AlphaSource.ColorKey)
        {
            // Only as many bits as a sample has count; writers leave rubbish above them.
            ReadOnlySpan<byte> key = png.Transparency!.Value.Span;
            int mask = (1 << _depth) - 1;
            _keyRed = BinaryPrimitives.ReadUInt16BigEndian(key) & mask;
            if (_color == PngColorType.Rgb)
            {
                _keyGreen = BinaryPrimitives.ReadUInt16BigEndian(key[2..]) & mask;
                _keyBlue = BinaryPrimitives.ReadUInt16BigEndian(key[4..]) & mask;
            }
        }
    }

    /// <summary>Expands the first <paramref name="columns"/> pixels of <paramref name="row"/>.</summary>
    internal void Expand(ReadOnlySpan<byte> row, int columns, Span<byte> result)
    {
        switch (_color)
        {
            case PngColorType.Palette:
                ExpandPalette(row, columns, result);
                break;
            case PngColorType.Grey when _depth == 16:
                ExpandGrey16(row, columns, result);
                break;
            case PngColorType.Grey:
                ExpandGrey(row, columns, result);
                break;
            case PngColorType.Rgb when _alpha:
                ExpandRgbWithKey(row, columns, result);
                break;
            default:
                int samples = columns * (_color switch { PngColorType.Rgb => 3, PngColorType.GreyAlpha => 2, _ => 4 });
                if (_depth == 8)
                {
                    row[..samples].CopyTo(result);
                }
                else
                {
                    HighBytes(row, result[..samples]);
                }

                break;
        }
    }

    private static void HighBytes(ReadOnlySpan<byte> row, Span<byte> result)
    {
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = row[i * 2];
        }
    }

    private void ExpandPalette(ReadOnlySpan<byte> row, int columns, Span<byte> result)
    {
        int at = 0;
        for (int x = 0; x < columns; x++)
        {
            int entry = Sample(row, x) * 4;
            result[at] = _table[entry];
            result[at + 1] = _table[entry + 1];
            result[at + 2] = _table[entry + 2];
            at += 3;
            if (_alpha)
            {
                result[at++] = _table[entry + 3];
            }
        }
    }

    private void ExpandGrey(ReadOnlySpan<byte> row, int columns, Span<byte> result)
    {
        for (int x = 0; x < columns; x++)
        {
            int value = Sample(row, x);
            if (_alpha)
            {
                result[x * 2] = _table[value];
                result[(x * 2) + 1] = value == _keyRed ? (byte)0 : (byte)255;
            }
            else
            {
                result[x] = _table[value];
            }
        }
    }

    private void ExpandGrey16(ReadOnlySpan<byte> row, int columns, Span<byte> result)
    {
        for (int x = 0; x < columns; x++)
        {
            int value = BinaryPrimitives.ReadUInt16BigEndian(row[(x * 2)..]);
            // In double and by the reciprocal, as Pillow's point() does: 255 * n may come out just below n.
            byte grey = (byte)Math.Min(255, (int)(value * (1.0 / 255.0)));
            if (_alpha)
            {
                result[x * 2] = grey;
                result[(x * 2) + 1] = value == _keyRed ? (byte)0 : (byte)255;
            }
            else
            {
                result[x] = grey;
            }
        }
    }

    private void ExpandRgbWithKey(ReadOnlySpan<byte> row, int columns, Span<byte> result)
    {
        int size = _depth / 8;
        for (int x = 0; x < columns; x++)
        {
            ReadOnlySpan<byte> pixel = row.Slice(x * 3 * size, 3 * size);
            bool transparent = size == 1
                ? pixel[0] == _keyRed && pixel[1] == _keyGreen && pixel[2] == _keyBlue
                : BinaryPrimitives.ReadUInt16BigEndian(pixel) == _keyRed
                    && BinaryPrimitives.ReadUInt16BigEndian(pixel[2..]) == _keyGreen
                    && BinaryPrimitives.ReadUInt16BigEndian(pixel[4..]) == _keyBlue;
            int at = x * 4;
            result[at] = pixel[0];
            result[at + 1] = pixel[size];
            result[at + 2] = pixel[2 * size];
            result[at + 3] = transparent ? (byte)0 : (byte)255;
        }
    }

    private int Sample(ReadOnlySpan<byte> row, int x)
    {
        if (_depth == 8)
        {
            return row[x];
        }

        int bit = x * _depth;
        return (row[bit >> 3] >> (8 - _depth - (bit & 7))) & ((1 << _depth) - 1);
    }

    private static byte[] GreyTable(int depth)
    {
        byte[] table = new byte[1 << depth];
        for (int i = 0; i < table.Length; i++)
        {
            table[i] = (byte)(i * 255 / (table.Length - 1));
        }

        return table;
    }

    private static byte[] PaletteTable(PngContents png)
    {
        byte[] table = new byte[256 * 4];
        ReadOnlySpan<byte> colours = png.Palette.Span;
        ReadOnlySpan<byte> alpha = png.Transparency is { } chunk ? chunk.Span : default;
        for (int i = 0; i < 256; i++)
        {
            if (i * 3 < colours.Length)
            {
                colours.Slice(i * 3, 3).CopyTo(table.AsSpan(i * 4));
            }
            else
            {
                table.AsSpan(i * 4, 3).Fill((byte)i);
            }

            table[(i * 4) + 3] = i < alpha.Length ? alpha[i] : (byte)255;
        }

        return table;
    }
}
