using System.Buffers.Binary;

namespace Vortex.Tensors.Formats;

/// <summary>The block formats of GGUF files that are read; GGUF's names have an underscore before what kind of block it is (<c>Q4_0</c>, <c>Q4_K</c>).</summary>
public enum GgmlFormat
{
    /// <summary>32 values of 4 bits about 0.</summary>
    Q40 = 2,

    /// <summary>32 values of 4 bits above a minimum.</summary>
    Q41 = 3,

    /// <summary>32 values of 5 bits about 0.</summary>
    Q50 = 6,

    /// <summary>32 values of 5 bits above a minimum.</summary>
    Q51 = 7,

    /// <summary>32 values of 8 bits.</summary>
    Q80 = 8,

    /// <summary>256 values of 2 bits, in sixteenths with scale and minimum.</summary>
    Q2K = 10,

    /// <summary>256 values of 3 bits, in sixteenths with a scale.</summary>
    Q3K = 11,

    /// <summary>256 values of 4 bits, in eighths with scale and minimum.</summary>
    Q4K = 12,

    /// <summary>256 values of 5 bits, in eighths with scale and minimum.</summary>
    Q5K = 13,

    /// <summary>256 values of 6 bits, in sixteenths with a scale.</summary>
    Q6K = 14,

    /// <summary>32 values of 4 bits that index a table.</summary>
    Iq4Nl = 20,

    /// <summary>256 values of 4 bits that index a table, in eighths with a scale.</summary>
    Iq4Xs = 23,
}

/// <summary>Turns blocks of GGUF files into float32, by the layouts that ggml defines. The numbers of the formats are GGUF's.</summary>
public static class GgmlBlocks
{
    private static ReadOnlySpan<sbyte> Table => [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];

    /// <summary>Returns how many values a block holds.</summary>
    public static int Values(GgmlFormat format) => format is GgmlFormat.Q40 or GgmlFormat.Q41 or GgmlFormat.Q50 or GgmlFormat.Q51 or GgmlFormat.Q80 or GgmlFormat.Iq4Nl ? 32 : 256;

