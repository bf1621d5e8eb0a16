using TorchSharp;
using Vortex.Tensors.Shapes;
using Vortex.Tensors.Torch.Memory;

namespace Vortex.Tensors.Torch;

// Reductions. Sums are kept in double.
public sealed unsafe partial class TorchBackend
{
    /// <inheritdoc/>
    public Tensor Reduce(ReduceOp op, Tensor x, ReadOnlySpan<int> dimensions, bool keep = false)
    {
        bool[] reduced = OpShapes.Reduced(x.Shape, dimensions);
        (Shape shape, long inner) = OpShapes.Reduce(op, x.Shape, reduced, keep);
        if (op == ReduceOp.Variance && inner == 1)
        {
            return Full(shape, float.NaN);
        }

        long[] axes = [.. Enumerable.Range(0, x.Rank).Where(i => reduced[i]).Select(i => (long)i)];
        return Make(shape, () =>
        {
            torch.Tensor values = Values(x);
            if (axes.Length == 0)
            {
                // A scalar, which libtorch would take for all of a tensor with one dimension.
                (values, axes) = (values.reshape(1), [0]);
            }

            torch.Tensor result = op switch
            {
                ReduceOp.Max => values.amax(axes, keep),
                ReduceOp.Min => values.amin(axes, keep),
                ReduceOp.Sum => values.sum(axes, keep, torch.ScalarType.Float64),
                ReduceOp.Mean => values.sum(axes, keep, torch.ScalarType.Float64).div((double)inner),
                ReduceOp.Norm => To(values, torch.ScalarType.Float64).square().sum(axes, keep).sqrt(),
                ReduceOp.Variance => To(values, torch.ScalarType.Float64).var(axes, unbiased: true, keepdim: keep),
                ReduceOp.PopulationVariance => To(values, torch.ScalarType.Float64).var(axes, unbiased: false, keepdim: keep),
                ReduceOp.Product => Product(values, reduced),
                _ => throw new ArgumentOutOfRangeException(nameof(op), op, "There is no such reduction."),
            };
            return result.to(torch.ScalarType.Float32).reshape([.. shape.Select(size => (long)size)]);
        });
    }

    /// <inheritdoc/>
    public Tensor ArgMax(Tensor x, int dimension)
    {
        int axis = x.Shape.Dimension(dimension);
        return Make(OpShapes.ArgMax(x.Shape, axis), DType.Int64, () => Values(x).argmax(axis));
    }

    /// <inheritdoc/>
    public Tensor CumulativeSum(Tensor x, int dimension)
    {
        int axis = x.Shape.Dimension(dimension);
        return Make(x.Shape, () => Values(x).cumsum(axis, torch.ScalarType.Float64).to(torch.ScalarType.Float32));
    }

    /// <inheritdoc/>
    public Tensor Softmax(Tensor x, int dimension)
    {
        int axis = x.Shape.Dimension(dimension);
        return Make(x.Shape, () => Values(x).softmax(axis));
    }

    // Halves multiplied with each other until one value is left: as many steps as the count has bits.
    private static torch.Tensor Product(torch.Tensor values, bool[] reduced)
    {
        long[] order = [.. Enumerable.Range(0, reduced.Length).OrderBy(i => reduced[i]).Select(i => (long)i)];
        long outer = values.shape.Where((_, i) => i >= reduced.Length || !reduced[i]).Aggregate(1L, (count, size) => count * size);
        torch.Tensor rows = (reduced.Length == 0 ? values : values.permute(order)).to(torch.ScalarType.Float64).reshape(reduced.Length == 0 ? 1 : outer, -1);
        while (rows.size(1) > 1)
        {
            long half = rows.size(1) / 2;
            torch.Tensor product = rows.narrow(1, 0, half).mul(rows.narrow(1, half, half));
            rows = rows.size(1) % 2 == 0 ? product : torch.cat((torch.Tensor[])[product, rows.narrow(1, 2 * half, 1)], 1);
        }

        return rows.size(1) == 0 ? torch.ones_like(rows.sum(1)) : rows.narrow(1, 0, 1);
    }
}
