using Vortex.Imaging;
using Vortex.Imaging.Masks;

namespace Vortex.Nodes.Packs.Masks;

/// <summary>Nodes that take alpha off pictures and put it on.</summary>
public static class AlphaNodes
{
    /// <summary>Splits pictures into colours and transparency.</summary>
    /// <param name="image">The pictures. Without alpha the mask is 0 throughout.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    [Node("SplitImageWithAlpha", "image/compositing", DisplayName = "Split Image with Alpha")]
    public static (ImageBatch Image, MaskBatch Mask) Split(ImageBatch image, CancellationToken cancellationToken) =>
        MaskConversion.SplitAlpha(image, cancellationToken);

    /// <summary>Gives pictures transparency.</summary>
    /// <param name="image">The pictures.</param>
    /// <param name="alpha">1 where they become transparent; scaled to their size. The shorter batch counts.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    [Node("JoinImageWithAlpha", "image/compositing", DisplayName = "Join Image with Alpha")]
    public static ImageBatch Join(ImageBatch image, MaskBatch alpha, CancellationToken cancellationToken) =>
        MaskConversion.JoinAlpha(image, alpha, cancellationToken);
}
