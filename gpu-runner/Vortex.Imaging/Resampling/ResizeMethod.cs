namespace Vortex.Imaging.Resampling;

/// <summary>How the pixels of a resized picture are computed.</summary>
public enum ResizeMethod
{
    /// <summary>The pixel under the centre of the new one. No new value appears.</summary>
    NearestExact,

    /// <summary>Linear between the two neighbours in each direction; when shrinking, pixels in between are skipped.</summary>
    Bilinear,

    /// <summary>The mean of all pixels that the new one touches.</summary>
    Area,

    /// <summary>Cubic over four neighbours in each direction (a = -0.75); may leave 0..1.</summary>
    Bicubic,

    /// <summary>Lanczos over three lobes, in 8 bit as ComfyUI does it: values are cut to 0..255 first.</summary>
    Lanczos,
}
