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
            float frequency = Exp(log * i / half);
            for (int row = 0; row < values.Length; row++)
            {
                (float sin, float cos) = MathF.SinCos(values[row] * frequency);
                result[(row * width) + i] = cos;
                result[(row * width) + half + i] = sin;
            }
        }

        return backend.From(result, [values.Length, width]);
    }

    // SLEEF's exponential, as PyTorch's vector code has it: the last bit of a frequency times a size of 1344 pixels is 6e-5 of the angle,
    // which the correctly rounded function would miss in a tenth of the places. For -87 < x < 88.
    private static float Exp(float x)
    {
        float q = MathF.Round(x * 1.442695040888963f);
        float s = MathF.FusedMultiplyAdd(q, -0.693145751953125f, x);
        s = MathF.FusedMultiplyAdd(q, -1.428606765330187045e-06f, s);
        float u = 0.000198527617612853646278381f;
        u = MathF.FusedMultiplyAdd(u, s, 0.00139304355252534151077271f);
        u = MathF.FusedMultiplyAdd(u, s, 0.00833336077630519866943359f);
        u = MathF.FusedMultiplyAdd(u, s, 0.0416664853692054748535156f);
        u = MathF.FusedMultiplyAdd(u, s, 0.166666671633720397949219f);
        u = MathF.FusedMultiplyAdd(u, s, 0.5f);
        return MathF.ScaleB(1 + MathF.FusedMultiplyAdd(s * s, u, s), (int)q);
    }
}
