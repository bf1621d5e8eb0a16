namespace Vortex.Diffusion.Sampling.Samplers;

/// <summary>Integrals by eight Gauss-Legendre points: exact for polynomials up to degree 15.</summary>
internal static class Quadrature
{
    private static readonly double[] s_points = [0.1834346424956498, 0.5255324099163290, 0.7966664774136267, 0.9602898564975363];
    private static readonly double[] s_weights = [0.3626837833783620, 0.3137066458778873, 0.2223810344533745, 0.1012285362903763];

    public static double Integrate(double from, double to, Func<double, double> function)
    {
        (double middle, double half) = ((from + to) / 2, (to - from) / 2);
        double sum = 0;
        for (int i = 0; i < s_points.Length; i++)
        {
            sum += s_weights[i] * (function(middle - (half * s_points[i])) + function(middle + (half * s_points[i])));
        }

        return sum * half;
    }
}
