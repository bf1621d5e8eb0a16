using System.Buffers.Binary;

namespace Vortex.Workflows.Comfy;

/// <summary>Reads the ASCII fields of EXIF data: ComfyUI writes <c>workflow:{…}</c> and <c>prompt:{…}</c> into fields meant for camera names.</summary>
internal static class ExifTexts
{
    private const int Ascii = 2;
    private const int Undefined = 7;
    private const int ExifDirectory = 0x8769;
    private const int UserComment = 0x9286;
    private const int MaxDirectories = 8;

    public static void Read(ReadOnlyMemory<byte> data, FoundTexts found)
    {
        // Some writers keep the mark JPEG puts in front.
        if (data.Span.StartsWith("Exif\0\0"u8))
        {
            data = data[6..];
        }

        if (data.Length < 8 || !(data.Span.StartsWith("II"u8) || data.Span.StartsWith("MM"u8)))
        {
            return;
        }

        Tiff tiff = new(data, data.Span[0] == 'I');
        Queue<uint> directories = new([tiff.UInt32(4)]);
        for (int read = 0; read < MaxDirectories && directories.TryDequeue(out uint at); read++)
        {
            ReadDirectory(tiff, at, directories, found);
        }
    }

    private static void ReadDirectory(Tiff tiff, uint at, Queue<uint> directories, FoundTexts found)
    {
        if (!tiff.Holds(at, 2))
        {
            return;
        }

        int count = tiff.UInt16(at);
        for (int i = 0; i < count; i++)
        {
            long entry = at + 2 + (i * 12L);
            if (!tiff.Holds(entry, 12))
            {
                return;
            }

            int tag = tiff.UInt16(entry);
            int kind = tiff.UInt16(entry + 2);
            uint length = tiff.UInt32(entry + 4);
            uint value = tiff.UInt32(entry + 8);
            if (tag == ExifDirectory)
            {
                directories.Enqueue(value);
            }
            else if (kind == Ascii && length > 4 && tiff.Holds(value, length))
            {
                found.OfferNamed(Trim(tiff.Data.Slice((int)value, (int)length)));
            }
            else if (tag == UserComment && kind == Undefined && length > 8 && tiff.Holds(value, length))
            {
                ReadComment(tiff, value, length, found);
            }
        }
    }

    /// <summary>A comment starts with eight bytes that name its character set. Other programs keep generation parameters there.</summary>
    private static void ReadComment(Tiff tiff, uint at, uint length, FoundTexts found)
    {
        ReadOnlyMemory<byte> comment = tiff.Data.Slice((int)at, (int)length);
        ReadOnlyMemory<byte> text = Trim(comment[8..]);
        if (comment.Span.StartsWith("UNICODE\0"u8))
        {
            System.Text.Encoding encoding = tiff.IsLittle ? System.Text.Encoding.Unicode : System.Text.Encoding.BigEndianUnicode;
            text = System.Text.Encoding.UTF8.GetBytes(encoding.GetString(comment.Span[8..]).TrimEnd('\0'));
        }

        if (text.Span.StartsWith("{"u8))
        {
            found.Offer("workflow"u8, text);
        }
        else
        {
            found.Offer("parameters"u8, text);
        }
    }

    private static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> text) => text[..text.Span.TrimEnd((byte)0).Length];

    private readonly record struct Tiff(ReadOnlyMemory<byte> Data, bool IsLittle)
    {
        public bool Holds(long at, long length) => at >= 0 && at + length <= Data.Length;

        public int UInt16(long at)
        {
            ReadOnlySpan<byte> bytes = Data.Span[(int)at..];
            return IsLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
        }

        public uint UInt32(long at)
        {
            ReadOnlySpan<byte> bytes = Data.Span[(int)at..];
            return IsLittle ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
        }
    }
}
