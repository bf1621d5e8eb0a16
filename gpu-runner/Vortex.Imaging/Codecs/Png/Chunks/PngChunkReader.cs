using System.Buffers.Binary;
using System.Text;

namespace Vortex.Imaging.Codecs.Png.Chunks;

/// <summary>Walks over the chunks of a PNG file: lengths, checksums, the end.</summary>
internal ref struct PngChunkReader
{
    private readonly ReadOnlyMemory<byte> _file;
    private readonly ImageLimits _limits;
    private int _position;
    private int _count;

    /// <summary>Begins after the signature, which the caller has seen.</summary>
    internal PngChunkReader(ReadOnlyMemory<byte> file, ImageLimits limits)
    {
        _file = file;
        _limits = limits;
        _position = Signature.Length;
        _count = 0;
        Type = 0;
        Data = default;
    }

    /// <summary>Gets the eight bytes every PNG begins with.</summary>
    internal static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Gets the type of the chunk, its four letters as a big-endian number.</summary>
    internal uint Type { get; private set; }

    /// <summary>Gets the data of the chunk; its checksum is right.</summary>
    internal ReadOnlyMemory<byte> Data { get; private set; }

    /// <summary>Gets a value indicating whether a reader that does not know the chunk must give up.</summary>
    internal readonly bool IsCritical => (Type & 0x20000000) == 0;

    /// <summary>Gets the four letters, for messages; a byte that is no letter shows as a dot.</summary>
    internal readonly string Name => NameOf(Type);

    /// <summary>Goes to the next chunk.</summary>
    /// <exception cref="ImageFormatException">The file ends, a checksum is wrong, or there are too many chunks.</exception>
    internal void Next()
    {
        _limits.CheckChunks(++_count);
        ReadOnlySpan<byte> rest = _file.Span[_position..];
        if (rest.Length < 8)
        {
            throw ImageFormatException.Truncated("PNG");
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        Type = BinaryPrimitives.ReadUInt32BigEndian(rest[4..]);
        if (length > int.MaxValue)
        {
            throw ImageFormatException.Corrupt("PNG", $"the chunk '{Name}' claims {length} bytes");
        }

        if (rest.Length - 8 < (long)length + 4)
        {
            throw ImageFormatException.Truncated("PNG");
        }

        ReadOnlySpan<byte> covered = rest.Slice(4, (int)length + 4);
        if (Crc32.Of(covered) != BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..]))
        {
            throw ImageFormatException.BadCrc(Name);
        }

        Data = _file.Slice(_position + 8, (int)length);
        _position += (int)length + 12;
    }

    private static string NameOf(uint type)
    {
        Span<byte> letters = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(letters, type);
        foreach (ref byte letter in letters)
        {
            letter = char.IsAsciiLetter((char)letter) ? letter : (byte)'.';
        }

        return Encoding.ASCII.GetString(letters);
    }
}
