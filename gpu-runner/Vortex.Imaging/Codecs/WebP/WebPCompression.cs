namespace Vortex.Imaging.Codecs.WebP;

/// <summary>The two kinds of WebP.</summary>
public enum WebPCompression
{
    /// <summary>VP8: small, with losses.</summary>
    Lossy,

    /// <summary>VP8L: every visible pixel as it was. The colour of wholly transparent pixels may change.</summary>
    Lossless,
}
