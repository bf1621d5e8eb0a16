namespace Vortex.Imaging.Codecs;

/// <summary>The stable codes of <see cref="ImageFormatException"/>. Clients may depend on them; messages may improve.</summary>
public static class ImageErrorCodes
{
    /// <summary>The bytes are no picture format that is known here.</summary>
    public const string NotAnImage = "image.not_an_image";

    /// <summary>A known format, or a feature of one, that is not read or cannot be written.</summary>
    public const string Unsupported = "image.unsupported";

    /// <summary>The file ends before the picture does.</summary>
    public const string Truncated = "image.truncated";

    /// <summary>A checksum inside the file does not match the bytes it covers.</summary>
    public const string BadCrc = "image.bad_crc";

    /// <summary>The file contradicts its own format.</summary>
    public const string Corrupt = "image.corrupt";

    /// <summary>The picture, its text or its number of parts lies beyond an <see cref="ImageLimits"/> or a format's own limit.</summary>
    public const string TooLarge = "image.too_large";

    /// <summary>The system library that reads or writes this format is not installed.</summary>
    public const string CodecMissing = "image.codec_missing";
}
