namespace Vortex.Api;

/// <summary>Changes pictures for lists and for ComfyUI's clients. A host that can registers one; without it pictures are sent in the form they have, and channels and masks are refused with <c>picture.editing_unavailable</c>.</summary>
public interface IPictureEditor
{
    /// <summary>Writes a picture in another form.</summary>
    /// <param name="picture">The file.</param>
    /// <param name="form">What is wanted.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>The new file, or null when the file is no picture it can read or write so.</returns>
    byte[]? Convert(ReadOnlyMemory<byte> picture, PictureForm form, CancellationToken cancellationToken = default);

    /// <summary>Gives a picture the alpha channel of another.</summary>
    /// <param name="picture">The picture whose colours stay.</param>
    /// <param name="mask">The picture with the alpha channel, of the same size.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>A PNG, or null when either cannot be read or their sizes differ.</returns>
    byte[]? PutAlpha(ReadOnlyMemory<byte> picture, ReadOnlyMemory<byte> mask, CancellationToken cancellationToken = default);

    /// <summary>Makes a small picture of a large one, upright, of the same shape.</summary>
    /// <param name="picture">The file.</param>
    /// <param name="width">The most columns, from 1.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>The small picture, or null when the file is no picture it can read, or is small enough already.</returns>
    SmallPicture? Shrink(ReadOnlyMemory<byte> picture, int width, CancellationToken cancellationToken = default);
}

/// <summary>A small picture made of a large one.</summary>
/// <param name="Content">The file.</param>
/// <param name="MediaType">What it is, such as <c>image/webp</c>.</param>
public sealed record SmallPicture(byte[] Content, string MediaType);

/// <summary>A form of a picture.</summary>
/// <param name="MediaType"><c>image/png</c>, <c>image/jpeg</c> or <c>image/webp</c>.</param>
/// <param name="Quality">1 to 100, for JPEG and WebP.</param>
/// <param name="Channels">Which channels.</param>
public sealed record PictureForm(string MediaType, int Quality, PictureChannels Channels);

/// <summary>Channels of a picture.</summary>
public enum PictureChannels
{
    /// <summary>All there are.</summary>
    All,

    /// <summary>The colours, without alpha.</summary>
    Colours,

    /// <summary>Alpha alone, over black.</summary>
    Alpha,
}
