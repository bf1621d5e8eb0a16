namespace Vortex.Imaging.Codecs;

/// <summary>Where the alpha of a decoded picture comes from. ComfyUI's LoadImage does not look at all of them.</summary>
public enum AlphaSource
{
    /// <summary>The picture is opaque throughout and has no alpha channel.</summary>
    None,

    /// <summary>The file stores alpha for each pixel.</summary>
    Channel,

    /// <summary>A palette with transparent entries (PNG tRNS).</summary>
    Palette,

    /// <summary>One colour is named transparent (PNG tRNS of a grey or RGB picture). LoadImage ignores it.</summary>
    ColorKey,
}
