namespace Vortex.Tensors.Shapes;

/// <summary>The shapes that ops give, and the refusal of arguments that do not fit: the same for every backend.</summary>
internal static partial class OpShapes
{
    /// <summary>Returns which dimensions a reduction takes away; none named means all.</summary>
    public static bool[] Reduced(Shape shape, ReadOnlySpan<int> dimensions)
    {
        bool[] reduced = new bool[shape.Rank];
        if (dimensions.IsEmpty)
        {
            Array.Fill(reduced, true);
        }

        foreach (int dimension in dimensions)
        {
            int known = shape.Dimension(dimension);
            if (reduced[known])
            {
                throw new TensorShapeException($"Dimension {dimension} of {shape} is named twice.");
            }

            reduced[known] = true;
        }

        return reduced;
    }

    /// <summary>Returns the shape that is left of a reduction, and how many values become one.</summary>
    public static (Shape Result, long Inner) Reduce(ReduceOp op, Shape shape, bool[] reduced, bool keep)
    {
        List<int> result = [];
        long inner = 1;
        for (int i = 0; i < shape.Rank; i++)
        {
            inner *= reduced[i] ? shape[i] : 1;
            if (!reduced[i] || keep)
            {
                result.Add(reduced[i] ? 1 : shape[i]);
            }
        }

        Shape left = new([.. result]);
        return inner == 0 && op is ReduceOp.Max or ReduceOp.Min
            ? throw new TensorShapeException($"{op} of no values: shape {shape}.")
            : (left, inner);
    }

    /// <summary>Returns the shape without the dimension along which the greatest value is looked for.</summary>
    public static Shape ArgMax(Shape shape, int axis)
    {
        if (shape[axis] == 0)
        {
            throw new TensorShapeException($"ArgMax of no values: shape {shape}.");
        }

        List<int> left = [.. shape];
        left.RemoveAt(axis);
        return new Shape([.. left]);
    }

    /// <summary>Returns half of the last dimension's size, which must be even.</summary>
    public static int Halves(string op, Shape shape) => shape.Rank == 0 || shape[-1] % 2 != 0
        ? throw new TensorShapeException($"{op}: the last dimension of {shape} is not even.")
        : shape[-1] / 2;

    /// <summary>Refuses slopes that are neither one nor one per channel.</summary>
    /// <returns>Whether there is one slope per channel.</returns>
    public static bool SlopesPerChannel(Shape x, Shape slope)
    {
        bool perChannel = slope.Count != 1 && slope.Rank == 1 && x.Rank >= 2 && slope[0] == x[1];
        return slope.Count != 1 && !perChannel
            ? throw new TensorShapeException($"PRelu: slopes of shape {slope} for values of shape {x}.")
            : perChannel;
    }

    /// <summary>Refuses an argument that does not broadcast to what is written to.</summary>
    public static void Fits(string op, Shape target, Shape argument)
    {
        if (Shape.Broadcast(target, argument) != target)
        {
            throw new TensorShapeException($"{op}: {argument} does not broadcast to {target}.");
        }
    }

    /// <summary>Refuses values that do not fill a shape.</summary>
    public static void Fills(int values, Shape shape)
    {
        if (values != shape.Count)
        {
            throw new TensorShapeException($"{values} values do not fill a tensor of shape {shape}.");
        }
    }

    /// <summary>Refuses a buffer that is not as long as the tensor.</summary>
    public static void ReadsInto(Shape shape, int values)
    {
        if (values != shape.Count)
        {
            throw new TensorShapeException($"A tensor of shape {shape} does not read into {values} values.");
        }
    }

    /// <summary>Refuses a region of another length than the tensor's.</summary>
    public static void Covers(NativeRegion region, DType type, Shape shape)
    {
        if (checked(shape.Count * type.Size()) != region.Length)
        {
            throw new TensorShapeException($"A region of {region.Length} bytes is not a {type} tensor of shape {shape}.");
        }
    }
}
