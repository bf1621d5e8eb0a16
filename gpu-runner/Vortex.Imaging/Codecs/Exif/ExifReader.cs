using System.Buffers.Binary;
using System.Text;

namespace Vortex.Imaging.Codecs.Exif;

/// <summary>Reads orientation and strings out of an EXIF block (EXIF 2.3, a TIFF directory). Never fails: what makes no sense is left out.</summary>
internal ref struct ExifReader
{
    // A directory has a dozen entries in practice; hostile ones may claim 65535 in each, which is still only a short loop.
    private const int EntrySize = 12;
    private const ushort TypeByte = 1;
    private const ushort TypeAscii = 2;
    private const ushort TypeShort = 3;
    private const ushort TypeLong = 4;
    private const ushort TypeUndefined = 7;

    private readonly ReadOnlySpan<byte> _block;
    private readonly bool _littleEndian;
    private readonly MetadataBuilder _metadata;

    private ExifReader(ReadOnlySpan<byte> block, bool littleEndian, MetadataBuilder metadata)
    {
        _block = block;
        _littleEndian = littleEndian;
        _metadata = metadata;
    }

    /// <summary>Adds what the block says to <paramref name="metadata"/>.</summary>
    /// <param name="block">From the TIFF header on, or with the "Exif\0\0" that some writers leave before it.</param>
    /// <param name="metadata">Takes the strings, the orientation and the block itself.</param>
    internal static void Read(ReadOnlyMemory<byte> block, MetadataBuilder metadata)
    {
        if (block.Span.StartsWith("Exif\0\0"u8))
        {
            block = block[6..];
        }

        ReadOnlySpan<byte> bytes = block.Span;
        bool little = bytes.StartsWith("II*\0"u8);
        if (bytes.Length < 8 || (!little && !bytes.StartsWith("MM\0*"u8)))
        {
            return;
        }

        metadata.SetExif(block);
        ExifReader reader = new(bytes, little, metadata);
        reader.ReadDirectory(reader.UInt32(4), followExif: true);
    }

    private readonly void ReadDirectory(uint offset, bool followExif)
    {
        if (offset > (uint)_block.Length - 2)
        {
            return;
        }

        int count = UInt16((int)offset);
        uint exifDirectory = 0;
        for (int i = 0; i < count; i++)
        {
            long at = offset + 2 + ((long)i * EntrySize);
            if (at + EntrySize > _block.Length)
            {
                break;
            }

            int entry = (int)at;
            ushort tag = UInt16(entry);
            if (tag == ExifTag.ExifDirectory)
            {
                exifDirectory = UInt32(entry + 8);
            }
            else if (tag == ExifTag.Orientation)
            {
                ReadOrientation(entry);
            }
            else
            {
                ReadText(tag, entry);
            }
        }

        // One level only, so that a directory that names itself ends.
        if (followExif && exifDirectory != 0)
        {
            ReadDirectory(exifDirectory, followExif: false);
        }
    }

    private readonly void ReadOrientation(int entry)
    {
        int value = UInt16(entry + 2) switch
        {
            TypeShort => UInt16(entry + 8),
            TypeLong => (int)Math.Min(UInt32(entry + 8), 9),
            _ => 0,
        };
        if (value is >= 1 and <= 8)
        {
            _metadata.Orientation = value;
        }
    }

    private readonly void ReadText(ushort tag, int entry)
    {
        ushort type = UInt16(entry + 2);
        bool comment = tag == ExifTag.UserComment && type is TypeUndefined or TypeByte;
        if (type != TypeAscii && !comment)
        {
            return;
        }

        uint length = UInt32(entry + 4);
        uint start = length <= 4 ? (uint)entry + 8 : UInt32(entry + 8);
        if (length == 0 || start > (uint)_block.Length || length > (uint)_block.Length - start)
        {
            return;
        }

        ReadOnlySpan<byte> value = _block.Slice((int)start, (int)length);
        string text = comment ? UserComment(value) : Encoding.UTF8.GetString(value).TrimEnd('\0');
        if (text.Length > 0)
        {
            (string keyword, string content) = Split(ExifTag.Name(tag), text);
            _metadata.AddText(keyword, content);
        }
    }

    /// <summary>Takes <c>prompt:{...}</c> apart, the form in which ComfyUI hides JSON in EXIF strings.</summary>
    private static (string Keyword, string Text) Split(string tagName, string text)
    {
        int colon = text.AsSpan(0, Math.Min(text.Length, 80)).IndexOf(':');
        if (colon < 1)
        {
            return (tagName, text);
        }

        bool name = text.AsSpan(0, colon).IndexOfAnyExcept(NameCharacters) < 0;
        ReadOnlySpan<char> rest = text.AsSpan(colon + 1).TrimStart();
        return name && rest.Length > 0 && rest[0] is '{' or '['
            ? (text[..colon], text[(colon + 1)..])
            : (tagName, text);
    }

    private static readonly System.Buffers.SearchValues<char> NameCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-. ");

    private readonly string UserComment(ReadOnlySpan<byte> value)
    {
        // Eight bytes name the character code. "UNICODE" is UTF-16 in the byte order of the block, or big-endian by
        // writers that do not care: a comment in Latin letters shows which by where its zeros are.
        if (value.Length < 8)
        {
            return "";
        }

        ReadOnlySpan<byte> content = value[8..];
        if (value.StartsWith("UNICODE\0"u8))
        {
            bool little = content.Length >= 2 && (content[0] == 0) != (content[1] == 0) ? content[1] == 0 : _littleEndian;
            return (little ? Encoding.Unicode : Encoding.BigEndianUnicode).GetString(content).TrimEnd('\0');
        }

        return Encoding.UTF8.GetString(content).TrimEnd('\0', ' ');
    }

    private readonly ushort UInt16(int at) => _littleEndian
        ? BinaryPrimitives.ReadUInt16LittleEndian(_block[at..])
        : BinaryPrimitives.ReadUInt16BigEndian(_block[at..]);

    private readonly uint UInt32(int at) => _littleEndian
        ? BinaryPrimitives.ReadUInt32LittleEndian(_block[at..])
        : BinaryPrimitives.ReadUInt32BigEndian(_block[at..]);
}
