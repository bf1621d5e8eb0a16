using System.Buffers.Binary;

namespace Vortex.Imaging.Codecs.WebP;

/// <summary>Puts WebP files together from chunks (RFC 9649).</summary>
internal static class WebPWriter
{
    /// <summary>Returns a simple file: one picture, no metadata.</summary>
    internal static byte[] Write(ReadOnlySpan<byte> picture) => Finish([.. Start, .. picture]);

    /// <summary>Returns an extended file.</summary>
    /// <param name="flags">The flags of the VP8X header.</param>
    /// <param name="width">Columns of the canvas.</param>
    /// <param name="height">Rows of the canvas.</param>
    /// <param name="picture">The picture's chunks, padded.</param>
    /// <param name="exif">The content of the EXIF chunk, or nothing.</param>
    internal static byte[] Write(byte flags, int width, int height, ReadOnlySpan<byte> picture, ReadOnlySpan<byte> exif)
    {
        Span<byte> header = stackalloc byte[10];
        header.Clear();
        header[0] = (byte)(flags | (exif.Length > 0 ? WebPContainer.ExifFlag : 0));
        UInt24(header[4..], width - 1);
        UInt24(header[7..], height - 1);
        return Finish([.. Start, .. Chunk(WebPContainer.Vp8X, header), .. picture, .. exif.Length > 0 ? Chunk("EXIF"u8, exif) : []]);
    }

    /// <summary>Adds EXIF to a file that holds one picture, as libwebp writes it.</summary>
    internal static byte[] AddExif(ReadOnlySpan<byte> file, int width, int height, bool alpha, ReadOnlySpan<byte> exif)
    {
        ReadOnlySpan<byte> chunks = file[WebPContainer.RiffHeader..];
        if (chunks.StartsWith(WebPContainer.Vp8X))
        {
            chunks = chunks[(WebPContainer.ChunkHeader + 10)..];
        }

        return Write(alpha ? WebPContainer.AlphaFlag : (byte)0, width, height, chunks, exif);
    }

    private static ReadOnlySpan<byte> Start => "RIFF\0\0\0\0WEBP"u8;

    private static byte[] Finish(byte[] file)
    {
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - WebPContainer.ChunkHeader);
        return file;
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        byte[] chunk = new byte[WebPContainer.ChunkHeader + data.Length + (data.Length & 1)];
        type.CopyTo(chunk);
        BinaryPrimitives.WriteInt32LittleEndian(chunk.AsSpan(4), data.Length);
        data.CopyTo(chunk.AsSpan(WebPContainer.ChunkHeader));
        return chunk;
    }

    private static void UInt24(Span<byte> to, int value) => (to[0], to[1], to[2]) = ((byte)value, (byte)(value >> 8), (byte)(value >> 16));
}