    /// <summary>Returns how many bytes a block takes.</summary>
    public static int Bytes(GgmlFormat format) => format switch
    {
        GgmlFormat.Q40 => 18,
        GgmlFormat.Q41 => 20,
        GgmlFormat.Q50 => 22,
        GgmlFormat.Q51 => 24,
        GgmlFormat.Q80 => 34,
        GgmlFormat.Q2K => 84,
        GgmlFormat.Q3K => 110,
        GgmlFormat.Q4K => 144,
        GgmlFormat.Q5K => 176,
        GgmlFormat.Q6K => 210,
        GgmlFormat.Iq4Nl => 18,
        GgmlFormat.Iq4Xs => 136,
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    /// <summary>Writes the values of whole blocks.</summary>
    /// <param name="format">Their format.</param>
    /// <param name="blocks">The blocks, one behind the other.</param>
    /// <param name="values">Takes exactly their values.</param>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    public static void ToFloat(GgmlFormat format, ReadOnlySpan<byte> blocks, Span<float> values)
    {
        int bytes = Bytes(format);
        int count = Values(format);
        if (blocks.Length % bytes != 0 || values.Length != blocks.Length / bytes * count)
        {
            throw new ArgumentException($"{blocks.Length} bytes of {format} do not make {values.Length} values.", nameof(values));
        }

        for (; !blocks.IsEmpty; blocks = blocks[bytes..], values = values[count..])
        {
            Block(format, blocks[..bytes], values[..count]);
        }
    }

    private static void Block(GgmlFormat format, ReadOnlySpan<byte> block, Span<float> values)
    {
        switch (format)
        {
            case GgmlFormat.Q40:
                Four(block[2..], values, Half(block), -8, 0);
                break;
            case GgmlFormat.Q41:
                Four(block[4..], values, Half(block), 0, Half(block[2..]));
                break;
            case GgmlFormat.Q50:
                Five(block[6..], BinaryPrimitives.ReadUInt32LittleEndian(block[2..]), values, Half(block), -16, 0);
                break;
            case GgmlFormat.Q51:
                Five(block[8..], BinaryPrimitives.ReadUInt32LittleEndian(block[4..]), values, Half(block), 0, Half(block[2..]));
                break;
            case GgmlFormat.Q80:
                Eight(block, values);
                break;
            case GgmlFormat.Q2K:
                TwoK(block, values);
                break;
            case GgmlFormat.Q3K:
                ThreeK(block, values);
                break;
            case GgmlFormat.Q4K:
                FourOrFiveK(block, [], block[16..], values);
                break;
            case GgmlFormat.Q5K:
                FourOrFiveK(block, block.Slice(16, 32), block[48..], values);
                break;
            case GgmlFormat.Q6K:
                SixK(block, values);
                break;
            case GgmlFormat.Iq4Nl:
                Indexed(block[2..], values, Half(block));
                break;
            default:
                IndexedK(block, values);
                break;
        }
    }

    private static void Four(ReadOnlySpan<byte> packed, Span<float> values, float scale, int offset, float minimum)
    {
        for (int i = 0; i < 16; i++)
        {
            values[i] = (scale * ((packed[i] & 15) + offset)) + minimum;
            values[i + 16] = (scale * ((packed[i] >> 4) + offset)) + minimum;
        }
    }

    private static void Five(ReadOnlySpan<byte> packed, uint high, Span<float> values, float scale, int offset, float minimum)
    {
        for (int i = 0; i < 16; i++)
        {
            int low = (packed[i] & 15) | (int)((high >> i) & 1) << 4;
            int up = (packed[i] >> 4) | (int)((high >> (i + 16)) & 1) << 4;
            values[i] = (scale * (low + offset)) + minimum;
            values[i + 16] = (scale * (up + offset)) + minimum;
        }
    }

    private static void Eight(ReadOnlySpan<byte> block, Span<float> values)
    {
        float scale = Half(block);
        for (int i = 0; i < 32; i++)
        {
            values[i] = scale * (sbyte)block[2 + i];
        }
    }

    // Sixteen scales and minima of 4 bits, 64 bytes of 2-bit values in four layers per half, scale and minimum of them all.
    private static void TwoK(ReadOnlySpan<byte> block, Span<float> values)
    {
        (float scale, float minimum) = (Half(block[80..]), Half(block[82..]));
        for (int i = 0; i < 256; i++)
        {
            byte part = block[i / 16];
            int value = (block[16 + (i / 128 * 32) + (i % 32)] >> (2 * (i % 128 / 32))) & 3;
            values[i] = (scale * (part & 15) * value) - (minimum * (part >> 4));
        }
    }

    // A third bit per value in the first 32 bytes, 2-bit layers as above, sixteen scales of 6 bits in 12 bytes.
    private static void ThreeK(ReadOnlySpan<byte> block, Span<float> values)
    {
        float scale = Half(block[108..]);
        ReadOnlySpan<byte> scales = block.Slice(96, 12);
        for (int i = 0; i < 256; i++)
        {
            int j = i / 16;
            int part = (j < 8 ? scales[j] & 15 : scales[j - 8] >> 4) | (((scales[8 + (j % 4)] >> (2 * (j / 4))) & 3) << 4);
            int low = (block[32 + (i / 128 * 32) + (i % 32)] >> (2 * (i % 128 / 32))) & 3;
            int value = low - (((block[i % 32] >> (i / 32)) & 1) == 0 ? 4 : 0);
            values[i] = scale * (part - 32) * value;
        }
    }

    private static void FourOrFiveK(ReadOnlySpan<byte> block, ReadOnlySpan<byte> high, ReadOnlySpan<byte> packed, Span<float> values)
    {
        (float scale, float minimum) = (Half(block), Half(block[2..]));
        ReadOnlySpan<byte> scales = block.Slice(4, 12);
        for (int j = 0; j < 8; j++)
        {
            (int partScale, int partMinimum) = j < 4
                ? (scales[j] & 63, scales[j + 4] & 63)
                : ((scales[j + 4] & 15) | (scales[j - 4] >> 6 << 4), (scales[j + 4] >> 4) | (scales[j] >> 6 << 4));
            (float d, float m) = (scale * partScale, minimum * partMinimum);
            for (int i = 0; i < 32; i++)
            {
                int value = (packed[(j / 2 * 32) + i] >> (4 * (j % 2))) & 15;
                value |= high.IsEmpty ? 0 : ((high[i] >> j) & 1) << 4;
                values[(32 * j) + i] = (d * value) - m;
            }
        }
    }

    // 4 low bits, 2 high bits, sixteen signed scales; in halves of four layers each.
    private static void SixK(ReadOnlySpan<byte> block, Span<float> values)
    {
        float scale = Half(block[208..]);
        for (int i = 0; i < 256; i++)
        {
            (int half, int layer, int at) = (i / 128, i % 128 / 32, i % 32);
            int low = (block[(64 * half) + (32 * (layer % 2)) + at] >> (4 * (layer / 2))) & 15;
            int high = (block[128 + (32 * half) + at] >> (2 * layer)) & 3;
            values[i] = scale * (sbyte)block[192 + (i / 16)] * ((low | (high << 4)) - 32);
        }
    }

    private static void Indexed(ReadOnlySpan<byte> packed, Span<float> values, float scale)
    {
        for (int i = 0; i < 16; i++)
        {
            values[i] = scale * Table[packed[i] & 15];
            values[i + 16] = scale * Table[packed[i] >> 4];
        }
    }

    private static void IndexedK(ReadOnlySpan<byte> block, Span<float> values)
    {
        float scale = Half(block);
        int high = BinaryPrimitives.ReadUInt16LittleEndian(block[2..]);
        for (int j = 0; j < 8; j++)
        {
            int part = ((block[4 + (j / 2)] >> (4 * (j % 2))) & 15) | (((high >> (2 * j)) & 3) << 4);
            Indexed(block.Slice(8 + (16 * j), 16), values.Slice(32 * j, 32), scale * (part - 32));
        }
    }

    private static float Half(ReadOnlySpan<byte> at) => (float)BinaryPrimitives.ReadHalfLittleEndian(at);
}
