namespace Vortex.Tensors.Shapes;

// Views, and tensors put together.
internal static partial class OpShapes
{
    /// <summary>Returns the steps, in values, of a tensor that lies in row-major order without gaps.</summary>
    public static long[] RowMajor(Shape shape)
    {
        long[] strides = new long[shape.Rank];
        long step = 1;
        for (int i = shape.Rank - 1; i >= 0; i--)
        {
            strides[i] = step;
            step *= Math.Max(1, shape[i]);
        }

        return strides;
    }

    /// <summary>Says whether values with these steps lie in row-major order without gaps.</summary>
    public static bool IsRowMajor(Shape shape, ReadOnlySpan<long> strides)
    {
        long step = 1;
        for (int i = shape.Rank - 1; i >= 0; i--)
        {
            if (shape[i] != 1 && strides[i] != step)
            {
                return false;
            }

            step *= Math.Max(1, shape[i]);
        }

        return true;
    }

    /// <summary>Returns the shape that is asked for, with a size of -1 worked out.</summary>
    public static Shape Reshape(Shape from, ReadOnlySpan<int> shape)
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

    /// <summary>Returns the steps with which a strided tensor reads in another shape; null where only a copy does.</summary>
    /// <remarks>Walks both shapes from the last dimension: each run of old dimensions that together make up some new ones must lie without gaps.</remarks>
    public static long[]? ViewStrides(Shape from, ReadOnlySpan<long> fromStrides, Shape target)
    {
        if (from.Count == 0)
        {
            return RowMajor(target);
        }

        long[] strides = new long[target.Rank];
        int next = target.Rank - 1;
        int at = from.Rank - 1;
        while (at >= 0)
        {
            // A run without gaps, innermost dimension first.
            long step = fromStrides[at];
            long size = from[at];
            while (at > 0 && (from[at - 1] == 1 || size == 1 || fromStrides[at - 1] == step * size))
            {
                if (size == 1)
                {
                    step = fromStrides[at - 1];
                }

                size *= from[at - 1];
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

    /// <summary>Returns an order of dimensions with none counted from behind.</summary>
    public static int[] Order(Shape shape, ReadOnlySpan<int> order)
    {
        int[] known = new int[shape.Rank];
        long seen = 0;
        for (int i = 0; i < shape.Rank && order.Length == shape.Rank; i++)
        {
            known[i] = shape.Dimension(order[i]);
            seen |= 1L << known[i];
        }

        return order.Length == shape.Rank && seen == (1L << shape.Rank) - 1
            ? known
            : throw new TensorShapeException($"[{string.Join(", ", order.ToArray())}] is not an order of the dimensions of {shape}.");
    }

    /// <summary>Returns the shape of a range of one dimension.</summary>
    public static Shape Slice(Shape shape, int dimension, int start, int length, int step)
    {
        int known = shape.Dimension(dimension);
        return start < 0 || length < 0 || step < 1 || (length > 0 && start + ((length - 1L) * step) >= shape[known]) || start > shape[known]
            ? throw new TensorShapeException($"{length} entries from {start} in steps of {step} exceed dimension {dimension} of {shape}.")
            : shape.With(known, length);
    }

    /// <summary>Returns the steps with which a tensor reads as if it had a greater shape.</summary>
    public static long[] ExpandedStrides(Shape shape, ReadOnlySpan<long> steps, Shape target)
    {
        int extra = target.Rank - shape.Rank;
        long[] strides = new long[target.Rank];
        for (int i = 0; i < target.Rank; i++)
        {
            int size = i < extra ? 1 : extra < 0 ? -1 : shape[i - extra];
            if (size != target[i] && size != 1)
            {
                extra = -1;
            }

            if (extra < 0)
            {
                break;
            }

            strides[i] = size == 1 && (i < extra || target[i] != 1) ? 0 : steps[i - extra];
        }

        return extra < 0 ? throw new TensorShapeException($"Shape {shape} does not expand to {target}.") : strides;
    }

    /// <summary>Returns the shape of tensors joined along a dimension.</summary>
    public static Shape Concat(IReadOnlyList<Tensor> tensors, int dimension)
    {
        if (tensors.Count == 0)
        {
            throw new TensorShapeException("Nothing to join.");
        }

        Tensor first = tensors[0];
        int known = first.Shape.Dimension(dimension);
        int total = 0;
        foreach (Tensor tensor in tensors)
        {
            if (tensor.Rank != first.Rank || tensor.DType != first.DType || tensor.Shape.With(known, 0) != first.Shape.With(known, 0))
            {
                throw new TensorShapeException($"{tensor} does not join {first} along dimension {dimension}.");
            }

            total = checked(total + tensor.Shape[known]);
        }

        return first.Shape.With(known, total);
    }

    /// <summary>Returns the shape of a tensor that is repeated.</summary>
    public static Shape Repeat(Shape shape, ReadOnlySpan<int> times)
    {
        int extra = times.Length - shape.Rank;
        if (extra < 0)
        {
            throw new TensorShapeException($"{times.Length} counts for a tensor of shape {shape}.");
        }

        int[] sizes = times.ToArray();
        for (int i = extra; i < sizes.Length; i++)
        {
            sizes[i] = checked(sizes[i] * shape[i - extra]);
        }

        return new Shape(sizes);
    }

    /// <summary>Refuses indices that a dimension does not have.</summary>
    public static void Indices(Shape shape, int dimension, ReadOnlySpan<int> indices)
    {
        foreach (int index in indices)
        {
            if (index < 0 || index >= shape[dimension])
            {
                throw new TensorShapeException($"Entry {index} of dimension {dimension} of {shape}.");
            }
        }
    }

    /// <summary>Refuses what is not a table of rows.</summary>
    public static void Table(Tensor weight)
    {
        if (weight.Rank != 2 || !weight.DType.IsFloat())
        {
            throw new TensorShapeException($"{weight} is not a table of [count, width].");
        }
    }

    /// <summary>Refuses rows that a table does not have.</summary>
    public static void Rows(ReadOnlySpan<long> rows, int count)
    {
        foreach (long row in rows)
        {
            if (row < 0 || row >= count)
            {
                throw new TensorShapeException($"Row {row} of a table of {count}.");
            }
        }
    }

    /// <summary>Refuses a number of pads that the tensor has no dimensions for.</summary>
    public static void Pads(Shape shape, ReadOnlySpan<int> padding)
    {
        if (padding.Length % 2 != 0 || padding.Length / 2 > shape.Rank)
        {
            throw new TensorShapeException($"{padding.Length} pads for a tensor of shape {shape}.");
        }
    }

    /// <summary>Returns the shape after padding with a value, or cropping, and the shape of what is kept.</summary>
    public static (Shape Padded, Shape Kept) Pad(Shape shape, ReadOnlySpan<int> padding)
    {
        int[] sizes = shape.Span.ToArray();
        int[] kept = shape.Span.ToArray();
        for (int i = 0; i < padding.Length / 2; i++)
        {
            int dimension = shape.Rank - 1 - i;
            (int before, int after) = (padding[2 * i], padding[(2 * i) + 1]);
            sizes[dimension] = checked(sizes[dimension] + before + after);
            kept[dimension] += Math.Min(0, before) + Math.Min(0, after);
        }

        return Array.Exists(sizes, size => size < 0) || Array.Exists(kept, size => size < 0)
            ? throw new TensorShapeException($"Padding [{string.Join(", ", padding.ToArray())}] leaves nothing of {shape}.")
            : (new Shape(sizes), new Shape(kept));
    }

    /// <summary>Returns, for a dimension padded with what it holds itself, where each new entry comes from.</summary>
    public static int[] PadSources(int size, int before, int after, PadMode mode)
    {
        int most = mode switch { PadMode.Reflect => size - 1, PadMode.Circular => size, _ => size == 0 ? 0 : int.MaxValue };
        if (before < 0 || after < 0 || before > most || after > most)
        {
            throw new TensorShapeException($"Padding ({before}, {after}) of {size} values in mode {mode}.");
        }

        int[] sources = new int[checked(before + size + after)];
        for (int i = 0; i < sources.Length; i++)
        {
            int at = i - before;
            sources[i] = mode switch
            {
                PadMode.Reflect => at < 0 ? -at : at >= size ? (2 * (size - 1)) - at : at,
                PadMode.Replicate => Math.Clamp(at, 0, size - 1),
                _ => at < 0 ? at + size : at >= size ? at - size : at,
            };
        }

        return sources;
    }
}
