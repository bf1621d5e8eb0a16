using System.Buffers.Binary;

namespace Vortex.Workflows.Comfy;

/// <summary>Reads the EXIF segments of JPEG.</summary>
internal static class JpegTexts
{
    private const byte App1 = 0xE1;
    private const byte StartOfScan = 0xDA;

    public static void Read(ReadOnlyMemory<byte> file, FoundTexts found)
    {
        for (int at = 2; at + 4 <= file.Length && file.Span[at] == 0xFF;)
        {
            byte marker = file.Span[at + 1];
            int length = BinaryPrimitives.ReadUInt16BigEndian(file.Span[(at + 2)..]);
            if (marker == StartOfScan || length < 2 || length > file.Length - at - 2)
            {
                return;
            }

            if (marker == App1 && file.Span.Slice(at + 4, length - 2).StartsWith("Exif\0\0"u8))
            {
                ExifTexts.Read(file.Slice(at + 4, length - 2), found);
            }

            at += 2 + length;
        }
    }
}
