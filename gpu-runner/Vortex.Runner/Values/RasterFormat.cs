using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Vortex.Imaging;
using Vortex.Workflows;

namespace Vortex.Runner;

/// <summary>Pictures and masks as they are in memory: a header of 32 bytes, then float32 values, all little-endian.</summary>
/// <remarks>
/// Header: <c>VXRF</c>, version (1) and number of dimensions as uint16, four int32 sizes (unused ones 1), 8 bytes of zero. Nothing is rounded:
/// a node after a batch boundary sees the same bits as one before it.
/// </remarks>
public abstract class RasterFormat : ValueFormat
{
    private const int HeaderLength = 32;
    private const int FormatVersion = 1;

    /// <summary>Gets the format of <see cref="ImageBatch"/>.</summary>
    public static ValueFormat Image { get; } = new ImageFormat();

    /// <summary>Gets the format of <see cref="MaskBatch"/>.</summary>
    public static ValueFormat Mask { get; } = new MaskFormat();

    private protected abstract int Dimensions { get; }

    /// <inheritdoc />
    public override long SizeOf(object value) => (long)Values(value).Length * sizeof(float);

    /// <inheritdoc />
    public override string Describe(object value) => $"{Type} {string.Join('x', Shape(value)[..Dimensions])}";

    /// <inheritdoc />
    public override Stream Encode(object value)
    {
        byte[] header = new byte[HeaderLength];
        "VXRF"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), FormatVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(6), (ushort)Dimensions);
        int[] shape = Shape(value);
        for (int i = 0; i < 4; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8 + (i * 4)), shape[i]);
        }

        return new RasterStream(header, Values(value));
    }

    /// <inheritdoc />
    public override async ValueTask<object> DecodeAsync(Stream content, long length, CancellationToken cancellationToken = default)
    {
        byte[] header = new byte[HeaderLength];
        if (await content.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false, cancellationToken) < HeaderLength)
        {
            throw new InvalidDataException("The stored value ends inside its header.");
        }

        int[] shape = ReadShape(header);
        // The size is known to be right before memory is taken for it.
        UInt128 values = 1;
        foreach (int side in shape)
        {
            values *= side < 1 ? throw new InvalidDataException("A side of the stored value is not positive.") : (uint)side;
        }

        if (values > (UInt128)Array.MaxLength || (values * sizeof(float)) + HeaderLength != (UInt128)length)
        {
            throw new InvalidDataException($"{length} bytes do not hold a value of {string.Join('x', shape)}.");
        }

        float[] result = GC.AllocateUninitializedArray<float>((int)values);
        // A Memory<byte> counts in int, and a picture may have more bytes than that: read it in pieces of whole values.
        const int Piece = 1 << 18;
        byte[] buffer = new byte[Math.Min(Piece, result.Length) * sizeof(float)];
        for (int at = 0; at < result.Length; at += Piece)
        {
            int count = Math.Min(Piece, result.Length - at);
            await content.ReadExactlyAsync(buffer.AsMemory(0, count * sizeof(float)), cancellationToken);
            Write(buffer.AsSpan(0, count * sizeof(float)), result.AsSpan(at, count));
        }

        return Make(shape, result);
    }

    private protected abstract int[] Shape(object value);

    private protected abstract float[] Values(object value);

    private protected abstract object Make(int[] shape, float[] values);

    private int[] ReadShape(ReadOnlySpan<byte> header)
    {
        if (!header.StartsWith("VXRF"u8)
            || BinaryPrimitives.ReadUInt16LittleEndian(header[4..]) != FormatVersion
            || BinaryPrimitives.ReadUInt16LittleEndian(header[6..]) != Dimensions)
        {
            throw new InvalidDataException($"The stored value is not in the format {MediaType}.");
        }

        int[] shape = new int[4];
        for (int i = 0; i < 4; i++)
        {
            shape[i] = BinaryPrimitives.ReadInt32LittleEndian(header[(8 + (i * 4))..]);
        }

        return shape;
    }

    private static void Write(ReadOnlySpan<byte> bytes, Span<float> target)
    {
        bytes.CopyTo(MemoryMarshal.AsBytes(target));
        if (!BitConverter.IsLittleEndian)
        {
            Span<int> words = MemoryMarshal.Cast<float, int>(target);
            BinaryPrimitives.ReverseEndianness(words, words);
        }
    }

    private sealed class ImageFormat : RasterFormat
    {
        public override string MediaType => "application/vnd.vortex.image";

        public override PortType Type => PortType.Image;

        private protected override int Dimensions => 4;

        public override bool Holds(object value) => value is ImageBatch;

        private protected override int[] Shape(object value) => value is ImageBatch image ? [image.Count, image.Height, image.Width, image.Channels] : [];

        private protected override float[] Values(object value) => ((ImageBatch)value).Values;

        private protected override object Make(int[] shape, float[] values) => shape[3] <= 4
            ? new ImageBatch(shape[0], shape[1], shape[2], shape[3], values)
            : throw new InvalidDataException($"A picture has at most 4 channels, not {shape[3]}.");
    }

    private sealed class MaskFormat : RasterFormat
    {
        public override string MediaType => "application/vnd.vortex.mask";

        public override PortType Type => PortType.Mask;

        private protected override int Dimensions => 3;

        public override bool Holds(object value) => value is MaskBatch;

        private protected override int[] Shape(object value) => value is MaskBatch mask ? [mask.Count, mask.Height, mask.Width, 1] : [];

        private protected override float[] Values(object value) => ((MaskBatch)value).Values;

        private protected override object Make(int[] shape, float[] values) => shape[3] == 1
            ? new MaskBatch(shape[0], shape[1], shape[2], values)
            : throw new InvalidDataException("A mask has one channel.");
    }
}
