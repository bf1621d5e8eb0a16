using System.Buffers;
using System.Buffers.Binary;

namespace Vortex.Imaging.Codecs.Png.Chunks;

/// <summary>Writes chunks with their length and checksum.</summary>
internal sealed class PngChunkWriter
{
    private readonly ArrayBufferWriter<byte> _file = new(64 * 1024);

    internal PngChunkWriter() => _file.Write(PngChunkReader.Signature);

    internal void Write(uint type, ReadOnlySpan<byte> data)
    {
        Span<byte> chunk = Reserve(data.Length + 12);
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk[4..], type);
        data.CopyTo(chunk[8..]);
        BinaryPrimitives.WriteUInt32BigEndian(chunk[(8 + data.Length)..], Crc32.Of(chunk.Slice(4, data.Length + 4)));
        _file.Advance(chunk.Length);
    }

    private Span<byte> Reserve(int length)
    {
        try
        {
            return _file.GetSpan(length)[..length];
        }
        catch (OutOfMemoryException failure)
        {
            throw new ImageFormatException(
                ImageErrorCodes.TooLarge,
                $"The PNG file grows beyond {_file.WrittenCount} bytes, more than fits in memory. Scale the picture down or compress more.",
                failure);
        }
    }

    internal byte[] ToArray() => _file.WrittenSpan.ToArray();
}
