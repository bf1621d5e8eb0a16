using System.Buffers.Binary;
using Vortex.Imaging.Codecs.Exif;

namespace Vortex.Imaging.Codecs.WebP;

/// <summary>The RIFF container of a WebP file taken apart (RFC 9649): canvas, first frame, EXIF and XMP.</summary>
/// <param name="Width">Columns of the canvas.</param>
/// <param name="Height">Rows of the canvas.</param>
/// <param name="Alpha">Whether the container announces alpha; a hint, the bitstream decides for a still picture.</param>
/// <param name="FirstFrame">The first frame of an animation; nothing for a still picture.</param>
/// <param name="Riff">The file without what follows its RIFF chunk.</param>
/// <param name="Metadata">EXIF and XMP.</param>
internal sealed record WebPContainer(int Width, int Height, bool Alpha, WebPFrame? FirstFrame, ReadOnlyMemory<byte> Riff, ImageMetadata Metadata)
{
    internal const int RiffHeader = 12;
    internal const int ChunkHeader = 8;
    internal const byte AlphaFlag = 0x10;
    internal const byte ExifFlag = 0x08;
    internal const byte AnimationFlag = 0x02;

    internal static ReadOnlySpan<byte> Vp8 => "VP8 "u8;

    internal static ReadOnlySpan<byte> Vp8L => "VP8L"u8;

    internal static ReadOnlySpan<byte> Vp8X => "VP8X"u8;

    /// <summary>Reads the chunks, without the system's library.</summary>
    /// <exception cref="ImageFormatException">The file is damaged, cut short, or beyond a limit.</exception>
    internal static WebPContainer Read(ReadOnlyMemory<byte> file, ImageLimits limits)
    {
        long length = (long)BinaryPrimitives.ReadUInt32LittleEndian(file.Span[4..]) + ChunkHeader;
        if (length > file.Length)
        {
            throw ImageFormatException.Truncated("WebP");
        }

        if (length < RiffHeader + ChunkHeader)
        {
            throw ImageFormatException.Corrupt("WebP", "it has no content");
        }

        ReadOnlyMemory<byte> riff = file[..(int)length];
        MetadataBuilder metadata = new(limits);
        (int Width, int Height, bool Alpha)? canvas = null;
        (int Width, int Height, bool Alpha)? still = null;
        bool animated = false;
        WebPFrame? frame = null;
        int count = 0;
        for (ReadOnlyMemory<byte> rest = riff[RiffHeader..]; rest.Length >= ChunkHeader;)
        {
            limits.CheckChunks(++count);
            ReadOnlySpan<byte> type = rest.Span[..4];
            ReadOnlyMemory<byte> data = TakeChunk(ref rest);
            if (type.SequenceEqual(Vp8X) && canvas is null)
            {
                (canvas, animated) = (ReadCanvas(data.Span), data.Length > 0 && (data.Span[0] & AnimationFlag) != 0);
            }
            else if (type.SequenceEqual(Vp8) || type.SequenceEqual(Vp8L))
            {
                still ??= ReadStill(type, data.Span);
            }
            else if (type.SequenceEqual("ANMF"u8) && animated)
            {
                frame ??= WebPFrame.Read(data, limits);
            }
            else if (type.SequenceEqual("EXIF"u8))
            {
                ExifReader.Read(data, metadata);
            }
            else if (type.SequenceEqual("XMP "u8))
            {
                metadata.AddXmp(data.Span);
            }
        }

        if (animated && frame is null)
        {
            throw ImageFormatException.Truncated("WebP");
        }

        (int width, int height, bool alpha) = canvas ?? still ?? throw ImageFormatException.Corrupt("WebP", "it holds no picture");
        return new WebPContainer(width, height, alpha, animated ? frame : null, riff, metadata.Build());
    }

    /// <summary>Takes the data of the first chunk off <paramref name="rest"/>.</summary>
    internal static ReadOnlyMemory<byte> TakeChunk(ref ReadOnlyMemory<byte> rest)
    {
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(rest.Span[4..]);
        if (size > (uint)(rest.Length - ChunkHeader))
        {
            throw ImageFormatException.Truncated("WebP");
        }

        ReadOnlyMemory<byte> data = rest.Slice(ChunkHeader, (int)size);
        // Chunks begin at even places; the very last pad byte is sometimes missing.
        long next = ChunkHeader + (long)size + (size & 1);
        rest = next >= rest.Length ? default : rest[(int)next..];
        return data;
    }

    internal static int UInt24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);

    private static (int Width, int Height, bool Alpha) ReadCanvas(ReadOnlySpan<byte> data) => data.Length < 10
        ? throw ImageFormatException.Corrupt("WebP", "its header is too short")
        : (UInt24(data[4..]) + 1, UInt24(data[7..]) + 1, (data[0] & AlphaFlag) != 0);

    private static (int Width, int Height, bool Alpha) ReadStill(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        if (type.SequenceEqual(Vp8L))
        {
            // A signature, then 14 bits of width, 14 of height and one that hints at alpha.
            if (data.Length < 5 || data[0] != 0x2F)
            {
                throw ImageFormatException.Corrupt("WebP", "its lossless picture has no header");
            }

            uint bits = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
            return ((int)(bits & 0x3FFF) + 1, (int)((bits >> 14) & 0x3FFF) + 1, ((bits >> 28) & 1) != 0);
        }

        // A frame tag, a start code, then 14 bits each of width and height below two bits of scaling.
        if (data.Length < 10 || data[3] != 0x9D || data[4] != 0x01 || data[5] != 0x2A)
        {
            throw ImageFormatException.Corrupt("WebP", "its picture has no header");
        }

        int width = BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFF;
        int height = BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFF;
        return width == 0 || height == 0
            ? throw ImageFormatException.Corrupt("WebP", $"a size of {width}x{height} is not possible")
            : (width, height, false);
    }
}
