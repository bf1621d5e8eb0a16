namespace Vortex.Imaging.Filters;

/// <summary>Weights of a bell curve along one axis, 2 * radius + 1 of them, with the sum 1.</summary>
/// <remarks>
/// Positions run from -1 to 1 whatever the radius, as in ComfyUI's blur, so that sigma is a share of the radius and not a number of
/// pixels. The two-dimensional kernel is the product of two of these.
/// </remarks>
internal static class GaussianKernel
{
    internal static double[] OfUnitSpan(int radius, double sigma) =>
        Normalised(radius, i => radius == 0 ? 0 : (double)i / radius, sigma);

    internal static double[] OfPixels(int radius, double sigma) => Normalised(radius, i => i, sigma);

    /// <summary>Returns the weights in float32, where that is precise enough.</summary>
    internal static float[] Single(double[] kernel) => Array.ConvertAll(kernel, weight => (float)weight);

    private static double[] Normalised(int radius, Func<int, double> position, double sigma)
    {
        double[] exact = new double[(2 * radius) + 1];
        for (int i = -radius; i <= radius; i++)
        {
            double x = position(i);
            exact[i + radius] = Math.Exp(-(x * x) / (2 * sigma * sigma));
        }

        double sum = exact.Sum();
        return Array.ConvertAll(exact, value => value / sum);
    }
}
