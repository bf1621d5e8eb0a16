namespace Vortex.Imaging.Codecs.WebP;

/// <summary>One frame of an animated WebP: where it lies on the canvas, and its picture.</summary>
/// <param name="Left">Columns of the canvas left of it.</param>
/// <param name="Top">Rows of the canvas above it.</param>
/// <param name="Width">Its columns.</param>
/// <param name="Height">Its rows.</param>
/// <param name="Chunks">The ALPH, VP8 and VP8L chunks, with their headers.</param>
internal sealed record WebPFrame(int Left, int Top, int Width, int Height, ReadOnlyMemory<byte> Chunks)
{
    private const int Header = 16;

    /// <summary>Reads an ANMF chunk.</summary>
    internal static WebPFrame Read(ReadOnlyMemory<byte> data, ImageLimits limits)
    {
        if (data.Length < Header + WebPContainer.ChunkHeader)
        {
            throw ImageFormatException.Corrupt("WebP", "the first frame of its animation is empty");
        }

        ReadOnlySpan<byte> header = data.Span;
        using MemoryStream chunks = new();
        int count = 0;
        for (ReadOnlyMemory<byte> rest = data[Header..]; rest.Length >= WebPContainer.ChunkHeader;)
        {
            limits.CheckChunks(++count);
            ReadOnlyMemory<byte> start = rest;
            ReadOnlySpan<byte> type = start.Span[..4];
            ReadOnlyMemory<byte> content = WebPContainer.TakeChunk(ref rest);
            if (type.SequenceEqual("ALPH"u8) || type.SequenceEqual(WebPContainer.Vp8) || type.SequenceEqual(WebPContainer.Vp8L))
            {
                chunks.Write(start.Span[..(WebPContainer.ChunkHeader + content.Length)]);
                if ((content.Length & 1) != 0)
                {
                    chunks.WriteByte(0);
                }
            }
        }

        return new WebPFrame(
            WebPContainer.UInt24(header) * 2,
            WebPContainer.UInt24(header[3..]) * 2,
            WebPContainer.UInt24(header[6..]) + 1,
            WebPContainer.UInt24(header[9..]) + 1,
            chunks.ToArray());
    }

    /// <summary>Returns the frame as a file of its own, which libwebp decodes without its library for animations.</summary>
    internal byte[] ToFile()
    {
        // The extended header is needed for ALPH and harmless otherwise.
        return Chunks.Span.StartsWith("ALPH"u8)
            ? WebPWriter.Write(WebPContainer.AlphaFlag, Width, Height, Chunks.Span, default)
            : WebPWriter.Write(Chunks.Span);
    }
}
