namespace Vortex.Imaging.Codecs.Png;

/// <summary>How a PNG is written.</summary>
public sealed record PngEncoderOptions
{
    /// <summary>Gets the options that apply where none are given.</summary>
    public static PngEncoderOptions Default { get; } = new();

    /// <summary>Gets the effort of compression, 0 (none) to 9.</summary>
    /// <value>The default is 4, as ComfyUI's SaveImage uses it.</value>
    public int CompressionLevel { get; init; } = 4;

    /// <summary>Gets keyword and text, written in this order before the pixels.</summary>
    /// <value>Empty by default.</value>
    /// <remarks>
    /// Text in Latin-1 is written as tEXt, any other as iTXt, as Pillow does. A keyword has 1 to 79 printable Latin-1
    /// characters and neither begins nor ends with a space; see <see cref="PngText.IsKeyword"/>.
    /// </remarks>
    public IReadOnlyList<KeyValuePair<string, string>> Text { get; init; } = [];
}
