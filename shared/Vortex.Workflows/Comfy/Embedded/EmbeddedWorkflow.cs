namespace Vortex.Workflows;

/// <summary>Finds workflows in the metadata of pictures and other media.</summary>
/// <remarks>
/// Looked into are PNG (tEXt, zTXt and iTXt chunks), WebP and JPEG (EXIF text, XMP), SVG (metadata), GLB (asset extras), WebM and
/// Matroska (tags), MP4 (user data) and FLAC (Vorbis comments). The pixels are never decoded.
/// </remarks>
public static class EmbeddedWorkflow
{
    /// <summary>The most bytes of text taken from one file, after inflating.</summary>
    public const int MaxText = 32 * 1024 * 1024;

    /// <summary>Looks for a workflow. Never throws for any bytes.</summary>
    /// <returns>What was found; null when the file is no known container or holds nothing of the kind.</returns>
    public static EmbeddedWorkflowResult? Find(ReadOnlyMemory<byte> file)
    {
        if (ContainerOf(file.Span) is not { } container)
        {
            return null;
        }

        Comfy.FoundTexts found = new(MaxText);
        container.Read(file, found);
        return found.Workflow is null && found.Prompt is null && found.Vtxw is null && found.Parameters is null
            ? null
            : new EmbeddedWorkflowResult(container.Name, found.Workflow, found.Prompt, found.Parameters) { Vtxw = found.Vtxw };
    }

    /// <summary>Says which container a file is, such as <c>png</c>; null for none that is known.</summary>
    public static string? ContainerName(ReadOnlySpan<byte> file) => ContainerOf(file)?.Name;

    private static (string Name, Action<ReadOnlyMemory<byte>, Comfy.FoundTexts> Read)? ContainerOf(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]))
        {
            return ("png", Comfy.PngTexts.Read);
        }

        if (file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8))
        {
            return ("webp", Comfy.WebpTexts.Read);
        }

        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
        {
            return ("jpeg", Comfy.JpegTexts.Read);
        }

        if (file.StartsWith("glTF"u8))
        {
            return ("glb", Comfy.GlbTexts.Read);
        }

        if (file.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3]))
        {
            return ("webm", Comfy.MatroskaTexts.Read);
        }

        if (file.StartsWith("fLaC"u8))
        {
            return ("flac", Comfy.FlacTexts.Read);
        }

        if (file.Length >= 12 && file[4..].StartsWith("ftyp"u8))
        {
            return ("mp4", Comfy.Mp4Texts.Read);
        }

        ReadOnlySpan<byte> head = file[..Math.Min(file.Length, 1_024)].TrimStart((ReadOnlySpan<byte>)[0x20, 0x09, 0x0D, 0x0A, 0xEF, 0xBB, 0xBF]);
        return head.StartsWith("<svg"u8) || ((head.StartsWith("<?xml"u8) || head.StartsWith("<!"u8)) && head.IndexOf("<svg"u8) >= 0)
            ? ("svg", Comfy.SvgTexts.Read)
            : null;
    }
}

/// <summary>What a media file says about how it was made.</summary>
/// <param name="Container">The kind of file, such as <c>png</c>.</param>
/// <param name="Workflow">The text of <c>workflow</c>, UTF-8: the editor's graph; null when there is none.</param>
/// <param name="Prompt">The text of <c>prompt</c>, UTF-8: what the server ran; null when there is none.</param>
/// <param name="Parameters">Generation parameters as other programs write them, plain text and no graph; null when there are none.</param>
public sealed record EmbeddedWorkflowResult(
    string Container, ReadOnlyMemory<byte>? Workflow, ReadOnlyMemory<byte>? Prompt, string? Parameters)
{
    /// <summary>Gets the text of <c>vtxw</c>, UTF-8: the document of the run that made the file, which loses nothing; null when there is none.</summary>
    public ReadOnlyMemory<byte>? Vtxw { get; init; }

    /// <summary>Lists the texts to import, the one that tells most first: VTXW, the workflow, the prompt.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Texts()
    {
        foreach (ReadOnlyMemory<byte>? text in (ReadOnlyMemory<byte>?[])[Vtxw, Workflow, Prompt])
        {
            if (text is { } there)
            {
                yield return there;
            }
        }
    }
}
