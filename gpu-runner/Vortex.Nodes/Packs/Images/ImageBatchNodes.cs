using Vortex.Imaging;
using Vortex.Imaging.Batches;

namespace Vortex.Nodes.Packs.Images;

/// <summary>Nodes that put batches of pictures together and take them apart.</summary>
public static class ImageBatchNodes
{
    /// <summary>Puts the pictures of two batches into one.</summary>
    /// <remarks>The second is scaled to the size of the first where they differ, with the middle cut out.</remarks>
    /// <param name="image1">The first pictures; they give the size.</param>
    /// <param name="image2">The pictures behind them.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    [Node("ImageBatch", "image/batch", DisplayName = "Batch Images", IsDeprecated = true)]
    public static ImageBatch Join(ImageBatch image1, ImageBatch image2, CancellationToken cancellationToken) =>
        ImageBatches.Join(image1, image2, cancellationToken);

    /// <summary>Takes pictures out of a batch.</summary>
    /// <param name="image">The pictures.</param>
    /// <param name="batchIndex">The first to take, counted from 0; a negative number counts from the end.</param>
    /// <param name="length">How many to take at most.</param>
    [Node("ImageFromBatch", "image/batch", DisplayName = "Get Image from Batch")]
    public static ImageBatch Pick(
        ImageBatch image,
        [Input(Default = 0, Min = -PictureLimits.MaxSide, Max = PictureLimits.MaxSide)] int batchIndex,
        [Input(Default = 1, Min = 1, Max = 4096)] int length) =>
        ImageBatches.Pick(image, batchIndex, length);

    /// <summary>Repeats a batch.</summary>
    /// <param name="image">The pictures.</param>
    /// <param name="amount">How often they are there in the end.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    [Node("RepeatImageBatch", "image/batch", DisplayName = "Repeat Image Batch")]
    public static ImageBatch Repeat(
        ImageBatch image,
        [Input(Default = 1, Min = 1, Max = 4096)] int amount,
        CancellationToken cancellationToken) =>
        ImageBatches.Repeat(image, amount, cancellationToken);

    /// <summary>Deals the pictures of all batches into batches of another size; what follows runs once for each.</summary>
    /// <param name="images">Batches of pictures of one size.</param>
    /// <param name="batchSize">How many pictures each new batch has; the last may have fewer.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    [Node("RebatchImages", "image/batch", DisplayName = "Rebatch Images", TakesLists = true)]
    [Outputs("IMAGE", Lists = [0])]
    public static IReadOnlyList<ImageBatch> Rebatch(
        IReadOnlyList<ImageBatch> images,
        [Input(Default = 1, Min = 1, Max = 4096)] IReadOnlyList<int> batchSize,
        CancellationToken cancellationToken) =>
        ImageBatches.Rebatch(images, batchSize[0], cancellationToken);
}
