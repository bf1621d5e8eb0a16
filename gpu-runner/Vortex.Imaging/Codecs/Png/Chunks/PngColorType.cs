namespace Vortex.Imaging.Codecs.Png.Chunks;

/// <summary>The colour types of the PNG specification, by their number in the header.</summary>
internal enum PngColorType : byte
{
    Grey = 0,
    Rgb = 2,
    Palette = 3,
    GreyAlpha = 4,
    Rgba = 6,
}
