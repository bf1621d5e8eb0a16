namespace Vortex.Imaging;

/// <summary>A batch of masks of one size: float32, shape [batch, height, width]; 1 is selected, 0 is not.</summary>
/// <remarks>This is ComfyUI's MASK. The memory is never changed once the batch has been handed on.</remarks>
public sealed class MaskBatch
{
    /// <summary>Takes over <paramref name="values"/>; the caller must not write to it any more.</summary>
    /// <param name="count">Masks in the batch, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="values">Exactly count * height * width values.</param>
    /// <exception cref="ArgumentException">The length is not the product of the shape, or a dimension is out of range.</exception>
    public MaskBatch(int count, int height, int width, float[] values)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentNullException.ThrowIfNull(values);
        if (values.LongLength != (long)count * height * width)
        {
            throw new ArgumentException($"{values.LongLength} values do not fill {count}x{height}x{width}.", nameof(values));
        }

        (Count, Height, Width, Values) = (count, height, width, values);
    }

    /// <summary>Gets the number of masks.</summary>
    public int Count { get; }

    /// <summary>Gets the rows of each mask.</summary>
    public int Height { get; }

    /// <summary>Gets the columns of each mask.</summary>
    public int Width { get; }

    /// <summary>Gets all values, row after row. Treat as read-only.</summary>
    public float[] Values { get; }

    /// <summary>Gets the number of values in one mask.</summary>
    public int Stride => Height * Width;

    /// <summary>Returns the values of mask <paramref name="index"/>.</summary>
    public ReadOnlySpan<float> Mask(int index) => Values.AsSpan(checked(index * Stride), Stride);
}
