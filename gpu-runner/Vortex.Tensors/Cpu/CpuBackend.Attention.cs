using Vortex.Tensors.Shapes;

namespace Vortex.Tensors.Cpu;

// Attention.
public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public Tensor Attention(Tensor q, Tensor k, Tensor v, Tensor? mask = null, float? scale = null, bool causal = false)
    {
        OpShapes.Attention(q.Shape, k.Shape, v.Shape);
        (int batch, int heads, int queries, int width) = (q.Shape[0], q.Shape[1], q.Shape[2], q.Shape[3]);
        CpuTensor result = Make([batch, queries, heads, v.Shape[3]]);
        if (k.Shape[2] == 0)
        {
            Fill(result, 0);
        }
        else if (result.Count > 0)
        {
            using CpuTensor qs = RowsOf(q);
            using CpuTensor ks = RowsOf(k);
            using CpuTensor vs = RowsOf(v);
            using CpuTensor? masks = mask is null ? null : MaskOf(mask, [batch, heads, queries, k.Shape[2]]);
            AttentionJob job = new()
            {
                Kernels = _kernels,
                Heads = heads,
                Queries = queries,
                Keys = k.Shape[2],
                Width = width,
                ValueWidth = v.Shape[3],
                Scale = scale ?? (1 / MathF.Sqrt(width)),
                Causal = causal,
                Q = OperandOf(qs),
                K = OperandOf(ks),
                V = OperandOf(vs),
                Mask = masks is null ? default : OperandOf(masks),
                MaskKey = masks?.Strides[3] ?? 0,
                Result = result.Floats,
            };
            job.Run(batch, _threads, _memory);
        }

        using (result)
        {
            return Permute(result, [0, 2, 1, 3]);
        }
    }

    private static AttentionJob.Operand OperandOf(CpuTensor tensor) =>
        new() { First = tensor.Floats, Picture = tensor.Strides[0], Head = tensor.Strides[1], Row = tensor.Strides[2] };

    // Float32 with the values of a row side by side.
    private CpuTensor RowsOf(Tensor tensor)
    {
        CpuTensor own = Own(tensor);
        if (own.DType == DType.Float32 && (own.Strides[3] == 1 || own.Shape[3] == 1))
        {
            return own.View(own.Shape, own.Strides, own.Offset);
        }

        CpuTensor dense = Copy(own);
        if (dense.DType == DType.Float32)
        {
            return dense;
        }

        using (dense)
        {
            return Converted(dense, DType.Float32);
        }
    }

    private CpuTensor MaskOf(Tensor mask, Shape shape)
    {
        using CpuTensor floats = Own(mask).DType == DType.Float32 ? Own(mask).View(mask.Shape, Own(mask).Strides, Own(mask).Offset) : Own(Convert(mask, DType.Float32));
        return floats.View(shape, ExpandedStrides(floats, shape), floats.Offset);
    }
}
