namespace Vortex.Workflows.Comfy;

/// <summary>Reads the simple tags of WebM and Matroska (RFC 9559): elements of an id, a length and content, nested.</summary>
internal static class MatroskaTexts
{
    private const ulong Segment = 0x18538067;
    private const ulong Tags = 0x1254C367;
    private const ulong Tag = 0x7373;
    private const ulong SimpleTag = 0x67C8;
    private const ulong TagName = 0x45A3;
    private const ulong TagText = 0x4487;
    private const int MaxElements = 1_000_000;

    /// <summary>Segment, tags, tag, simple tag, and a simple tag within it.</summary>
    private const int MaxDepth = 5;

    public static void Read(ReadOnlyMemory<byte> file, FoundTexts found)
    {
        int left = MaxElements;
        Walk(file, found, 0, ref left);
    }

    private static void Walk(ReadOnlyMemory<byte> data, FoundTexts found, int depth, ref int left)
    {
        ReadOnlyMemory<byte> name = default;
        for (int at = 0; at < data.Length && left-- > 0;)
        {
            if (!Number(data.Span[at..], keepMark: true, out ulong id, out int idLength)
                || !Number(data.Span[(at + idLength)..], keepMark: false, out ulong length, out int lengthLength))
            {
                return;
            }

            at += idLength + lengthLength;

            // An unknown length reaches to the end; a wrong one is cut there.
            int size = (int)Math.Min(length, (ulong)(data.Length - at));
            ReadOnlyMemory<byte> content = data.Slice(at, size);
            at += size;
            switch (id)
            {
                case Segment or Tags or Tag or SimpleTag when depth < MaxDepth:
                    Walk(content, found, depth + 1, ref left);
                    break;
                case TagName:
                    name = content;
                    break;
                case TagText:
                    found.Offer(name.Span, content);
                    break;
            }
        }
    }

    /// <summary>A number whose first byte tells its length by leading zero bits.</summary>
    private static bool Number(ReadOnlySpan<byte> data, bool keepMark, out ulong value, out int length)
    {
        value = 0;
        length = 0;
        if (data.IsEmpty || data[0] == 0)
        {
            return false;
        }

        length = System.Numerics.BitOperations.LeadingZeroCount((uint)data[0]) - 23;
        if (length > data.Length)
        {
            return false;
        }

        value = keepMark ? data[0] : data[0] & ((1UL << (8 - length)) - 1);
        for (int i = 1; i < length; i++)
        {
            value = (value << 8) | data[i];
        }

        return true;
    }
}
