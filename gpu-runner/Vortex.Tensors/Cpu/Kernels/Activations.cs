namespace Vortex.Tensors.Cpu;

/// <summary>What is done to results before they are written, value by value.</summary>
internal static unsafe class Activations
{
    /// <summary>Applies a function to values in place.</summary>
    public static void Apply(Activation activation, float* values, long count)
    {
        if (activation == Activation.None)
        {
            return;
        }

        for (long i = 0; i < count; i++)
        {
            values[i] = Of(activation, values[i]);
        }
    }

    /// <summary>The definition.</summary>
    public static float Of(Activation activation, float x) => activation switch
    {
        Activation.Silu => x / (1 + MathF.Exp(-x)),
        Activation.QuickGelu => x / (1 + MathF.Exp(-1.702f * x)),
        Activation.Gelu => (float)(0.5 * x * ErrorFunctionComplement(-x * 0.70710678118654752)),
        Activation.Relu => x < 0 ? 0 : x,
        _ => x,
    };

    // Chebyshev fit of Numerical Recipes (erfc), relative error below 1.2e-7 everywhere.
    private static double ErrorFunctionComplement(double x)
    {
        double t = 1 / (1 + (0.5 * Math.Abs(x)));
        double polynomial = -1.26551223 + (t * (1.00002368 + (t * (0.37409196 + (t * (0.09678418 + (t * (-0.18628806
            + (t * (0.27886807 + (t * (-1.13520398 + (t * (1.48851587 + (t * (-0.82215223 + (t * 0.17087277)))))))))))))))));
        double result = t * Math.Exp((-x * x) + polynomial);
        return x >= 0 ? result : 2 - result;
    }
}
