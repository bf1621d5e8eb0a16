using System.Buffers.Binary;
using System.Text;
using Vortex.Imaging.Codecs.Exif;

namespace Vortex.Imaging.Codecs.Jpeg;

/// <summary>What stands before the pixels of a JPEG file (ITU T.81, annex B): size, EXIF, XMP, comment.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Components">1 grey, 3 colour, 4 CMYK.</param>
/// <param name="Arithmetic">Whether the pixels are coded arithmetically.</param>
/// <param name="Scan">Where the marker of the first scan lies.</param>
/// <param name="Metadata">EXIF, XMP, comment.</param>
internal sealed record JpegHeader(int Width, int Height, int Components, bool Arithmetic, int Scan, ImageMetadata Metadata)
{
    private const byte StartOfScan = 0xDA;
    private const byte EndOfImage = 0xD9;
    private const byte App1 = 0xE1;
    private const byte Comment = 0xFE;

    /// <summary>Gets the three bytes every JPEG file begins with.</summary>
    internal static ReadOnlySpan<byte> Signature => [0xFF, 0xD8, 0xFF];

    /// <summary>Reads the segments up to the first scan.</summary>
    /// <exception cref="ImageFormatException">The file is damaged, cut short, or beyond a limit.</exception>
    internal static JpegHeader Read(ReadOnlyMemory<byte> file, ImageLimits limits)
    {
        MetadataBuilder metadata = new(limits);
        ReadOnlySpan<byte> bytes = file.Span;
        (int Width, int Height, int Components, bool Arithmetic)? frame = null;
        int position = 2;
        for (int count = 1; ; count++)
        {
            limits.CheckChunks(count);
            byte marker = NextMarker(bytes, ref position);
            if (marker is StartOfScan or EndOfImage)
            {
                return frame is { } found
                    ? new JpegHeader(found.Width, found.Height, found.Components, found.Arithmetic, position - 2, metadata.Build())
                    : throw ImageFormatException.Corrupt("JPEG", "it has no frame header");
            }

            // TEM and RSTn stand alone.
            if (marker is 0x01 or (>= 0xD0 and <= 0xD7))
            {
                continue;
            }

            if (bytes.Length - position < 2)
            {
                throw ImageFormatException.Truncated("JPEG");
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[position..]);
            if (length < 2)
            {
                throw ImageFormatException.Corrupt("JPEG", $"a segment claims {length} bytes");
            }

            if (bytes.Length - position < length)
            {
                throw ImageFormatException.Truncated("JPEG");
            }

            ReadOnlyMemory<byte> segment = file.Slice(position + 2, length - 2);
            position += length;
            if (IsFrame(marker))
            {
                frame ??= ReadFrame(marker, segment.Span);
            }
            else if (marker == App1)
            {
                ReadApp1(segment, metadata);
            }
            else if (marker == Comment)
            {
                metadata.AddText("comment", Encoding.UTF8.GetString(segment.Span).TrimEnd('\0'));
            }
        }
    }

    /// <summary>Returns whether the end-of-image marker is there. Without it the file has been cut, whatever was decoded.</summary>
    internal bool HasEnd(ReadOnlySpan<byte> bytes)
    {
        int position = Scan;
        while (position < bytes.Length)
        {
            int next = bytes[position..].IndexOf((byte)0xFF);
            if (next < 0 || position + next + 1 >= bytes.Length)
            {
                return false;
            }

            position += next + 1;
            byte marker = bytes[position];
            if (marker == EndOfImage)
            {
                return true;
            }

            // Zero is a stuffed byte of the pixels, another 0xFF is filling, and TEM and RSTn have no content.
            if (marker == 0xFF)
            {
                continue;
            }

            position++;
            if (marker is not (0x00 or 0x01 or (>= 0xD0 and <= 0xD7)) && bytes.Length - position >= 2)
            {
                position += BinaryPrimitives.ReadUInt16BigEndian(bytes[position..]);
            }
        }

        return false;
    }

    private static byte NextMarker(ReadOnlySpan<byte> bytes, ref int position)
    {
        // Libraries skip rubbish up to the next 0xFF, and any number of those before the marker.
        int start = position < bytes.Length ? bytes[position..].IndexOf((byte)0xFF) : -1;
        if (start < 0)
        {
            throw ImageFormatException.Truncated("JPEG");
        }

        position += start;
        while (position < bytes.Length && bytes[position] == 0xFF)
        {
            position++;
        }

        return position < bytes.Length ? bytes[position++] : throw ImageFormatException.Truncated("JPEG");
    }

    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    private static (int Width, int Height, int Components, bool Arithmetic) ReadFrame(byte marker, ReadOnlySpan<byte> data)
    {
        if (data.Length < 6)
        {
            throw ImageFormatException.Corrupt("JPEG", "its frame header is too short");
        }

        int height = BinaryPrimitives.ReadUInt16BigEndian(data[1..]);
        int width = BinaryPrimitives.ReadUInt16BigEndian(data[3..]);
        return width == 0 || height == 0
            ? throw ImageFormatException.Corrupt("JPEG", $"a size of {width}x{height} is not possible")
            : (width, height, data[5], marker >= 0xC9);
    }

    private static void ReadApp1(ReadOnlyMemory<byte> segment, MetadataBuilder metadata)
    {
        ReadOnlySpan<byte> xmp = "http://ns.adobe.com/xap/1.0/\0"u8;
        if (segment.Span.StartsWith("Exif\0\0"u8))
        {
            ExifReader.Read(segment, metadata);
        }
        else if (segment.Span.StartsWith(xmp))
        {
            metadata.AddXmp(segment.Span[xmp.Length..]);
        }
    }
}
