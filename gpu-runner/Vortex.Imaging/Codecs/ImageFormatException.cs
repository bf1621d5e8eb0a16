namespace Vortex.Imaging.Codecs;

/// <summary>A picture file cannot be read or written, for a reason that lies in the file, its size or this machine.</summary>
/// <remarks>
/// The only exception the decoders raise for any bytes whatever, next to <see cref="OperationCanceledException"/>.
/// <see cref="Code"/> is one of <see cref="ImageErrorCodes"/>; the message is a sentence that says what to do.
/// </remarks>
public sealed class ImageFormatException : Exception
{
    /// <summary>Makes the problem from its code, its sentence and, where there is one, what a lower layer said.</summary>
    public ImageFormatException(string code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <summary>Gets the stable code, one of <see cref="ImageErrorCodes"/>.</summary>
    public string Code { get; }

    internal static ImageFormatException NotAnImage() => new(
        ImageErrorCodes.NotAnImage,
        "This is not a picture in a known format. Use a PNG, JPEG or WebP file.");

    internal static ImageFormatException Unsupported(string what) => new(
        ImageErrorCodes.Unsupported,
        $"{what} cannot be read. Save the picture as PNG, JPEG or WebP and use that file.");

    internal static ImageFormatException Truncated(string format) => new(
        ImageErrorCodes.Truncated,
        $"The {format} file ends before the picture does. Copy or download it again in full.");

    internal static ImageFormatException BadCrc(string chunk) => new(
        ImageErrorCodes.BadCrc,
        $"The checksum of the PNG chunk '{chunk}' does not match its bytes: the file is damaged. Copy or download it again.");

    internal static ImageFormatException Corrupt(string format, string what, Exception? innerException = null) => new(
        ImageErrorCodes.Corrupt,
        $"The {format} file is damaged: {what}. Save it again with the program that made it, or use another copy.",
        innerException);

    internal static ImageFormatException TooLarge(string what) => new(
        ImageErrorCodes.TooLarge,
        $"{what}. Scale the picture down, or raise the limit if you trust the file.");
}
