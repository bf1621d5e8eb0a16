using Vortex.Tensors.Shapes;

namespace Vortex.Tensors.Cpu;

// Padding.
public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public Tensor Pad(Tensor tensor, ReadOnlySpan<int> padding, PadMode mode = PadMode.Constant, float value = 0)
    {
        CpuTensor own = Own(tensor);
        OpShapes.Pads(own.Shape, padding);
        if (mode == PadMode.Constant)
        {
            return PadConstant(own, padding, value);
        }

        CpuTensor result = own;
        for (int i = 0; i < padding.Length / 2; i++)
        {
            if (padding[2 * i] == 0 && padding[(2 * i) + 1] == 0)
            {
                continue;
            }

            int dimension = own.Rank - 1 - i;
            CpuTensor padded = Own(IndexSelect(result, dimension, OpShapes.PadSources(own.Shape[dimension], padding[2 * i], padding[(2 * i) + 1], mode)));
            if (result != own)
            {
                result.Dispose();
            }

            result = padded;
        }

        return result == own ? Copy(own) : result;
    }

    private CpuTensor PadConstant(CpuTensor tensor, ReadOnlySpan<int> padding, float value)
    {
        (Shape shape, Shape kept) = OpShapes.Pad(tensor.Shape, padding);
        long from = 0;
        for (int i = 0; i < padding.Length / 2; i++)
        {
            from += Math.Max(0, -padding[2 * i]) * tensor.Strides[tensor.Rank - 1 - i];
        }

        CpuTensor result = Make(shape, tensor.DType);
        long to = 0;
        for (int i = 0; i < padding.Length / 2; i++)
        {
            to += Math.Max(0, padding[2 * i]) * result.Strides[tensor.Rank - 1 - i];
        }

        Fill(result, value);
        int size = tensor.DType.Size();
        StridedCopy.Run(_threads, size, result.Bytes + (to * size), result.Strides, tensor.Bytes + (from * size), tensor.Strides, kept.Span);
        GC.KeepAlive(tensor);
        return result;
    }
}
