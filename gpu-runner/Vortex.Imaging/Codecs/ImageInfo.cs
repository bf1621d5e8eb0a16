namespace Vortex.Imaging.Codecs;

/// <summary>What a picture file says about itself before any pixel is decoded.</summary>
/// <param name="Format">The format, by its magic number and not by its name.</param>
/// <param name="Width">Columns as stored, before the orientation is applied.</param>
/// <param name="Height">Rows as stored, before the orientation is applied.</param>
/// <param name="Metadata">Text, orientation, EXIF.</param>
public sealed record ImageInfo(ImageFormat Format, int Width, int Height, ImageMetadata Metadata);
