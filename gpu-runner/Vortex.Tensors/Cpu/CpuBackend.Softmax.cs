using System.Runtime.Intrinsics;
using Vortex.Tensors.Cpu.Elements;
using Vortex.Tensors.Cpu.Vectors;

namespace Vortex.Tensors.Cpu;

public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public Tensor Softmax(Tensor x, int dimension)
    {
        int axis = x.Shape.Dimension(dimension);
        CpuTensor result = Make(x.Shape);
        using Dense dense = Floats(x);
        (long size, long step) = (x.Shape[axis], Inner(x.Shape, axis));
        float* source = dense.Floats;
        float* target = result.Floats;
        delegate*<float*, float*, long, void> row = Wide switch
        {
            CpuInstructions.Avx512 => &NormRows.Softmax<Simd512, Vector512<float>>,
            CpuInstructions.Avx2 => &NormRows.Softmax<Simd256, Vector256<float>>,
            _ => &NormRows.Softmax<SimdScalar, float>,
        };
        long lines = size == 0 ? 0 : x.Count / size;
        _threads.For(lines, Math.Max(1, ValuesPerBand / Math.Max(1, size)), (first, end) =>
        {
            float[] column = step == 1 ? [] : new float[size];
            fixed (float* line = column)
            {
                for (long i = first; i < end; i++)
                {
                    long start = (i / step * size * step) + (i % step);
                    if (step == 1)
                    {
                        row(source + start, target + start, size);
                        continue;
                    }

                    for (long k = 0; k < size; k++)
                    {
                        line[k] = source[start + (k * step)];
                    }

                    row(line, line, size);
                    for (long k = 0; k < size; k++)
                    {
                        target[start + (k * step)] = line[k];
                    }
                }
            }
        });
        return result;
    }
}
