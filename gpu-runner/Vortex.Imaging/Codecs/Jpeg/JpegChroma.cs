namespace Vortex.Imaging.Codecs.Jpeg;

/// <summary>How finely a JPEG keeps colour beside brightness.</summary>
public enum JpegChroma
{
    /// <summary>One colour value for four pixels (4:2:0): small, and unseen in photographs.</summary>
    Quarter,

    /// <summary>One colour value for each pixel (4:4:4): for drawings and text.</summary>
    Full,
}
