using System.Buffers.Binary;
using System.Text;

namespace Vortex.Imaging.Codecs.Exif;

/// <summary>Writes text as EXIF strings, the way ComfyUI does where a format has no text chunks: <c>keyword:text</c> in ASCII tags.</summary>
/// <remarks><c>prompt</c> goes to Model, <c>workflow</c> and what else there is to Make and the tags below it, as ComfyUI counts them.</remarks>
internal static class ExifWriter
{
    // Below Make and above the tags that say how the pixels are stored (0x0100 to 0x0107), which nothing may overwrite.
    private const ushort LowestTag = 0x0108;

    /// <summary>Returns a little-endian TIFF block with one directory, or nothing where there is no text.</summary>
    /// <exception cref="ArgumentException">There are more entries than tags for them.</exception>
    internal static byte[] Write(IReadOnlyList<KeyValuePair<string, string>> text)
    {
        if (text.Count == 0)
        {
            return [];
        }

        SortedDictionary<ushort, byte[]> entries = [];
        ushort next = ExifTag.Make;
        foreach ((string keyword, string value) in text)
        {
            ushort tag = keyword == "prompt" && !entries.ContainsKey(ExifTag.Model) ? ExifTag.Model : next--;
            if (tag < LowestTag)
            {
                throw new ArgumentException($"{text.Count} texts do not fit into EXIF, which has room for eight.", nameof(text));
            }

            entries.Add(tag, Encoding.UTF8.GetBytes($"{keyword}:{value}\0"));
        }

        const int Start = 8;
        int directory = 2 + (entries.Count * 12) + 4;
        byte[] block = new byte[Start + directory + entries.Values.Sum(value => value.Length + (value.Length & 1))];
        "II*\0"u8.CopyTo(block);
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(4), Start);
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(Start), (ushort)entries.Count);
        int entry = Start + 2;
        int data = Start + directory;
        foreach ((ushort tag, byte[] value) in entries)
        {
            // A value is at least "k:" and its zero; those of four bytes and fewer lie in the entry itself.
            BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(entry), tag);
            BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(entry + 2), 2);
            BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(entry + 4), (uint)value.Length);
            if (value.Length <= 4)
            {
                value.CopyTo(block, entry + 8);
            }
            else
            {
                BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(entry + 8), (uint)data);
                value.CopyTo(block, data);
                data += value.Length + (value.Length & 1);
            }

            entry += 12;
        }

        return block[..data];
    }
}
