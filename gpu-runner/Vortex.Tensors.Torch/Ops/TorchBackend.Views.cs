using TorchSharp;
using Vortex.Tensors.Shapes;
using Vortex.Tensors.Torch.Formats;
using Vortex.Tensors.Torch.Memory;

namespace Vortex.Tensors.Torch;

// Views and copies.
public sealed unsafe partial class TorchBackend
{
    /// <inheritdoc/>
    public Tensor Contiguous(Tensor tensor)
    {
        TorchTensor own = Own(tensor);
        return own.IsContiguous ? own : Copy(own);
    }

    /// <inheritdoc/>
    public Tensor Clone(Tensor tensor) => Copy(Own(tensor));

    /// <inheritdoc/>
    public void CopyInto(Tensor target, Tensor source)
    {
        TorchTensor to = Own(target);
        Writable(to);
        _ = OpShapes.ExpandedStrides(source.Shape, Own(source).Strides, to.Shape);
        TorchTensor from = Own(Convert(source, to.DType));
        Change(to, () => to.Value.copy_(Apart(to, from)));
        if (from != source)
        {
            from.Dispose();
        }
    }

    /// <inheritdoc/>
    public Tensor Reshape(Tensor tensor, ReadOnlySpan<int> shape)
    {
        TorchTensor own = Own(tensor);
        Shape target = OpShapes.Reshape(own.Shape, shape);
        return OpShapes.ViewStrides(own.Shape, own.Strides, target) is not null
            ? View(own, target, own.Offset, value => value.view(target.Sizes()))
            : Make(target, own.DType, () => Dense(own).view(target.Sizes()));
    }

    /// <inheritdoc/>
    public Tensor Permute(Tensor tensor, ReadOnlySpan<int> order)
    {
        TorchTensor own = Own(tensor);
        int[] known = OpShapes.Order(own.Shape, order);
        return View(own, new Shape([.. known.Select(i => own.Shape[i])]), own.Offset, value => value.permute([.. known.Select(i => (long)i)]));
    }

    /// <inheritdoc/>
    public Tensor Slice(Tensor tensor, int dimension, int start, int length, int step = 1)
    {
        TorchTensor own = Own(tensor);
        Shape shape = OpShapes.Slice(own.Shape, dimension, start, length, step);
        int known = own.Shape.Dimension(dimension);
        return View(own, shape, own.Offset + (start * own.Strides[known]), value =>
        {
            long span = length == 0 ? 0 : ((length - 1L) * step) + 1;
            torch.Tensor range = value.narrow(known, start, span);
            // Windows of one value, a step apart.
            return step == 1 || length == 0 ? range : range.unfold(known, 1, step).squeeze(own.Rank);
        });
    }

    /// <inheritdoc/>
    public Tensor Expand(Tensor tensor, Shape shape)
    {
        TorchTensor own = Own(tensor);
        _ = OpShapes.ExpandedStrides(own.Shape, own.Strides, shape);
        return View(own, shape, own.Offset, value => value.expand(shape.Sizes()));
    }

    private TorchTensor Copy(TorchTensor tensor) => Make(tensor.Shape, tensor.DType, () => Dense(tensor));

    private torch.Tensor Dense(TorchTensor tensor)
    {
        torch.Tensor copy = torch.empty(tensor.Shape.Sizes(), tensor.Value.dtype, _device);
        copy.copy_(tensor.Value);
        return copy;
    }

    private static void Writable(TorchTensor target)
    {
        if (target.Storage.IsBorrowed)
        {
            throw new InvalidOperationException("The tensor lies over memory that must not be written to.");
        }
    }

    // Another view of the memory that is written to would be read after parts of it have changed.
    private static torch.Tensor Apart(TorchTensor target, TorchTensor argument)
    {
        bool same = target.Offset == argument.Offset && target.Shape == argument.Shape && target.Strides.AsSpan().SequenceEqual(argument.Strides);
        return target.Storage != argument.Storage || same ? argument.Value : argument.Value.clone();
    }
}
