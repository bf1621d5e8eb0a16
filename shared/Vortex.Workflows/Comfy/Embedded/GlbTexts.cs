using System.Buffers.Binary;

namespace Vortex.Workflows.Comfy;

/// <summary>Reads the extras of a binary glTF's asset.</summary>
/// <remarks>The first chunk holds the JSON. Files are about that went through a text editor and lost their lengths; they are read by the brackets.</remarks>
internal static class GlbTexts
{
    private const int Header = 12;
    private const int FarthestStart = 64;

    public static void Read(ReadOnlyMemory<byte> file, FoundTexts found)
    {
        if (file.Length >= Header + 8)
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(file.Span[Header..]);
            if (file.Span[(Header + 4)..].StartsWith("JSON"u8) && length <= file.Length - Header - 8)
            {
                JsonHolder.Read(file.Slice(Header + 8, (int)length), found);
                return;
            }
        }

        int mark = file.Span[..Math.Min(file.Length, FarthestStart)].IndexOf("JSON{"u8);
        if (mark >= 0)
        {
            ReadOnlyMemory<byte> rest = file[(mark + 4)..];
            JsonHolder.Read(rest[..JsonHolder.LengthOfObject(rest.Span)], found);
        }
    }
}
