using System.Runtime.Intrinsics;
using Vortex.Tensors.Cpu.Elements;
using Vortex.Tensors.Cpu.Vectors;

namespace Vortex.Tensors.Cpu;

// Normalisations. Means and variances are found in double.
public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public Tensor GroupNorm(Tensor x, int groups, Tensor? weight, Tensor? bias, float epsilon, Activation activation = Activation.None)
    {
        if (x.Rank < 2 || groups < 1 || x.Shape[1] % groups != 0)
        {
            throw new TensorShapeException($"GroupNorm: {groups} groups of shape {x.Shape}.");
        }

        int channels = x.Shape[1];
        using Dense weights = PerEntry("GroupNorm", weight, channels);
        using Dense biases = PerEntry("GroupNorm", bias, channels);
        CpuTensor result = Make(x.Shape);
        using Dense dense = Floats(x);
        long pixels = Inner(x.Shape, 1);
        int perGroup = channels / groups;
        float* source = dense.Floats;
        float* target = result.Floats;
        float* w = weights.Floats;
        float* b = biases.Floats;
        delegate*<float*, float*, long, float, float, float, Activation, void> affine = Wide switch
        {
            CpuInstructions.Avx512 => &NormRows.Affine<Simd512, Vector512<float>>,
            CpuInstructions.Avx2 => &NormRows.Affine<Simd256, Vector256<float>>,
            _ => &NormRows.Affine<SimdScalar, float>,
        };
        _threads.For(x.Count == 0 ? 0 : (long)x.Shape[0] * groups, 1, (first, end) =>
        {
            for (long g = first; g < end; g++)
            {
                long start = g * perGroup * pixels;
                (float mean, float scale) = Moments.MeanAndScale(source + start, perGroup * pixels, epsilon);
                for (int c = 0; c < perGroup; c++)
                {
                    long channel = (g % groups * perGroup) + c;
                    float factor = w is null ? scale : scale * w[channel];
                    long line = start + (c * pixels);
                    affine(source + line, target + line, pixels, mean, factor, b is null ? 0 : b[channel], activation);
                }
            }
        });
        return result;
    }

    /// <inheritdoc/>
    public Tensor LayerNorm(Tensor x, Tensor? weight, Tensor? bias, float epsilon) => NormaliseRows("LayerNorm", x, weight, bias, epsilon, centred: true);

    /// <inheritdoc/>
    public Tensor RmsNorm(Tensor x, Tensor? weight, float epsilon) => NormaliseRows("RmsNorm", x, weight, null, epsilon, centred: false);

    private CpuTensor NormaliseRows(string op, Tensor x, Tensor? weight, Tensor? bias, float epsilon, bool centred)
    {
        if (x.Rank == 0)
        {
            throw new TensorShapeException($"{op}: a scalar has no last dimension.");
        }

        int width = x.Shape[-1];
        using Dense weights = PerEntry(op, weight, width);
        using Dense biases = PerEntry(op, bias, width);
        CpuTensor result = Make(x.Shape);
        using Dense dense = Floats(x);
        float* source = dense.Floats;
        float* target = result.Floats;
        float* w = weights.Floats;
        float* b = biases.Floats;
        delegate*<float*, float*, long, float, float, float*, float*, void> row = Wide switch
        {
            CpuInstructions.Avx512 => &NormRows.Normalise<Simd512, Vector512<float>>,
            CpuInstructions.Avx2 => &NormRows.Normalise<Simd256, Vector256<float>>,
            _ => &NormRows.Normalise<SimdScalar, float>,
        };
        _threads.For(width == 0 ? 0 : x.Count / width, Math.Max(1, ValuesPerBand / Math.Max(1, width)), (first, end) =>
        {
            for (long i = first; i < end; i++)
            {
                float* line = source + (i * width);
                (float mean, float scale) = centred
                    ? Moments.MeanAndScale(line, width, epsilon)
                    : (0f, (float)(1 / Math.Sqrt((Moments.SumOfSquares(line, width, 0) / width) + epsilon)));
                row(line, target + (i * width), width, mean, scale, w, b);
            }
        });
        return result;
    }

    private Dense PerEntry(string op, Tensor? values, int count) => values is null || (values.Rank == 1 && values.Shape[0] == count)
        ? Floats(values)
        : throw new TensorShapeException($"{op}: {count} weights are needed, not {values.Shape}.");
}
