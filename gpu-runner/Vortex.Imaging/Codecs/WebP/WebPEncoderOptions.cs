namespace Vortex.Imaging.Codecs.WebP;

/// <summary>How a WebP is written.</summary>
public sealed record WebPEncoderOptions
{
    /// <summary>Gets the options that apply where none are given.</summary>
    public static WebPEncoderOptions Default { get; } = new();

    /// <summary>Gets the compression.</summary>
    /// <value>The default is <see cref="WebPCompression.Lossy"/>.</value>
    public WebPCompression Compression { get; init; } = WebPCompression.Lossy;

    /// <summary>Gets the quality of lossy compression, 0 to 100.</summary>
    /// <value>The default is 80, as Pillow and ComfyUI use it.</value>
    public float Quality { get; init; } = 80;

    /// <summary>Gets keyword and text, written as EXIF strings <c>keyword:text</c> the way ComfyUI does; eight fit.</summary>
    /// <value>Empty by default.</value>
    public IReadOnlyList<KeyValuePair<string, string>> Text { get; init; } = [];
}
