using System.Buffers.Binary;

namespace Vortex.Workflows.Comfy;

/// <summary>Reads the metadata list of MP4: names in <c>keys</c>, texts in <c>ilst</c>, at <c>moov/meta</c> or <c>moov/udta/meta</c>.</summary>
internal static class Mp4Texts
{
    private const int MaxKeys = 10_000;

    public static void Read(ReadOnlyMemory<byte> file, FoundTexts found)
    {
        foreach (ReadOnlyMemory<byte> movie in Boxes(file, "moov"u8.ToArray()))
        {
            foreach (ReadOnlyMemory<byte> meta in Boxes(movie, "meta"u8.ToArray()))
            {
                ReadMeta(meta, found);
            }

            foreach (ReadOnlyMemory<byte> meta in Boxes(movie, "udta"u8.ToArray()).SelectMany(data => Boxes(data, "meta"u8.ToArray())))
            {
                ReadMeta(meta, found);
            }
        }
    }

    private static void ReadMeta(ReadOnlyMemory<byte> meta, FoundTexts found)
    {
        // By the ISO standard four bytes of version and flags come first; QuickTime has none.
        ReadOnlyMemory<byte> boxes = meta.Length >= 8 && !meta.Span[4..].StartsWith("hdlr"u8) ? meta[4..] : meta;
        List<ReadOnlyMemory<byte>> names = [.. Boxes(boxes, "keys"u8.ToArray()).SelectMany(Names)];
        foreach ((uint type, ReadOnlyMemory<byte> item) in Boxes(boxes, "ilst"u8.ToArray()).SelectMany(All))
        {
            if (type >= 1 && type <= names.Count
                && Boxes(item, "data"u8.ToArray()).FirstOrDefault() is { Length: > 8 } data)
            {
                found.Offer(names[(int)type - 1].Span, data[8..]);
            }
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Names(ReadOnlyMemory<byte> keys)
    {
        for (int at = 8, count = 0; at + 8 <= keys.Length && count < MaxKeys; count++)
        {
            uint size = BinaryPrimitives.ReadUInt32BigEndian(keys.Span[at..]);
            if (size < 8 || size > keys.Length - at)
            {
                yield break;
            }

            yield return keys.Slice(at + 8, (int)size - 8);
            at += (int)size;
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Boxes(ReadOnlyMemory<byte> data, byte[] type)
    {
        uint wanted = BinaryPrimitives.ReadUInt32BigEndian(type);
        return All(data).Where(box => box.Type == wanted).Select(box => box.Content);
    }

    private static IEnumerable<(uint Type, ReadOnlyMemory<byte> Content)> All(ReadOnlyMemory<byte> data)
    {
        for (long at = 0; at + 8 <= data.Length;)
        {
            ulong size = BinaryPrimitives.ReadUInt32BigEndian(data.Span[(int)at..]);
            uint type = BinaryPrimitives.ReadUInt32BigEndian(data.Span[((int)at + 4)..]);
            int header = 8;
            if (size == 1 && at + 16 <= data.Length)
            {
                size = BinaryPrimitives.ReadUInt64BigEndian(data.Span[((int)at + 8)..]);
                header = 16;
            }
            else if (size == 0)
            {
                size = (ulong)(data.Length - at);
            }

            if (size < (ulong)header || size > (ulong)(data.Length - at))
            {
                yield break;
            }

            yield return (type, data.Slice((int)at + header, (int)size - header));
            at += (long)size;
        }
    }
}
