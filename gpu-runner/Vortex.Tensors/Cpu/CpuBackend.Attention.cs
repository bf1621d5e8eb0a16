namespace Vortex.Tensors.Cpu;

// Attention.
public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public Tensor Attention(Tensor q, Tensor k, Tensor v, Tensor? mask = null, float? scale = null, bool causal = false)
    {
        if (q.Rank != 4 || k.Rank != 4 || v.Rank != 4 || q.Shape[0] != k.Shape[0] || q.Shape[1] != k.Shape[1] || q.Shape[3] != k.Shape[3]
            || k.Shape[0] != v.Shape[0] || k.Shape[1] != v.Shape[1] || k.Shape[2] != v.Shape[2])
        {
            throw new TensorShapeException($"Queries {q.Shape}, keys {k.Shape} and values {v.Shape} do not fit.");
        }

        (int batch, int heads, int queries, int width) = (q.Shape[0], q.Shape[1], q.Shape[2], q.Shape[3]);
        (int keys, int valueWidth) = (k.Shape[2], v.Shape[3]);
        float factor = scale ?? (1 / MathF.Sqrt(width));
        CpuTensor result = Make([batch, queries, heads, valueWidth]);
        using Dense qs = Floats(q);
        using Dense ks = Floats(k);
        using Dense vs = Floats(v);
        using CpuTensor? wide = mask is null ? null : Own(Expand(mask, [batch, heads, queries, keys]));
        using CpuTensor? masks = wide is null || wide.DType == DType.Float32 ? wide?.View(wide.Shape, wide.Strides, wide.Offset) : Own(Convert(wide, DType.Float32));
        (nint qp, nint kp, nint vp, nint to) = ((nint)qs.Floats, (nint)ks.Floats, (nint)vs.Floats, (nint)result.Floats);
        _threads.For((long)batch * heads * queries, 8, (start, end) =>
        {
            float[] scores = new float[keys];
            fixed (float* score = scores)
            {
                for (long row = start; row < end; row++)
                {
                    (long head, int query) = (row / queries, (int)(row % queries));
                    int seen = causal ? Math.Min(keys, query + 1) : keys;
                    float most = float.NegativeInfinity;
                    for (int i = 0; i < seen; i++)
                    {
                        score[i] = PlainKernels.Dot((float*)qp + (row * width), (float*)kp + (((head * keys) + i) * width), width) * factor;
                        if (masks is not null)
                        {
                            long at = (head / heads * masks.Strides[0]) + (head % heads * masks.Strides[1]) + (query * masks.Strides[2]) + (i * masks.Strides[3]);
                            score[i] += masks.Floats[at];
                        }

                        most = MathF.Max(most, score[i]);
                    }

                    float* target = (float*)to + (((((head / heads) * queries) + query) * heads) + (head % heads)) * valueWidth;
                    new Span<float>(target, valueWidth).Clear();
                    float sum = 0;
                    for (int i = 0; i < seen; i++)
                    {
                        float weight = MathF.Exp(score[i] - most);
                        sum += weight;
                        PlainKernels.AddScaled(target, (float*)vp + (((head * keys) + i) * valueWidth), weight, valueWidth);
                    }

                    for (int i = 0; i < valueWidth; i++)
                    {
                        target[i] /= sum;
                    }
                }
            }
        });
        using (result)
        {
            return Permute(result, [0, 2, 1, 3]);
        }
    }
}
