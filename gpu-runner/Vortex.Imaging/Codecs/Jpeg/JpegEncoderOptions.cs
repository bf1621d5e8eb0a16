namespace Vortex.Imaging.Codecs.Jpeg;

/// <summary>How a JPEG is written.</summary>
public sealed record JpegEncoderOptions
{
    /// <summary>Gets the options that apply where none are given.</summary>
    public static JpegEncoderOptions Default { get; } = new();

    /// <summary>Gets the quality on libjpeg's scale, 1 to 100.</summary>
    /// <value>The default is 90.</value>
    public int Quality { get; init; } = 90;

    /// <summary>Gets how much of the colour is kept.</summary>
    /// <value>The default is <see cref="JpegChroma.Quarter"/>, as Pillow writes.</value>
    public JpegChroma Chroma { get; init; } = JpegChroma.Quarter;

    /// <summary>Gets keyword and text, written as EXIF strings <c>keyword:text</c>; JPEG has room for 64 KB of them.</summary>
    /// <value>Empty by default.</value>
    public IReadOnlyList<KeyValuePair<string, string>> Text { get; init; } = [];
}
