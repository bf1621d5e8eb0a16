using System.Collections.Immutable;

namespace Vortex.Imaging.Codecs;

/// <summary>What a picture file carries besides its pixels, in one shape for all formats.</summary>
/// <remarks>
/// Reading is lenient: EXIF that makes no sense is left out, since a picture is worth more than its notes.
/// Damage to the file itself (a bad checksum, a cut) is still an error.
/// </remarks>
public sealed record ImageMetadata
{
    /// <summary>The keyword under which XMP is found in <see cref="Text"/>, whatever the format.</summary>
    public const string XmpKeyword = "XML:com.adobe.xmp";

    /// <summary>Gets metadata that says nothing.</summary>
    public static ImageMetadata Empty { get; } = new();

    /// <summary>Gets keyword and text. Where a keyword occurs twice, the last one wins.</summary>
    /// <remarks>
    /// PNG: tEXt, zTXt and iTXt. JPEG and WebP: EXIF strings; one of the form <c>prompt:{...}</c>, as ComfyUI writes
    /// them, counts under the part before the colon, any other under the name of its tag (<c>Software</c>, <c>UserComment</c>).
    /// A JPEG comment is <c>comment</c>. So ComfyUI's <c>prompt</c> and <c>workflow</c> are found here in all three formats.
    /// </remarks>
    public ImmutableDictionary<string, string> Text { get; init; } = ImmutableDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Gets the EXIF orientation, 1 to 8; 1 where the file says none.</summary>
    public int Orientation { get; init; } = 1;

    /// <summary>Gets the EXIF block as found, from its TIFF header on; empty where there is none.</summary>
    public ReadOnlyMemory<byte> Exif { get; init; }
}
