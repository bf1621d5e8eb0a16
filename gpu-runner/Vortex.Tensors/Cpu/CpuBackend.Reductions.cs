using Vortex.Tensors.Cpu.Elements;
using Vortex.Tensors.Shapes;

namespace Vortex.Tensors.Cpu;

// Reductions. Sums are kept in double, so that their order does not show in the result.
public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public Tensor Reduce(ReduceOp op, Tensor x, ReadOnlySpan<int> dimensions, bool keep = false)
    {
        bool[] reduced = OpShapes.Reduced(x.Shape, dimensions);
        (Shape shape, long inner) = OpShapes.Reduce(op, x.Shape, reduced, keep);
        int[] order = [.. Enumerable.Range(0, x.Rank).OrderBy(i => reduced[i])];
        CpuTensor result = Make(shape);
        long outer = result.Count;
        CpuTensor own = Own(x);
        long[] strides = [.. order.Select(i => own.Strides[i])];
        using CpuTensor view = own.View(new Shape([.. order.Select(i => x.Shape[i])]), strides, own.Offset);
        using Dense dense = Floats(view);
        float* source = dense.Floats;
        float* target = result.Floats;
        _threads.For(outer, Math.Max(1, ValuesPerBand / Math.Max(1, inner)), (first, end) =>
        {
            for (long i = first; i < end; i++)
            {
                target[i] = ReduceRow(op, source + (i * inner), inner);
            }
        });
        return result;
    }

    /// <inheritdoc/>
    public Tensor ArgMax(Tensor x, int dimension)
    {
        int axis = x.Shape.Dimension(dimension);
        CpuTensor result = Make(OpShapes.ArgMax(x.Shape, axis), DType.Int64);
        using Dense dense = Floats(x);
        (long size, long step) = (x.Shape[axis], Inner(x.Shape, axis));
        float* source = dense.Floats;
        long* target = (long*)result.Bytes;
        for (long i = 0; i < result.Count; i++)
        {
            float* line = source + (i / step * size * step) + (i % step);
            long best = 0;
            for (long k = 1; k < size && !float.IsNaN(line[best * step]); k++)
            {
                if (!(line[k * step] <= line[best * step]))
                {
                    best = k;
                }
            }

            target[i] = best;
        }

        return result;
    }

    /// <inheritdoc/>
    public Tensor CumulativeSum(Tensor x, int dimension)
    {
        int axis = x.Shape.Dimension(dimension);
        CpuTensor result = Make(x.Shape);
        using Dense dense = Floats(x);
        (long size, long step) = (x.Shape[axis], Inner(x.Shape, axis));
        float* source = dense.Floats;
        float* target = result.Floats;
        for (long i = 0; size > 0 && i < x.Count / size; i++)
        {
            long start = (i / step * size * step) + (i % step);
            double sum = 0;
            for (long k = 0; k < size; k++)
            {
                sum += source[start + (k * step)];
                target[start + (k * step)] = (float)sum;
            }
        }

        return result;
    }

    private static long Inner(Shape shape, int axis)
    {
        long step = 1;
        for (int i = axis + 1; i < shape.Rank; i++)
        {
            step *= shape[i];
        }

        return step;
    }

    private static float ReduceRow(ReduceOp op, float* values, long count)
    {
        switch (op)
        {
            case ReduceOp.Sum:
                return (float)Moments.Sum(values, count);
            case ReduceOp.Mean:
                return (float)(Moments.Sum(values, count) / count);
            case ReduceOp.Norm:
                return (float)Math.Sqrt(Moments.SumOfSquares(values, count, 0));
            case ReduceOp.Variance:
                return (float)(Moments.SumOfSquares(values, count, Moments.Sum(values, count) / count) / (count - 1));
            case ReduceOp.PopulationVariance:
                return (float)(Moments.SumOfSquares(values, count, Moments.Sum(values, count) / count) / count);
            case ReduceOp.Product:
                double product = 1;
                for (long i = 0; i < count; i++)
                {
                    product *= values[i];
                }

                return (float)product;
            case ReduceOp.Max:
                float greatest = values[0];
                for (long i = 1; i < count; i++)
                {
                    greatest = MathF.Max(greatest, values[i]);
                }

                return greatest;
            case ReduceOp.Min:
                float least = values[0];
                for (long i = 1; i < count; i++)
                {
                    least = MathF.Min(least, values[i]);
                }

                return least;
            default:
                throw new ArgumentOutOfRangeException(nameof(op), op, "There is no such reduction.");
        }
    }
}
