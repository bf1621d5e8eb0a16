namespace Vortex.Diffusion.Sampling.Samplers;

/// <summary>The weights of the exponential integrator: integrals of Lagrange polynomials over the time of a variance preserving schedule.</summary>
internal static class DeisWeights
{
    private const int Points = 10000;

    /// <summary>Returns the weights of each step, newest slope first; none for the first step.</summary>
    public static double[][] Table(float[] sigmas, int maxOrder)
    {
        // Levels 0.002 and 80 in float32, as the reference keeps them.
        double low = MathF.Log((0.002f * 0.002f) + 1f);
        double high = MathF.Log((80f * 80f) + 1f);
        double range = 2 * ((low / 1e-3) - high) / (1e-3 - 1);
        double begin = high - (0.5 * range);
        double[] times = Array.ConvertAll(sigmas, sigma => (Math.Sqrt((begin * begin) + (2 * range * Math.Log(((double)sigma * sigma) + 1))) - begin) / range);

        double[][] table = new double[sigmas.Length - 1][];
        for (int i = 0; i < table.Length; i++)
        {
            int order = Math.Min(i + 1, maxOrder);
            table[i] = order == 1 ? [] : Weights(times, i, order, begin, range);
        }

        return table;
    }

    // A sum of ten thousand points, both ends included, each the width of one part: a crude integral, and the reference's.
    private static double[] Weights(double[] times, int i, int order, double begin, double range)
    {
        double[] weights = new double[order];
        (double from, double to) = (times[i], times[i + 1]);
        for (int point = 0; point < Points; point++)
        {
            double time = from + ((to - from) * point / (Points - 1));
            double logSignal = (-0.5 * time * time * range) - (time * begin);
            double signal = Math.Exp(logSignal);
            double change = 0.5 * ((time * range) + begin) / Math.Sqrt(signal * (1 - signal));
            for (int j = 0; j < order; j++)
            {
                double product = change;
                for (int k = 0; k < order; k++)
                {
                    product *= k == j ? 1 : (time - times[i - k]) / (times[i - j] - times[i - k]);
                }

                weights[j] += product;
            }
        }

        return Array.ConvertAll(weights, weight => weight * (to - from) / Points);
    }
}
