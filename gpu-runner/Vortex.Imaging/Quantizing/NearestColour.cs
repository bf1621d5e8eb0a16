namespace Vortex.Imaging.Quantizing;

/// <summary>Finds the palette entry for a colour, as Pillow 9.4 does: of 256 entries, the missing ones black.</summary>
/// <remarks>
/// Colours are looked up in cells of 4x4x4 by their darkest corner; the nearest entry of that corner, the first among equals,
/// stands for the whole cell. Not safe for use by several threads.
/// </remarks>
internal sealed class NearestColour
{
    private const int Entries = 256;
    private const short Unknown = -1;

    private readonly byte[] _palette = new byte[Entries * 3];
    private readonly short[] _cells = new short[64 * 64 * 64];

    internal NearestColour(ReadOnlySpan<byte> palette)
    {
        palette.CopyTo(_palette);
        Array.Fill(_cells, Unknown);
    }

    /// <summary>Returns the three bytes of the entry for that colour.</summary>
    internal ReadOnlySpan<byte> Find(int red, int green, int blue)
    {
        int cell = ((red >> 2) << 12) | ((green >> 2) << 6) | (blue >> 2);
        if (_cells[cell] == Unknown)
        {
            _cells[cell] = Search(red & ~3, green & ~3, blue & ~3);
        }

        return _palette.AsSpan(_cells[cell] * 3, 3);
    }

    private short Search(int red, int green, int blue)
    {
        short best = 0;
        int least = int.MaxValue;
        for (short i = 0; i < Entries; i++)
        {
            int r = _palette[i * 3] - red;
            int g = _palette[(i * 3) + 1] - green;
            int b = _palette[(i * 3) + 2] - blue;
            int distance = (r * r) + (g * g) + (b * b);
            if (distance < least)
            {
                (best, least) = (i, distance);
            }
        }

        return best;
    }
}
