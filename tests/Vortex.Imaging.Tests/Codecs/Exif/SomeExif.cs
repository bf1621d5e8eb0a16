using System.Buffers.Binary;
using System.Text;

namespace Vortex.Imaging.Tests.Codecs.Exif;

/// <summary>EXIF blocks by hand, in big-endian order; the product writes them in the other.</summary>
internal static class SomeExif
{
    /// <summary>An orientation and a string in the Model tag.</summary>
    public static byte[] Block(int orientation, string model)
    {
        byte[] text = [.. Encoding.UTF8.GetBytes(model), 0];
        byte[] block = new byte[8 + 2 + (2 * 12) + 4 + Math.Max(text.Length, 5)];
        "MM\0*\0\0\0\u0008"u8.CopyTo(block);
        BinaryPrimitives.WriteUInt16BigEndian(block.AsSpan(8), 2);
        Entry(block.AsSpan(10), 0x0110, 2, (uint)text.Length, 38);
        Entry(block.AsSpan(22), 0x0112, 3, 1, (uint)orientation << 16);
        text.CopyTo(block, 38);
        return block;
    }

    /// <summary>A user comment in the EXIF directory, which the first directory names.</summary>
    public static byte[] Comment(byte[] comment)
    {
        byte[] block = new byte[8 + 2 + 12 + 4 + 2 + 12 + 4 + comment.Length];
        "MM\0*\0\0\0\u0008"u8.CopyTo(block);
        BinaryPrimitives.WriteUInt16BigEndian(block.AsSpan(8), 1);
        Entry(block.AsSpan(10), 0x8769, 4, 1, 26);
        BinaryPrimitives.WriteUInt16BigEndian(block.AsSpan(26), 1);
        Entry(block.AsSpan(28), 0x9286, 7, (uint)comment.Length, 44);
        comment.CopyTo(block, 44);
        return block;
    }

    private static void Entry(Span<byte> at, ushort tag, ushort type, uint count, uint value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(at, tag);
        BinaryPrimitives.WriteUInt16BigEndian(at[2..], type);
        BinaryPrimitives.WriteUInt32BigEndian(at[4..], count);
        BinaryPrimitives.WriteUInt32BigEndian(at[8..], value);
    }
}
