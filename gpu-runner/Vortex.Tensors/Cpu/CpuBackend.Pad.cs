namespace Vortex.Tensors.Cpu;

// Padding.
public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public Tensor Pad(Tensor tensor, ReadOnlySpan<int> padding, PadMode mode = PadMode.Constant, float value = 0)
    {
        CpuTensor own = Own(tensor);
        if (padding.Length % 2 != 0 || padding.Length / 2 > own.Rank)
        {
            throw new TensorShapeException($"{padding.Length} pads for a tensor of shape {own.Shape}.");
        }

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
            CpuTensor padded = Own(IndexSelect(result, dimension, Sources(own.Shape[dimension], padding[2 * i], padding[(2 * i) + 1], mode)));
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
        int[] sizes = tensor.Shape.Span.ToArray();
        int[] kept = tensor.Shape.Span.ToArray();
        long from = 0;
        for (int i = 0; i < padding.Length / 2; i++)
        {
            int dimension = tensor.Rank - 1 - i;
            (int before, int after) = (padding[2 * i], padding[(2 * i) + 1]);
            sizes[dimension] = checked(sizes[dimension] + before + after);
            kept[dimension] += Math.Min(0, before) + Math.Min(0, after);
            from += Math.Max(0, -before) * tensor.Strides[dimension];
        }

        if (Array.Exists(sizes, size => size < 0) || Array.Exists(kept, size => size < 0))
        {
            throw new TensorShapeException($"Padding [{string.Join(", ", padding.ToArray())}] leaves nothing of {tensor.Shape}.");
        }

        CpuTensor result = Make(new Shape(sizes), tensor.DType);
        long to = 0;
        for (int i = 0; i < padding.Length / 2; i++)
        {
            to += Math.Max(0, padding[2 * i]) * result.Strides[tensor.Rank - 1 - i];
        }

        Fill(result, value);
        int size = tensor.DType.Size();
        StridedCopy.Run(_threads, size, result.Bytes + (to * size), result.Strides, tensor.Bytes + (from * size), tensor.Strides, kept);
        GC.KeepAlive(tensor);
        return result;
    }

    private static int[] Sources(int size, int before, int after, PadMode mode)
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
