using System.Text;
using Vortex.Imaging.Codecs.Png.Chunks;

namespace Vortex.Imaging.Codecs.Png;

/// <summary>The rules for text in PNG (specification, section 11.3.3.1), and how it is written.</summary>
public static class PngText
{
    /// <summary>Returns whether PNG allows the keyword: 1 to 79 printable Latin-1 characters, no space first, last or twice in a row.</summary>
    public static bool IsKeyword(string keyword)
    {
        if (keyword.Length is 0 or > 79 || keyword[0] == ' ' || keyword[^1] == ' ' || keyword.Contains("  ", StringComparison.Ordinal))
        {
            return false;
        }

        foreach (char character in keyword)
        {
            if (character is not ((>= ' ' and <= '~') or (>= '\u00A1' and <= '\u00FF')))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Writes one text chunk.</summary>
    /// <exception cref="ArgumentException">The keyword is not allowed.</exception>
    internal static void Write(PngChunkWriter chunks, string keyword, string text)
    {
        if (!IsKeyword(keyword))
        {
            throw new ArgumentException($"'{keyword}' is no PNG keyword: 1 to 79 printable Latin-1 characters, without a space at either end.", nameof(keyword));
        }

        bool latin = text.AsSpan().IndexOfAnyExceptInRange('\0', '\u00FF') < 0;
        using MemoryStream data = new();
        data.Write(Encoding.Latin1.GetBytes(keyword));
        // iTXt: end of the keyword, not compressed, method 0, no language, no translated keyword.
        data.Write(latin ? [0] : [0, 0, 0, 0, 0]);
        data.Write(latin ? Encoding.Latin1.GetBytes(text) : Encoding.UTF8.GetBytes(text));
        chunks.Write(latin ? PngChunkType.Text : PngChunkType.InternationalText, data.GetBuffer().AsSpan(0, (int)data.Length));
    }
}
