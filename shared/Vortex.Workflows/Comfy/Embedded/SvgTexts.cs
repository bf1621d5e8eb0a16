namespace Vortex.Workflows.Comfy;

/// <summary>Reads the JSON object ComfyUI writes into the metadata element of SVG, in a CDATA section.</summary>
internal static class SvgTexts
{
    public static void Read(ReadOnlyMemory<byte> file, FoundTexts found)
    {
        int metadata = file.Span.IndexOf("<metadata"u8);
        if (metadata < 0)
        {
            return;
        }

        ReadOnlyMemory<byte> rest = file[metadata..];
        int start = rest.Span.IndexOf("<![CDATA["u8);
        if (start < 0)
        {
            return;
        }

        rest = rest[(start + 9)..];
        int end = rest.Span.IndexOf("]]>"u8);
        JsonHolder.Read(end < 0 ? rest : rest[..end], found);
    }
}
