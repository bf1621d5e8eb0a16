namespace Vortex.Imaging.Codecs.Png;

/// <summary>The five filters of the PNG specification, by their number before each row.</summary>
internal enum PngFilterType : byte
{
    None = 0,
    Sub = 1,
    Up = 2,
    Average = 3,
    Paeth = 4,
}
