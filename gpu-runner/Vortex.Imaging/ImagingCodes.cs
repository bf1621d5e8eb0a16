namespace Vortex.Imaging;

/// <summary>The stable codes of <see cref="ImagingException"/>. Clients may depend on them; messages may improve.</summary>
public static class ImagingCodes
{
    /// <summary>The result would have more values than <see cref="PictureLimits.MaxValues"/>, or more than this machine has memory for.</summary>
    public const string TooLarge = "imaging.too_large";

    /// <summary>The result would have no pixel, or a filter reaches further than the picture is large.</summary>
    public const string TooSmall = "imaging.too_small";

    /// <summary>Two pictures have numbers of channels that do not go together, or an operation does not take that many.</summary>
    public const string Channels = "imaging.channels";

    /// <summary>Batches of different length of which neither has length one.</summary>
    public const string BatchMismatch = "imaging.batch_mismatch";

    /// <summary>Pictures that must be of one size are not.</summary>
    public const string SizeMismatch = "imaging.size_mismatch";

    /// <summary>A place lies outside the picture.</summary>
    public const string OutsidePicture = "imaging.outside_picture";

    /// <summary>A setting lies outside its range, or two settings contradict each other.</summary>
    public const string Setting = "imaging.setting";
}
