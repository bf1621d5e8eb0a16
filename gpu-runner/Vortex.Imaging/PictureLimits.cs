namespace Vortex.Imaging;

/// <summary>How large a result may become. Checked before anything is allocated.</summary>
public static class PictureLimits
{
    /// <summary>The most columns or rows of a picture: what ComfyUI's nodes allow, 16384.</summary>
    public const int MaxSide = 16_384;

    /// <summary>The most values (count * height * width * channels) of one batch: 2^30, which is 4 GiB of float32.</summary>
    public const long MaxValues = 1L << 30;
}
