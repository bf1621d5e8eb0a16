using System.Collections.Concurrent;
using Vortex.Diffusion.Networks;
using Vortex.Tensors;

namespace Vortex.Diffusion.Sampling.Guidance;

/// <summary>FreeU (Si et al., 2023): strengthens the hidden state of a UNet's way up and weakens the lowest frequencies of its skips.</summary>
internal sealed class FreeU
{
    private readonly ConcurrentDictionary<(int Height, int Width), float[]> _waves = new();
    private readonly int _channels;
    private readonly (float Hidden, float Skip) _deep;
    private readonly (float Hidden, float Skip) _middle;
    private readonly bool _isSecond;

    /// <summary>Makes the hook.</summary>
    /// <param name="channels">The network's channels at its first level; the hook works where there are four and two times as many.</param>
    /// <param name="deep">Factors where there are four times as many.</param>
    /// <param name="middle">Factors where there are two times as many.</param>
    /// <param name="isSecond">Whether the factor follows the hidden state's own mean (version 2).</param>
    public FreeU(int channels, (float Hidden, float Skip) deep, (float Hidden, float Skip) middle, bool isSecond) =>
        (_channels, _deep, _middle, _isSecond) = (channels, deep, middle, isSecond);

    public (Tensor Hidden, Tensor Skip) Apply(Tensor hidden, Tensor skip, NetworkInput input)
    {
        int channels = hidden.Shape[1];
        if (_channels == 0 || (channels != _channels * 4 && channels != _channels * 2))
        {
            return (hidden, skip);
        }

        (float b, float s) = channels == _channels * 4 ? _deep : _middle;
        return (Strengthen(hidden, b), Weaken(skip, s));
    }

    private Tensor Strengthen(Tensor hidden, float factor)
    {
        using TensorScope scope = TensorScope.Begin();
        int half = hidden.Shape[1] / 2;
        Tensor first = hidden.Slice(1, 0, half);
        Tensor changed = _isSecond ? first * Factors(hidden, factor) : first * factor;
        return scope.Keep(hidden.Backend.Concat([changed, hidden.Slice(1, half, hidden.Shape[1] - half)], 1));
    }

    private static Tensor Factors(Tensor hidden, float factor)
    {
        ITensorBackend backend = hidden.Backend;
        Tensor mean = hidden.Mean([1], true);
        Tensor least = backend.Reduce(ReduceOp.Min, mean, [1, 2, 3], true);
        Tensor greatest = backend.Reduce(ReduceOp.Max, mean, [1, 2, 3], true);
        return backend.Affine((mean - least) / (greatest - least), factor - 1f, 1f);
    }

    // Scaling four coefficients of a Fourier transform is a projection onto four waves: no transform is needed.
    private Tensor Weaken(Tensor skip, float factor)
    {
        using TensorScope scope = TensorScope.Begin();
        (int height, int width) = (skip.Shape[2], skip.Shape[3]);
        float[] waves = _waves.GetOrAdd((height, width), static size => Waves(size.Height, size.Width));
        int pixels = height * width;
        Tensor basis = skip.Backend.From(waves, [waves.Length / pixels, pixels]);
        Tensor rows = skip.Reshape(-1, pixels);
        Tensor part = rows.MatMul(basis.Transpose(0, 1)).MatMul(basis);
        Tensor result = rows.Clone();
        result.Backend.AddScaledInPlace(result, part, (factor - 1f) / pixels);
        return scope.Keep(result.Reshape(skip.Shape.Span));
    }

    private static float[] Waves(int height, int width)
    {
        // Frequencies -1 and 0 of each direction; a direction of one pixel has only 0.
        int[] rows = height > 1 ? [-1, 0] : [0];
        int[] columns = width > 1 ? [-1, 0] : [0];
        List<float> waves = new(rows.Length * columns.Length * 2 * height * width);
        foreach (int row in rows)
        {
            foreach (int column in columns)
            {
                foreach (bool isSine in (ReadOnlySpan<bool>)[false, true])
                {
                    for (int i = 0; i < height * width; i++)
                    {
                        double angle = 2 * Math.PI * (((double)row * (i / width) / height) + ((double)column * (i % width) / width));
                        waves.Add((float)(isSine ? Math.Sin(angle) : Math.Cos(angle)));
                    }
                }
            }
        }

        return [.. waves];
    }
}
