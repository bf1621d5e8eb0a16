using System.Collections.Immutable;
using System.Text;

namespace Vortex.Imaging.Codecs.Exif;

/// <summary>Collects what a file says besides its pixels, within the limit on text.</summary>
internal sealed class MetadataBuilder(ImageLimits limits)
{
    private readonly ImmutableDictionary<string, string>.Builder _text = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
    private ReadOnlyMemory<byte> _exif;
    private long _bytes;

    /// <summary>Gets or sets the orientation; the last one read wins.</summary>
    internal int Orientation { get; set; } = 1;

    /// <summary>Gets how many more bytes of text are allowed.</summary>
    internal long TextBytesLeft => limits.MaxTextBytes - _bytes;

    /// <summary>Counts bytes against the limit, before they are made into a string.</summary>
    /// <exception cref="ImageFormatException">There is too much text.</exception>
    internal void Count(long bytes)
    {
        _bytes += bytes;
        limits.CheckText(_bytes);
    }

    /// <summary>Adds a text; the last one of a keyword wins.</summary>
    internal void AddText(string keyword, string text)
    {
        Count(keyword.Length + text.Length);
        _text[keyword] = text;
    }

    /// <summary>Adds XMP, which is UTF-8.</summary>
    internal void AddXmp(ReadOnlySpan<byte> xmp)
    {
        limits.CheckText(_bytes + xmp.Length);
        AddText(ImageMetadata.XmpKeyword, Encoding.UTF8.GetString(xmp));
    }

    /// <summary>Keeps a copy of the EXIF block, so that the metadata does not hold the whole file in memory.</summary>
    internal void SetExif(ReadOnlyMemory<byte> block)
    {
        Count(block.Length);
        _exif = block.ToArray();
    }

    internal ImageMetadata Build() => new() { Text = _text.ToImmutable(), Orientation = Orientation, Exif = _exif };
}
