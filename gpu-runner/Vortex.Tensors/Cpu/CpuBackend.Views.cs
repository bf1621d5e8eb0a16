using Vortex.Tensors.Shapes;

namespace Vortex.Tensors.Cpu;

// Views: no values move.
public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public Tensor Reshape(Tensor tensor, ReadOnlySpan<int> shape)
    {
        CpuTensor own = Own(tensor);
        Shape target = OpShapes.Reshape(own.Shape, shape);
        if (own.IsContiguous)
        {
            return own.View(target, CpuTensor.RowMajor(target), own.Offset);
        }

        if (OpShapes.ViewStrides(own.Shape, own.Strides, target) is { } strides)
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
        int[] known = OpShapes.Order(own.Shape, order);
        return own.View(new Shape([.. known.Select(i => own.Shape[i])]), [.. known.Select(i => own.Strides[i])], own.Offset);
    }

    /// <inheritdoc/>
    public Tensor Slice(Tensor tensor, int dimension, int start, int length, int step = 1)
    {
        CpuTensor own = Own(tensor);
        Shape shape = OpShapes.Slice(own.Shape, dimension, start, length, step);
        int known = own.Shape.Dimension(dimension);
        long[] strides = [.. own.Strides];
        strides[known] *= step;
        return own.View(shape, strides, own.Offset + (start * own.Strides[known]));
    }

    /// <inheritdoc/>
    public Tensor Expand(Tensor tensor, Shape shape)
    {
        CpuTensor own = Own(tensor);
        return own.View(shape, ExpandedStrides(own, shape), own.Offset);
    }

    /// <summary>Returns the strides with which a tensor reads as if it had a greater shape.</summary>
    internal static long[] ExpandedStrides(CpuTensor tensor, Shape shape) => OpShapes.ExpandedStrides(tensor.Shape, tensor.Strides, shape);
}
