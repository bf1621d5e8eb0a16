using System.Buffers.Binary;

namespace Vortex.Workflows.Comfy;

/// <summary>Reads the EXIF chunk of WebP.</summary>
internal static class WebpTexts
{
    public static void Read(ReadOnlyMemory<byte> file, FoundTexts found)
    {
        for (long at = 12; at + 8 <= file.Length;)
        {
            ReadOnlySpan<byte> chunk = file.Span[(int)at..];
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            if (length > chunk.Length - 8)
            {
                return;
            }

            if (chunk.StartsWith("EXIF"u8))
            {
                ExifTexts.Read(file.Slice((int)at + 8, (int)length), found);
            }

            // Chunks start at even places.
            at += 8 + length + (length & 1);
        }
    }
}
