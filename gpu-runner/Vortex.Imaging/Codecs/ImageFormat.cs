namespace Vortex.Imaging.Codecs;

/// <summary>A picture file format that is read and written here.</summary>
public enum ImageFormat
{
    /// <summary>Portable Network Graphics; managed code, always available.</summary>
    Png,

    /// <summary>JPEG, through the system's libjpeg-turbo.</summary>
    Jpeg,

    /// <summary>WebP, lossy and lossless, through the system's libwebp.</summary>
    WebP,
}
