namespace Vortex.Imaging.Codecs.Png.Chunks;

/// <summary>The chunk types that are looked at: four letters as a big-endian number.</summary>
internal static class PngChunkType
{
    internal const uint Header = 0x49484452; // IHDR
    internal const uint Palette = 0x504C5445; // PLTE
    internal const uint Data = 0x49444154; // IDAT
    internal const uint End = 0x49454E44; // IEND
    internal const uint Transparency = 0x74524E53; // tRNS
    internal const uint Text = 0x74455874; // tEXt
    internal const uint CompressedText = 0x7A545874; // zTXt
    internal const uint InternationalText = 0x69545874; // iTXt
    internal const uint Exif = 0x65584966; // eXIf
}
