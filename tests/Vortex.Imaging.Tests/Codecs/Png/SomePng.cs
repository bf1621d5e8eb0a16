using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Vortex.Imaging.Tests.Codecs.Png;

/// <summary>Builds PNG files plainly and slowly, from the specification and apart from the product's own writer.</summary>
internal sealed class SomePng
{
    private static readonly (int Left, int Top, int StepX, int StepY)[] Passes =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private readonly List<(string Type, byte[] Data)> _before = [];
    private readonly List<(string Type, byte[] Data)> _after = [];

    public int Width { get; init; } = 5;

    public int Height { get; init; } = 4;

    public int Depth { get; init; } = 8;

    public int Color { get; init; } = 2;

    public bool Interlaced { get; init; }

    /// <summary>Gets which filter a row takes; by default they take turns.</summary>
    public Func<int, int> FilterOf { get; init; } = row => row % 5;

    /// <summary>Gets the sample of a pixel: column, row, number of the sample.</summary>
    public Func<int, int, int, int> Sample { get; init; } = (x, y, s) => (x * 37) + (y * 101) + (s * 59) + (x * y * 7);

    public int Samples => Color switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };

    public int Value(int x, int y, int sample) => Sample(x, y, sample) & ((1 << Depth) - 1);

    public SomePng With(string type, params byte[] data)
    {
        _before.Add((type, data));
        return this;
    }

    public SomePng WithAfterPixels(string type, params byte[] data)
    {
        _after.Add((type, data));
        return this;
    }

    public static byte[] Chunk(string type, ReadOnlySpan<byte> data)
    {
        byte[] chunk = new byte[data.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc(chunk.AsSpan(4, data.Length + 4)));
        return chunk;
    }

    public static byte[] Header(int width, int height, int depth, int color, bool interlaced = false)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = ((byte)depth, (byte)color, interlaced ? (byte)1 : (byte)0);
        return header;
    }

    public static byte[] File(params byte[][] chunks) =>
        [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, .. chunks.SelectMany(chunk => chunk)];

    public static byte[] Deflate(byte[] data)
    {
        using MemoryStream target = new();
        using (ZLibStream zlib = new(target, CompressionLevel.Optimal))
        {
            zlib.Write(data);
        }

        return target.ToArray();
    }

    public byte[] Build() => Build(Deflate(Raw()));

    public byte[] Build(byte[] compressed)
    {
        // Cut the pixels into two chunks, since readers must join them.
        int half = compressed.Length / 2;
        return File([
            Chunk("IHDR", Header(Width, Height, Depth, Color, Interlaced)),
            .. _before.Select(chunk => Chunk(chunk.Type, chunk.Data)),
            Chunk("IDAT", compressed.AsSpan(0, half)),
            Chunk("IDAT", compressed.AsSpan(half)),
            .. _after.Select(chunk => Chunk(chunk.Type, chunk.Data)),
            Chunk("IEND", [])]);
    }

    public byte[] Raw()
    {
        List<byte> raw = [];
        foreach ((int left, int top, int stepX, int stepY) in Interlaced ? Passes : [(0, 0, 1, 1)])
        {
            byte[]? prior = null;
            int number = 0;
            for (int y = top; y < Height && left < Width; y += stepY)
            {
                byte[] row = Pack(y, left, stepX);
                prior ??= new byte[row.Length];
                int filter = FilterOf(number++);
                raw.Add((byte)filter);
                raw.AddRange(Filtered(filter, row, prior));
                prior = row;
            }
        }

        return [.. raw];
    }

    private byte[] Pack(int y, int left, int step)
    {
        List<int> bits = [];
        for (int x = left; x < Width; x += step)
        {
            for (int sample = 0; sample < Samples; sample++)
            {
                for (int bit = Depth - 1; bit >= 0; bit--)
                {
                    bits.Add((Value(x, y, sample) >> bit) & 1);
                }
            }
        }

        byte[] row = new byte[(bits.Count + 7) / 8];
        for (int i = 0; i < bits.Count; i++)
        {
            row[i / 8] |= (byte)(bits[i] << (7 - (i % 8)));
        }

        return row;
    }

    private IEnumerable<byte> Filtered(int filter, byte[] row, byte[] prior)
    {
        int step = Math.Max(1, Samples * Depth / 8);
        for (int i = 0; i < row.Length; i++)
        {
            int a = i < step ? 0 : row[i - step];
            int b = prior[i];
            int c = i < step ? 0 : prior[i - step];
            int p = a + b - c;
            int nearest = new[] { a, b, c }.MinBy(candidate => Math.Abs(p - candidate));
            int predicted = filter switch { 1 => a, 2 => b, 3 => (a + b) / 2, 4 => nearest, _ => 0 };
            yield return (byte)(row[i] - predicted);
        }
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint state = uint.MaxValue;
        foreach (byte value in bytes)
        {
            state ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                state = (state & 1) != 0 ? 0xEDB88320 ^ (state >> 1) : state >> 1;
            }
        }

        return ~state;
    }
}
