namespace Vortex.Tensors.Cpu;

// Views: no values move.
public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public Tensor Reshape(Tensor tensor, ReadOnlySpan<int> shape)
    {
        CpuTensor own = Own(tensor);
        Shape target = Resolve(own.Shape, shape);
        if (own.IsContiguous)
        {
            return own.View(target, CpuTensor.RowMajor(target), own.Offset);
        }

        if (TryStrides(own, target) is { } strides)
        {
            return own.View(target, strides, own.Offset);
        }

        using CpuTensor copy = Copy(own);
        return copy.View(target, CpuTensor.RowMajor(target), 0);
    }

    /// <inheritdoc/>
    public Tensor Permute(Tensor tensor, ReadOnlySpan<int> order)
    {
        CpuTensor own = Own(tensor);
        int rank = own.Rank;
        int[] sizes = new int[rank];
        long[] strides = new long[rank];
        long seen = 0;
        for (int i = 0; i < rank && order.Length == rank; i++)
        {
            int from = own.Shape.Dimension(order[i]);
            seen |= 1L << from;
            (sizes[i], strides[i]) = (own.Shape[from], own.Strides[from]);
        }

        return order.Length == rank && seen == (1L << rank) - 1
            ? own.View(new Shape(sizes), strides, own.Offset)
            : throw new TensorShapeException($"[{string.Join(", ", order.ToArray())}] is not an order of the dimensions of {own.Shape}.");
    }

    /// <inheritdoc/>
    public Tensor Slice(Tensor tensor, int dimension, int start, int length, int step = 1)
    {
        CpuTensor own = Own(tensor);
        int known = own.Shape.Dimension(dimension);
        if (start < 0 || length < 0 || step < 1 || (length > 0 && start + ((length - 1L) * step) >= own.Shape[known]) || start > own.Shape[known])
        {
            throw new TensorShapeException($"{length} entries from {start} in steps of {step} exceed dimension {dimension} of {own.Shape}.");
        }

        long[] strides = [.. own.Strides];
        strides[known] *= step;
        return own.View(own.Shape.With(known, length), strides, own.Offset + (start * own.Strides[known]));
    }

    /// <inheritdoc/>
    public Tensor Expand(Tensor tensor, Shape shape)
    {
        CpuTensor own = Own(tensor);
        return own.View(shape, ExpandedStrides(own, shape), own.Offset);
    }

    /// <summary>Returns the strides with which a tensor reads as if it had a greater shape.</summary>
    internal static long[] ExpandedStrides(CpuTensor tensor, Shape shape)
    {
        int extra = shape.Rank - tensor.Rank;
        long[] strides = new long[shape.Rank];
        for (int i = 0; i < shape.Rank; i++)
        {
            int size = i < extra ? 1 : extra < 0 ? -1 : tensor.Shape[i - extra];
            if (size != shape[i] && size != 1)
            {
                extra = -1;
            }

            if (extra < 0)
            {
                break;
            }

            strides[i] = size == 1 && (i < extra || shape[i] != 1) ? 0 : tensor.Strides[i - extra];
        }

        return extra < 0 ? throw new TensorShapeException($"Shape {tensor.Shape} does not expand to {shape}.") : strides;
    }

    private static Shape Resolve(Shape from, ReadOnlySpan<int> shape)
    {
        int[] sizes = shape.ToArray();
        int open = Array.IndexOf(sizes, -1);
        if (open >= 0)
        {
            sizes[open] = 1;
            long known = Array.TrueForAll(sizes, size => size >= 0) ? new Shape(sizes).Count : 0;
            sizes[open] = known == 0 ? 0 : (int)(from.Count / known);
        }

        return Array.TrueForAll(sizes, size => size >= 0) && new Shape(sizes).Count == from.Count
            ? new Shape(sizes)
            : throw new TensorShapeException($"A tensor of shape {from} does not reshape to [{string.Join(", ", shape.ToArray())}].");
    }

    // Walks both shapes from the last dimension: each run of old dimensions that together make up some new ones must lie without gaps.
    private static long[]? TryStrides(CpuTensor tensor, Shape target)
    {
        if (tensor.Count == 0)
        {
            return CpuTensor.RowMajor(target);
        }

        long[] strides = new long[target.Rank];
        int next = target.Rank - 1;
        int at = tensor.Rank - 1;
        while (at >= 0)
        {
            // A run without gaps, innermost dimension first.
            long step = tensor.Strides[at];
            long size = tensor.Shape[at];
            while (at > 0 && (tensor.Shape[at - 1] == 1 || size == 1 || tensor.Strides[at - 1] == step * size))
            {
                if (size == 1)
                {
                    step = tensor.Strides[at - 1];
                }

                size *= tensor.Shape[at - 1];
                at--;
            }

            at--;
            long filled = 1;
            while (next >= 0 && (filled < size || target[next] == 1))
            {
                strides[next] = step * filled;
                filled *= target[next];
                next--;
            }

            if (filled != size)
            {
                return null;
            }
        }

        return next < 0 ? strides : null;
    }
}
