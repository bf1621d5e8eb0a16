using System.Buffers.Binary;

namespace Vortex.Imaging.Codecs.Png.Chunks;

/// <summary>The CRC-32 of PNG chunks (ISO 3309, PNG specification annex D), eight bytes a step.</summary>
/// <remarks>Slicing by eight: table k holds the effect of a byte that is followed by k zero bytes (Kounavis and Berry, 2005).</remarks>
internal static class Crc32
{
    private const uint Polynomial = 0xEDB88320;
    private static readonly uint[] Tables = BuildTables();

    /// <summary>Returns the checksum of a chunk's type and data, which lie together in <paramref name="bytes"/>.</summary>
    internal static uint Of(ReadOnlySpan<byte> bytes) => ~Append(uint.MaxValue, bytes);

    /// <summary>Continues from a state that began as all ones; the checksum is the state inverted.</summary>
    internal static uint Append(uint state, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<uint> tables = Tables;
        while (bytes.Length >= 8)
        {
            uint low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ state;
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            state = tables[(7 * 256) + (int)(low & 255)]
                ^ tables[(6 * 256) + (int)((low >> 8) & 255)]
                ^ tables[(5 * 256) + (int)((low >> 16) & 255)]
                ^ tables[(4 * 256) + (int)(low >> 24)]
                ^ tables[(3 * 256) + (int)(high & 255)]
                ^ tables[(2 * 256) + (int)((high >> 8) & 255)]
                ^ tables[256 + (int)((high >> 16) & 255)]
                ^ tables[(int)(high >> 24)];
            bytes = bytes[8..];
        }

        return Reference(state, bytes);
    }

    /// <summary>The definition: one byte a step.</summary>
    internal static uint Reference(uint state, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            state = Tables[(int)((state ^ value) & 255)] ^ (state >> 8);
        }

        return state;
    }

    private static uint[] BuildTables()
    {
        uint[] tables = new uint[8 * 256];
        for (uint n = 0; n < 256; n++)
        {
            uint value = n;
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? Polynomial ^ (value >> 1) : value >> 1;
            }

            tables[n] = value;
        }

        for (int i = 256; i < tables.Length; i++)
        {
            uint previous = tables[i - 256];
            tables[i] = tables[(int)(previous & 255)] ^ (previous >> 8);
        }

        return tables;
    }
}
