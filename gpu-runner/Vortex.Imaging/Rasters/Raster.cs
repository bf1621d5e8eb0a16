namespace Vortex.Imaging.Rasters;

/// <summary>A batch seen by a kernel: pictures and masks alike, channels last. A mask has one channel.</summary>
internal readonly record struct Raster(int Count, int Height, int Width, int Channels, float[] Values)
{
    /// <summary>Gets the values in a row.</summary>
    internal int RowLength => Width * Channels;

    /// <summary>Gets the rows of all entries together.</summary>
    internal int Rows => Count * Height;

    internal static Raster Of(ImageBatch batch) => new(batch.Count, batch.Height, batch.Width, batch.Channels, batch.Values);

    internal static Raster Of(MaskBatch batch) => new(batch.Count, batch.Height, batch.Width, 1, batch.Values);

    /// <summary>Returns uninitialised memory of that shape; every value must be written.</summary>
    /// <exception cref="ImagingException">The shape is empty, beyond <see cref="PictureLimits"/>, or beyond this machine's memory.</exception>
    internal static Raster Allocate(long count, long height, long width, int channels)
    {
        if (count < 1 || height < 1 || width < 1)
        {
            throw new ImagingException(
                ImagingCodes.TooSmall,
                height < 1 ? "height" : width < 1 ? "width" : "count",
                $"The result would be {count} picture(s) of {width}x{height}; it needs at least one pixel.");
        }

        // Each factor is far below 2^31 here, so that the division cannot be fooled by an overflow.
        if (width > PictureLimits.MaxValues / channels / height || count > PictureLimits.MaxValues / (width * height * channels))
        {
            throw new ImagingException(
                ImagingCodes.TooLarge,
                "width",
                $"The result would be {count} picture(s) of {width}x{height}, more than the {PictureLimits.MaxValues} values allowed. Ask for a smaller size or fewer pictures.");
        }

        return new((int)count, (int)height, (int)width, channels, Scratch<float>(count * height * width * channels));
    }

    /// <summary>Returns uninitialised memory for values in between.</summary>
    /// <exception cref="ImagingException">It is more than an array holds, or more than this machine has free.</exception>
    internal static T[] Scratch<T>(long length)
        where T : unmanaged
    {
        try
        {
            return GC.AllocateUninitializedArray<T>(checked((int)length));
        }
        catch (Exception failure) when (failure is OutOfMemoryException or OverflowException)
        {
            throw new ImagingException(
                ImagingCodes.TooLarge,
                "width",
                $"The operation takes {length} values at once, more than this machine has memory for. Work on a smaller size or fewer pictures.",
                failure);
        }
    }

    /// <summary>Returns uninitialised memory of this shape; every value must be written.</summary>
    internal Raster AllocateSame() => Allocate(Count, Height, Width, Channels);

    /// <summary>Returns a row, counted through all entries.</summary>
    internal Span<float> Row(int row) => Values.AsSpan(row * RowLength, RowLength);

    /// <summary>Returns a row of one entry.</summary>
    internal Span<float> Row(int entry, int row) => Row((entry * Height) + row);

    internal ImageBatch ToImage() => new(Count, Height, Width, Channels, Values);

    internal MaskBatch ToMask() => new(Count, Height, Width, Values);
}
