namespace Vortex.Imaging;

/// <summary>A batch of pictures of one size: float32, channels last, shape [batch, height, width, channels].</summary>
/// <remarks>
/// Values are display-referred, nominally 0 to 1; operations may leave that range and only saving clamps it.
/// This is ComfyUI's IMAGE. The memory is never changed once the batch has been handed on, so it may be shared freely.
/// </remarks>
public sealed class ImageBatch
{
    /// <summary>Takes over <paramref name="values"/>; the caller must not write to it any more.</summary>
    /// <param name="count">Pictures in the batch, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="channels">1 to 4: grey, grey and alpha, RGB, RGBA.</param>
    /// <param name="values">Exactly count * height * width * channels values, channels last.</param>
    /// <exception cref="ArgumentException">The length is not the product of the shape, or a dimension is out of range.</exception>
    public ImageBatch(int count, int height, int width, int channels, float[] values)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, 4);
        ArgumentNullException.ThrowIfNull(values);
        if (values.LongLength != (long)count * height * width * channels)
        {
            throw new ArgumentException($"{values.LongLength} values do not fill {count}x{height}x{width}x{channels}.", nameof(values));
        }

        (Count, Height, Width, Channels, Values) = (count, height, width, channels, values);
    }

    /// <summary>Gets the number of pictures.</summary>
    public int Count { get; }

    /// <summary>Gets the rows of each picture.</summary>
    public int Height { get; }

    /// <summary>Gets the columns of each picture.</summary>
    public int Width { get; }

    /// <summary>Gets the values per pixel, 1 to 4.</summary>
    public int Channels { get; }

    /// <summary>Gets all values, channels last. Treat as read-only.</summary>
    public float[] Values { get; }

    /// <summary>Gets the number of values in one picture.</summary>
    public int Stride => Height * Width * Channels;

    /// <summary>Returns the values of picture <paramref name="index"/>, height * width * channels of them.</summary>
    public ReadOnlySpan<float> Picture(int index) => Values.AsSpan(checked(index * Stride), Stride);
}
