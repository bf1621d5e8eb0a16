using Vortex.Tensors;

namespace Vortex.Diffusion.Networks;

/// <summary>Numbers as waves: how networks are told times and sizes.</summary>
public static class TimestepEmbedding
{
    /// <summary>Returns cat(cos(v * f), sin(v * f)) for frequencies from 1 down to about 1 / <paramref name="period"/>: [values, width].</summary>
    /// <remarks>
    /// Everything is float32 in the order of the reference, since an angle reaches 1000 and its last bits show in the picture.
    /// An odd width ends in a zero.
    /// </remarks>
    /// <param name="backend">Where the result lives.</param>
    /// <param name="values">Times or sizes.</param>
    /// <param name="width">At least 2.</param>
    /// <param name="period">The longest wave.</param>
    public static Tensor Create(ITensorBackend backend, ReadOnlySpan<float> values, int width, float period = 10000)
    {
        int half = width / 2;
        float log = (float)-Math.Log(period);
        float[] result = new float[values.Length * width];
        for (int i = 0; i < half; i++)
        {
            float frequency = MathF.Exp(log * i / half);
            for (int row = 0; row < values.Length; row++)
            {
                (float sin, float cos) = MathF.SinCos(values[row] * frequency);
                result[(row * width) + i] = cos;
                result[(row * width) + half + i] = sin;
            }
        }

        return backend.From(result, [values.Length, width]);
    }
}
