using Vortex.Imaging.Codecs.Exif;

namespace Vortex.Imaging.Codecs.Png.Chunks;

/// <summary>A PNG file taken apart: everything but the pixels is understood, nothing has been inflated but text.</summary>
internal sealed class PngContents
{
    private PngContents(PngHeader header, ReadOnlyMemory<byte> palette, ReadOnlyMemory<byte>? transparency, IReadOnlyList<ReadOnlyMemory<byte>> data, ImageMetadata metadata) =>
        (Header, Palette, Transparency, Data, Metadata) = (header, palette, transparency, data, metadata);

    internal PngHeader Header { get; }

    /// <summary>Gets the colours of the palette, three bytes each; empty where there is none.</summary>
    internal ReadOnlyMemory<byte> Palette { get; }

    /// <summary>Gets the tRNS chunk, where it has a meaning for the colour type.</summary>
    internal ReadOnlyMemory<byte>? Transparency { get; }

    /// <summary>Gets the pieces of the compressed pixels.</summary>
    internal IReadOnlyList<ReadOnlyMemory<byte>> Data { get; }

    internal ImageMetadata Metadata { get; }

    /// <summary>Gets where alpha comes from.</summary>
    internal AlphaSource Alpha => Header.Color switch
    {
        PngColorType.GreyAlpha or PngColorType.Rgba => AlphaSource.Channel,
        _ when Transparency is null => AlphaSource.None,
        PngColorType.Palette => AlphaSource.Palette,
        _ => AlphaSource.ColorKey,
    };

    /// <summary>Gets the channels the picture decodes to.</summary>
    internal int Channels => (Header.Color is PngColorType.Grey or PngColorType.GreyAlpha ? 1 : 3) + (Alpha == AlphaSource.None ? 0 : 1);

    /// <summary>Reads all chunks up to the end.</summary>
    /// <exception cref="ImageFormatException">The file is damaged, cut short, or beyond a limit.</exception>
    internal static PngContents Read(ReadOnlyMemory<byte> file, ImageLimits limits)
    {
        PngChunkReader chunks = new(file, limits);
        chunks.Next();
        if (chunks.Type != PngChunkType.Header)
        {
            throw ImageFormatException.Corrupt("PNG", $"it begins with '{chunks.Name}' instead of its header");
        }

        PngHeader header = PngHeader.Parse(chunks.Data.Span);
        MetadataBuilder metadata = new(limits);
        List<ReadOnlyMemory<byte>> data = [];
        ReadOnlyMemory<byte> palette = default;
        ReadOnlyMemory<byte>? transparency = null;
        for (chunks.Next(); chunks.Type != PngChunkType.End; chunks.Next())
        {
            switch (chunks.Type)
            {
                case PngChunkType.Data:
                    data.Add(chunks.Data);
                    break;
                case PngChunkType.Palette:
                    palette = chunks.Data;
                    break;
                case PngChunkType.Transparency:
                    transparency = CheckTransparency(header, chunks.Data);
                    break;
                case PngChunkType.Text or PngChunkType.CompressedText or PngChunkType.InternationalText:
                    PngTextReader.Read(chunks.Type, chunks.Data, metadata);
                    break;
                case PngChunkType.Exif:
                    ExifReader.Read(chunks.Data, metadata);
                    break;
                case PngChunkType.Header:
                    throw ImageFormatException.Corrupt("PNG", "it has a second header");
                default:
                    if (chunks.IsCritical)
                    {
                        throw ImageFormatException.Unsupported($"A PNG file with the chunk '{chunks.Name}', which no reader may skip,");
                    }

                    break;
            }
        }

        if (header.Color == PngColorType.Palette && (palette.Length == 0 || palette.Length % 3 != 0 || palette.Length > 3 * 256))
        {
            throw ImageFormatException.Corrupt("PNG", palette.Length == 0 ? "its palette is missing" : $"a palette of {palette.Length} bytes is not possible");
        }

        return new PngContents(header, palette, transparency, data, metadata.Build());
    }

    /// <summary>Takes the chunk where the colour type knows it. For a palette a longer one than the palette is harmless.</summary>
    private static ReadOnlyMemory<byte>? CheckTransparency(PngHeader header, ReadOnlyMemory<byte> data) => header.Color switch
    {
        PngColorType.Grey when data.Length == 2 => data,
        PngColorType.Rgb when data.Length == 6 => data,
        PngColorType.Palette when data.Length is > 0 and <= 256 => data,
        PngColorType.GreyAlpha or PngColorType.Rgba => null,
        _ => throw ImageFormatException.Corrupt("PNG", $"a tRNS chunk of {data.Length} bytes does not suit its colour type"),
    };
}
