namespace Vortex.Imaging.Quantizing;

/// <summary>How the error of a reduced colour is hidden.</summary>
public enum Dither
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>It is passed on to the neighbours (Floyd-Steinberg).</summary>
    FloydSteinberg,

    /// <summary>An ordered pattern of 2 by 2.</summary>
    Bayer2,

    /// <summary>An ordered pattern of 4 by 4.</summary>
    Bayer4,

    /// <summary>An ordered pattern of 8 by 8.</summary>
    Bayer8,

    /// <summary>An ordered pattern of 16 by 16.</summary>
    Bayer16,
}
