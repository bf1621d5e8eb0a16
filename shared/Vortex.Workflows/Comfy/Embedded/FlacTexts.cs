using System.Buffers.Binary;

namespace Vortex.Workflows.Comfy;

/// <summary>Reads the Vorbis comments of FLAC: <c>NAME=text</c>.</summary>
internal static class FlacTexts
{
    private const int VorbisComment = 4;

    public static void Read(ReadOnlyMemory<byte> file, FoundTexts found)
    {
        for (int at = 4; at + 4 <= file.Length;)
        {
            uint header = BinaryPrimitives.ReadUInt32BigEndian(file.Span[at..]);
            int length = (int)(header & 0xFFFFFF);
            if (length > file.Length - at - 4)
            {
                return;
            }

            if (((header >> 24) & 0x7F) == VorbisComment)
            {
                ReadComments(file.Slice(at + 4, length), found);
            }

            if (header >> 31 == 1)
            {
                return;
            }

            at += 4 + length;
        }
    }

    private static void ReadComments(ReadOnlyMemory<byte> block, FoundTexts found)
    {
        if (!Take(ref block, out _) || block.Length < 4)
        {
            return;
        }

        block = block[4..];
        while (Take(ref block, out ReadOnlyMemory<byte> comment))
        {
            int equal = comment.Span.IndexOf((byte)'=');
            if (equal > 0)
            {
                found.Offer(comment.Span[..equal], comment[(equal + 1)..]);
            }
        }
    }

    /// <summary>Takes a text with its length in front.</summary>
    private static bool Take(ref ReadOnlyMemory<byte> block, out ReadOnlyMemory<byte> text)
    {
        text = default;
        if (block.Length < 4)
        {
            return false;
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(block.Span);
        if (length > block.Length - 4)
        {
            return false;
        }

        text = block.Slice(4, (int)length);
        block = block[(4 + (int)length)..];
        return true;
    }
}
