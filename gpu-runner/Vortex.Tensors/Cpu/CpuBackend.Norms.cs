using System.Runtime.Intrinsics;
using Vortex.Tensors.Cpu.Elements;
using Vortex.Tensors.Cpu.Vectors;
using Vortex.Tensors.Shapes;

namespace Vortex.Tensors.Cpu;

// Normalisations. Means and variances are found in double.
public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public Tensor GroupNorm(Tensor x, int groups, Tensor? weight, Tensor? bias, float epsilon, Activation activation = Activation.None)
    {
        OpShapes.GroupNorm(x.Shape, groups);
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
        int width = OpShapes.Width(op, x.Shape);
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

    private Dense PerEntry(string op, Tensor? values, int count)
    {
        OpShapes.PerEntry(op, values?.Shape, count);
        return Floats(values);
    }
}
