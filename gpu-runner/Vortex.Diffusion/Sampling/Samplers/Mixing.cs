using Vortex.Tensors;

namespace Vortex.Diffusion.Sampling.Samplers;

/// <summary>Arithmetic that samplers share.</summary>
internal static class Mixing
{
    /// <summary>Returns the weighted sum, always as a new tensor. A term of weight 0 does not count, even where it is not a number.</summary>
    public static Tensor Mix(params ReadOnlySpan<(Tensor Tensor, double Weight)> terms)
    {
        Tensor? sum = null;
        foreach ((Tensor tensor, double weight) in terms)
        {
            if (weight == 0)
            {
                continue;
            }

            if (sum is null)
            {
                sum = tensor.Backend.Affine(tensor, (float)weight, 0);
            }
            else
            {
                sum.Backend.AddScaledInPlace(sum, tensor, (float)weight);
            }
        }

        return sum ?? terms[0].Tensor.Backend.Full(terms[0].Tensor.Shape, 0);
    }

    /// <summary>Moves along the straight line through the clean latent to another level.</summary>
    public static Tensor Toward(Tensor x, Tensor denoised, double sigma, double next) => Mix((x, next / sigma), (denoised, 1 - (next / sigma)));

    /// <summary>Returns the direction of more noise: (x - denoised) / sigma.</summary>
    public static Tensor Slope(Tensor x, Tensor denoised, double sigma) => (x - denoised) / (float)sigma;

    /// <summary>Splits the way to a level into a way further down and noise up again.</summary>
    /// <param name="from">The level now.</param>
    /// <param name="to">The level after.</param>
    /// <param name="eta">How much noise; 0 for none.</param>
    public static (double Down, double Up) Ancestral(double from, double to, double eta)
    {
        if (eta == 0)
        {
            return (to, 0);
        }

        double ratio = to / from;
        double up = Math.Min(to, eta * to * Math.Sqrt(Math.Max(0, 1 - (ratio * ratio))));
        return (Math.Sqrt((to * to) - (up * up)), up);
    }

    /// <summary>The same for models that mix picture and noise by shares: (level down, factor of the latent, noise).</summary>
    public static (double Down, double Keep, double Up) AncestralFlow(double from, double to, double eta)
    {
        double down = to * (1 + (((to / from) - 1) * eta));
        double keep = (1 - to) / (1 - down);
        return (down, keep, Math.Sqrt(Math.Max(0, (to * to) - (down * down * keep * keep))));
    }

    /// <summary>The middle between two levels on the logarithm.</summary>
    public static double Between(double sigma, double next) => Math.Sqrt(sigma * next);

    /// <summary>Returns e^x - 1 without losing the digits of a small x.</summary>
    public static double Expm1(double x) => double.ExpM1(x);

    /// <summary>Solves a small linear system by elimination with pivots.</summary>
    public static double[] Solve(double[,] matrix, double[] right)
    {
        int n = right.Length;
        double[,] a = (double[,])matrix.Clone();
        double[] b = [.. right];
        for (int column = 0; column < n; column++)
        {
            int pivot = column;
            for (int row = column + 1; row < n; row++)
            {
                pivot = Math.Abs(a[row, column]) > Math.Abs(a[pivot, column]) ? row : pivot;
            }

            for (int k = 0; k < n; k++)
            {
                (a[column, k], a[pivot, k]) = (a[pivot, k], a[column, k]);
            }

            (b[column], b[pivot]) = (b[pivot], b[column]);
            for (int row = column + 1; row < n; row++)
            {
                double factor = a[row, column] / a[column, column];
                for (int k = column; k < n; k++)
                {
                    a[row, k] -= factor * a[column, k];
                }

                b[row] -= factor * b[column];
            }
        }

        for (int row = n - 1; row >= 0; row--)
        {
            for (int k = row + 1; k < n; k++)
            {
                b[row] -= a[row, k] * b[k];
            }

            b[row] /= a[row, row];
        }

        return b;
    }
}
