using System.Buffers.Binary;
using System.Text;

namespace Vortex.Imaging.Tests.Codecs.WebP;

/// <summary>WebP containers by hand.</summary>
internal static class SomeWebP
{
    public static byte[] File(params byte[][] chunks)
    {
        byte[] file = [.. "RIFF\0\0\0\0WEBP"u8, .. chunks.SelectMany(chunk => chunk)];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        return file;
    }

    public static byte[] Chunk(string type, byte[] data)
    {
        byte[] chunk = new byte[8 + data.Length + (data.Length & 1)];
        Encoding.ASCII.GetBytes(type, chunk);
        BinaryPrimitives.WriteInt32LittleEndian(chunk.AsSpan(4), data.Length);
        data.CopyTo(chunk, 8);
        return chunk;
    }

    /// <summary>An animation of one frame, taken from a simple file.</summary>
    public static byte[] Animation(byte[] still, int width, int height, int canvasWidth, int canvasHeight, int left, int top, bool alpha) => File(
        Chunk("VP8X", [(byte)(alpha ? 0x12 : 0x02), 0, 0, 0, .. UInt24(canvasWidth - 1), .. UInt24(canvasHeight - 1)]),
        Chunk("ANIM", [1, 2, 3, 255, 0, 0]),
        Chunk("ANMF", [.. UInt24(left / 2), .. UInt24(top / 2), .. UInt24(width - 1), .. UInt24(height - 1), 100, 0, 0, 0, .. still[12..]]));

    private static byte[] UInt24(int value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16)];
}
