using System.Collections.Immutable;
using Vortex.Imaging.Rasters;
using Vortex.Imaging.Resampling;

namespace Vortex.Imaging.Batches;

/// <summary>Puts batches together and takes them apart.</summary>
public static class ImageBatches
{
    /// <summary>Returns the pictures of both, the second scaled to the size of the first (bilinear, middle cut out) where they differ.</summary>
    /// <remarks>Where one has exactly one channel more, the other gains one of 1: an opaque alpha.</remarks>
    /// <exception cref="ImagingException">The numbers of channels differ by more than one, or the result is too large.</exception>
    public static ImageBatch Join(ImageBatch first, ImageBatch second, CancellationToken cancellationToken = default)
    {
        int channels = Math.Max(first.Channels, second.Channels);
        Raster a = ChannelCounts.Matched(Raster.Of(first), channels, "image1", cancellationToken);
        Raster b = ChannelCounts.Matched(Raster.Of(second), channels, "image2", cancellationToken);
        if ((a.Width, a.Height) != (b.Width, b.Height))
        {
            Resize resize = new() { Width = a.Width, Height = a.Height, Method = ResizeMethod.Bilinear, Crop = ResizeCrop.Center };
            b = resize.Run(b, cancellationToken);
        }

        Raster result = Raster.Allocate((long)a.Count + b.Count, a.Height, a.Width, channels);
        a.Values.CopyTo(result.Values, 0);
        b.Values.CopyTo(result.Values, a.Values.Length);
        return result.ToImage();
    }

    /// <summary>Returns up to <paramref name="length"/> pictures from <paramref name="index"/> on.</summary>
    /// <remarks>An index beyond the last picture counts as the last; a negative one counts from the end, -1 being the last.</remarks>
    /// <exception cref="ImagingException">A negative index lies before the first picture, or the length is below 1.</exception>
    public static ImageBatch Pick(ImageBatch image, int index, int length)
    {
        int first = index < 0 ? image.Count + index : Math.Min(index, image.Count - 1);
        if (first < 0)
        {
            throw ImagingException.OutOfRange("batch_index", index, -image.Count, image.Count - 1);
        }

        return Slice(image, first, Math.Min(length, image.Count - first));
    }

    /// <summary>Returns the whole batch <paramref name="amount"/> times, one after the other.</summary>
    /// <exception cref="ImagingException">The amount is below 1, or the result is too large.</exception>
    public static ImageBatch Repeat(ImageBatch image, int amount, CancellationToken cancellationToken = default)
    {
        Raster result = Raster.Allocate((long)image.Count * amount, image.Height, image.Width, image.Channels);
        for (int i = 0; i < amount; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            image.Values.CopyTo(result.Values, i * image.Values.Length);
        }

        return result.ToImage();
    }

    /// <summary>Deals all pictures of all batches, in order, into batches of <paramref name="size"/>; the last may be shorter.</summary>
    /// <exception cref="ImagingException">Pictures that would share a batch differ in size or channels, or the size is below 1.</exception>
    public static ImmutableArray<ImageBatch> Rebatch(IReadOnlyList<ImageBatch> images, int size, CancellationToken cancellationToken = default)
    {
        if (size < 1)
        {
            throw ImagingException.OutOfRange("batch_size", size, 1, 4096);
        }

        List<(ImageBatch Batch, int Index)> pictures = [.. images.SelectMany(batch => Enumerable.Range(0, batch.Count).Select(index => (batch, index)))];
        ImmutableArray<ImageBatch>.Builder dealt = ImmutableArray.CreateBuilder<ImageBatch>();
        for (int start = 0; start < pictures.Count; start += size)
        {
            cancellationToken.ThrowIfCancellationRequested();
            dealt.Add(Stack(pictures.GetRange(start, Math.Min(size, pictures.Count - start))));
        }

        return dealt.ToImmutable();
    }

    internal static ImageBatch Slice(ImageBatch image, int first, int length)
    {
        if (first == 0 && length == image.Count)
        {
            return image;
        }

        Raster result = Raster.Allocate(length, image.Height, image.Width, image.Channels);
        image.Values.AsSpan(first * image.Stride, length * image.Stride).CopyTo(result.Values);
        return result.ToImage();
    }

    private static ImageBatch Stack(List<(ImageBatch Batch, int Index)> pictures)
    {
        ImageBatch like = pictures[0].Batch;
        Raster result = Raster.Allocate(pictures.Count, like.Height, like.Width, like.Channels);
        for (int i = 0; i < pictures.Count; i++)
        {
            (ImageBatch batch, int index) = pictures[i];
            if ((batch.Width, batch.Height, batch.Channels) != (like.Width, like.Height, like.Channels))
            {
                throw new ImagingException(
                    ImagingCodes.SizeMismatch,
                    "images",
                    $"Pictures of {like.Width}x{like.Height} with {like.Channels} channels and of {batch.Width}x{batch.Height} with {batch.Channels} cannot share a batch. Scale them to one size first.");
            }

            batch.Picture(index).CopyTo(result.Values.AsSpan(i * like.Stride));
        }

        return result.ToImage();
    }
}
