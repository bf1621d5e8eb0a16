namespace Vortex.Tensors.Cpu;

// Matrix products.
public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public Tensor MatMul(Tensor a, Tensor b)
    {
        if (a.Rank < 2 || b.Rank < 2 || a.Shape[-1] != b.Shape[-2])
        {
            throw new TensorShapeException($"Shapes {a.Shape} and {b.Shape} do not multiply.");
        }

        (int m, int k, int n) = (a.Shape[-2], a.Shape[-1], b.Shape[-1]);
        Shape outer = Shape.Broadcast(new Shape(a.Shape.Span[..^2]), new Shape(b.Shape.Span[..^2]));
        using CpuTensor left = Own(Expand(a, new Shape([.. outer, m, k])));
        using CpuTensor right = Own(Expand(b.Transpose(-1, -2), new Shape([.. outer, n, k])));
        using Dense x = Floats(left);
        using Dense w = Floats(right);
        CpuTensor result = Make(new Shape([.. outer, m, n]));
        (nint from, nint weights, nint to) = ((nint)x.Floats, (nint)w.Floats, (nint)result.Floats);
        _threads.For(outer.Count * m, 1 + (1 << 14) / Math.Max(1, (long)k * n), (start, end) =>
        {
            for (long row = start; row < end; row++)
            {
                float* matrix = (float*)weights + (row / m * n * k);
                for (int column = 0; column < n; column++)
                {
                    ((float*)to)[(row * n) + column] = PlainKernels.Dot((float*)from + (row * k), matrix + ((long)column * k), k);
                }
            }
        });
        return result;
    }

    /// <inheritdoc/>
    public Tensor Linear(Tensor x, Tensor weight, Tensor? bias = null, Activation activation = Activation.None)
    {
        if (x.Rank < 1 || weight.Rank != 2 || x.Shape[-1] != weight.Shape[1] || (bias is not null && (bias.Rank != 1 || bias.Shape[0] != weight.Shape[0])))
        {
            throw new TensorShapeException($"A linear map of {weight.Shape} (bias {bias?.Shape.ToString() ?? "none"}) does not take {x.Shape}.");
        }

        (int n, int k) = (weight.Shape[0], weight.Shape[1]);
        CpuTensor result = Make(x.Shape.With(-1, n));
        using Dense rows = Floats(x);
        using Dense matrix = Floats(weight);
        using Dense shift = Floats(bias);
        (nint from, nint weights, nint shifts, nint to) = ((nint)rows.Floats, (nint)matrix.Floats, (nint)shift.Floats, (nint)result.Floats);
        long m = k == 0 ? x.Shape.With(-1, 1).Count : x.Count / k;
        _threads.For(m * n, 1 + (1 << 14) / Math.Max(1, k), (start, end) =>
        {
            for (long i = start; i < end; i++)
            {
                (long row, long column) = (i / n, i % n);
                float sum = PlainKernels.Dot((float*)from + (row * k), (float*)weights + (column * k), k);
                ((float*)to)[i] = sum + (shifts == 0 ? 0 : ((float*)shifts)[column]);
            }

            Activations.Apply(activation, (float*)to + start, end - start);
        });
        return result;
    }
}
