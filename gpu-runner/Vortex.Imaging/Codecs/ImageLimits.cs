namespace Vortex.Imaging.Codecs;

/// <summary>How much a picture file may ask for. Checked against the header, before anything is allocated.</summary>
/// <remarks>Beyond a limit the answer is <see cref="ImageErrorCodes.TooLarge"/>; nothing is scaled or cut silently.</remarks>
public sealed record ImageLimits
{
    /// <summary>Gets the limits that apply where none are given.</summary>
    public static ImageLimits Default { get; } = new();

    /// <summary>Gets the most columns.</summary>
    /// <value>The default is 65,535.</value>
    public int MaxWidth { get; init; } = 65_535;

    /// <summary>Gets the most rows.</summary>
    /// <value>The default is 65,535.</value>
    public int MaxHeight { get; init; } = 65_535;

    /// <summary>Gets the most pixels.</summary>
    /// <value>The default is 2^28, a picture of 16384 by 16384.</value>
    public long MaxPixels { get; init; } = 1L << 28;

    /// <summary>Gets the most bytes of 8-bit pixels that decoding may yield. Never more than an array holds.</summary>
    /// <value>The default is 1 GiB.</value>
    public long MaxDecodedBytes { get; init; } = 1L << 30;

    /// <summary>Gets the most bytes of text and other metadata, all of it together and after inflating.</summary>
    /// <value>The default is 64 MiB; a large ComfyUI workflow is a few hundred KB.</value>
    public long MaxTextBytes { get; init; } = 64L << 20;

    /// <summary>Gets the most chunks (PNG, WebP) or segments (JPEG) in a file.</summary>
    /// <value>The default is 262,144.</value>
    public int MaxChunks { get; init; } = 1 << 18;

    /// <summary>Refuses a picture whose header asks for more than is allowed.</summary>
    /// <exception cref="ImageFormatException">A limit is exceeded; the message names it.</exception>
    internal void CheckSize(int width, int height, int channels)
    {
        long pixels = (long)width * height;
        if (width > MaxWidth || height > MaxHeight || pixels > MaxPixels)
        {
            throw ImageFormatException.TooLarge(
                $"The picture is {width}x{height}; allowed are {MaxWidth}x{MaxHeight} and {MaxPixels} pixels in all");
        }

        long allowed = Math.Min(MaxDecodedBytes, Array.MaxLength);
        if (pixels * channels > allowed)
        {
            throw ImageFormatException.TooLarge(
                $"The picture is {width}x{height} and takes {pixels * channels} bytes of pixels; allowed are {allowed}");
        }
    }

    /// <summary>Counts one more chunk or segment.</summary>
    /// <exception cref="ImageFormatException">There are too many.</exception>
    internal void CheckChunks(int count)
    {
        if (count > MaxChunks)
        {
            throw ImageFormatException.TooLarge($"The file has more than {MaxChunks} chunks");
        }
    }

    /// <summary>Checks the sum of all text bytes so far.</summary>
    /// <exception cref="ImageFormatException">There is too much.</exception>
    internal void CheckText(long bytes)
    {
        if (bytes > MaxTextBytes)
        {
            throw ImageFormatException.TooLarge($"The file carries more than {MaxTextBytes} bytes of text");
        }
    }
}
