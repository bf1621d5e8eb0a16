using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Vortex.Workflows;

/// <summary>Checks UTF-8.</summary>
internal static class Utf8Text
{
    /// <summary>Returns whether all bytes are UTF-8; otherwise where the first that are not begin.</summary>
    public static bool IsValid(ReadOnlySpan<byte> text, out int bad)
    {
        bad = 0;
        if (Utf8.IsValid(text))
        {
            return true;
        }

        // Whole blocks first; a character cut by a block's end is looked at again with the next one.
        const int Block = 4096;
        while (bad + Block < text.Length && Utf8.IsValid(text.Slice(bad, Block)))
        {
            bad += Block;
        }

        while (Rune.DecodeFromUtf8(text[bad..], out _, out int used) == OperationStatus.Done)
        {
            bad += used;
        }

        return false;
    }
}
