using System.Collections.Immutable;

namespace Vortex.Diffusion.Sampling.Schedules;

/// <summary>Schedules that take their noise levels as numbers: what the scheduler nodes compute.</summary>
public static class NamedSchedules
{
    private static readonly ImmutableDictionary<string, double[]> s_aligned = new Dictionary<string, double[]>
    {
        ["SD1"] = [14.6146412293, 6.4745760956, 3.8636745985, 2.6946151520, 1.8841921177, 1.3943805092, 0.9642583904, 0.6523686016, 0.3977456272, 0.1515232662, 0.0291671582],
        ["SDXL"] = [14.6146412293, 6.3184485287, 3.7681790315, 2.1811480769, 1.3405244945, 0.8620721141, 0.5550693289, 0.3798540708, 0.2332364134, 0.1114188177, 0.0291671582],
        ["SVD"] = [700.00, 54.5, 15.886, 7.977, 4.248, 1.789, 0.981, 0.403, 0.173, 0.034, 0.002],
    }.ToImmutableDictionary(StringComparer.Ordinal);

    private static readonly ImmutableDictionary<string, double[]> s_optimal = new Dictionary<string, double[]>
    {
        ["FLUX"] = [0.9968, 0.9886, 0.9819, 0.975, 0.966, 0.9471, 0.9158, 0.8287, 0.5512, 0.2808, 0.001],
        ["Wan"] = [1.0, 0.997, 0.995, 0.993, 0.991, 0.989, 0.987, 0.985, 0.98, 0.975, 0.973, 0.968, 0.96, 0.946, 0.927, 0.902, 0.864, 0.776, 0.539, 0.208, 0.001],
        ["Chroma"] = [0.992, 0.99, 0.988, 0.985, 0.982, 0.978, 0.973, 0.968, 0.961, 0.953, 0.943, 0.931, 0.917, 0.9, 0.881, 0.858, 0.832, 0.802, 0.769, 0.731, 0.69, 0.646, 0.599, 0.55, 0.501, 0.451, 0.402, 0.355, 0.311, 0.27, 0.232, 0.199, 0.169, 0.143, 0.12, 0.101, 0.084, 0.07, 0.058, 0.048, 0.001],
    }.ToImmutableDictionary(StringComparer.Ordinal);

    /// <summary>Even steps of the rho-th root (Karras et al., 2022), then 0.</summary>
    public static float[] Karras(int steps, double sigmaMax, double sigmaMin, double rho = 7)
    {
        Check(steps, sigmaMax, sigmaMin);
        (double low, double high) = (Math.Pow(sigmaMin, 1 / rho), Math.Pow(sigmaMax, 1 / rho));
        return Array.ConvertAll(Ramps.Linear(0, 1, steps), part => MathF.Pow((float)high + (part * (float)(low - high)), (float)rho)).ThenZero();
    }

    /// <summary>Even steps of the logarithm, then 0.</summary>
    public static float[] Exponential(int steps, double sigmaMax, double sigmaMin)
    {
        Check(steps, sigmaMax, sigmaMin);
        return Array.ConvertAll(Ramps.Linear((float)Math.Log(sigmaMax), (float)Math.Log(sigmaMin), steps), MathF.Exp).ThenZero();
    }

    /// <summary>Steps of the logarithm by a power, then 0.</summary>
    public static float[] Polyexponential(int steps, double sigmaMax, double sigmaMin, double rho = 1)
    {
        Check(steps, sigmaMax, sigmaMin);
        (double low, double range) = (Math.Log(sigmaMin), Math.Log(sigmaMax) - Math.Log(sigmaMin));
        return Array.ConvertAll(Ramps.Linear(1, 0, steps), part => MathF.Exp((MathF.Pow(part, (float)rho) * (float)range) + (float)low)).ThenZero();
    }

    /// <summary>The variance preserving schedule of Song et al. (2021), then 0.</summary>
    public static float[] VariancePreserving(int steps, double betaD = 19.9, double betaMin = 0.1, double end = 1e-3)
    {
        Schedulers.CheckSteps(steps);
        return Array.ConvertAll(
            Ramps.Linear(1, (float)end, steps),
            time => (float)Math.Sqrt(double.ExpM1(((float)betaD * time * time / 2f) + ((float)betaMin * time)))).ThenZero();
    }

    /// <summary>Levels by the Laplace distribution of the logarithm (Hang et al., 2024). Has no 0 at the end.</summary>
    public static float[] Laplace(int steps, double sigmaMax, double sigmaMin, double mu = 0, double beta = 0.5)
    {
        Check(steps, sigmaMax, sigmaMin);
        return Array.ConvertAll(Ramps.Linear(0, 1, steps), part =>
        {
            float side = 0.5f - part;
            float log = (float)mu - ((float)beta * MathF.Sign(side) * MathF.Log(1f - (2f * MathF.Abs(side)) + 1e-5f));
            return Math.Clamp(MathF.Exp(log), (float)sigmaMin, (float)sigmaMax);
        });
    }

    /// <summary>Levels optimised for a family of models (Sabour et al., "Align Your Steps", 2024).</summary>
    /// <param name="family"><c>SD1</c>, <c>SDXL</c> or <c>SVD</c>.</param>
    /// <param name="steps">Steps.</param>
    /// <param name="denoise">The part of the way that is gone; 0 gives none.</param>
    public static float[] AlignYourSteps(string family, int steps, double denoise = 1)
    {
        Schedulers.CheckSteps(steps);
        if (!s_aligned.TryGetValue(family, out double[]? levels))
        {
            throw new DiffusionException(DiffusionCodes.OutOfRange, $"There are no aligned steps for '{family}'; there are for SD1, SDXL and SVD.", "model_type");
        }

        return Last(steps + 1 == levels.Length ? levels : LogLinear(levels, steps + 1), steps, denoise);
    }

    /// <summary>Levels by the geometry of trajectories (Chen et al., 2024), made for SD 1.</summary>
    /// <param name="coefficient">0.8 to 1.5 in steps of 0.05: low has more steps at high noise.</param>
    /// <param name="steps">2 or more; beyond 20 steps the longest schedule is filled up.</param>
    /// <param name="denoise">The part of the way that is gone; 0 gives none.</param>
    public static float[] Gits(double coefficient, int steps, double denoise = 1)
    {
        Schedulers.CheckSteps(steps);
        ReadOnlySpan<byte> places = double.IsFinite(coefficient) ? GitsLevels.Places((int)Math.Round(coefficient * 100, MidpointRounding.ToEven)) : [];
        if (places.IsEmpty || steps < 2)
        {
            throw new DiffusionException(
                DiffusionCodes.OutOfRange,
                places.IsEmpty ? $"There is no schedule for the coefficient {coefficient}; there are for 0.8 to 1.5 in steps of 0.05." : "This schedule has at least 2 steps.",
                places.IsEmpty ? "coeff" : "steps");
        }

        // Schedules of 3, 4, 5, ... levels stand one behind the other.
        int known = Math.Min(steps, 20);
        double[] levels = new double[known + 1];
        for (int i = 0; i < levels.Length; i++)
        {
            levels[i] = GitsLevels.Levels[places[(((known - 2) * (known + 3)) / 2) + i]];
        }

        return Last(steps > 20 ? LogLinear(levels, steps + 1) : levels, steps, denoise);
    }

    /// <summary>Levels optimised for a family of flow models (Pei et al., "Optimal Stepsize for Diffusion Sampling", 2025).</summary>
    /// <param name="family"><c>FLUX</c>, <c>Wan</c> or <c>Chroma</c>.</param>
    /// <param name="steps">Steps.</param>
    /// <param name="denoise">The part of the way that is gone; 0 gives none.</param>
    public static float[] OptimalSteps(string family, int steps, double denoise = 1)
    {
        Schedulers.CheckSteps(steps);
        return s_optimal.TryGetValue(family, out double[]? levels)
            ? Last(steps + 1 == levels.Length ? levels : LogLinear(levels, steps + 1), steps, denoise)
            : throw new DiffusionException(DiffusionCodes.OutOfRange, $"There are no optimal steps for '{family}'; there are for FLUX, Wan and Chroma.", "model_type");
    }

    /// <summary>The levels of one-to-ten-step models: every hundredth time, then 0.</summary>
    /// <param name="model">The model's levels.</param>
    /// <param name="steps">1 to 10.</param>
    /// <param name="denoise">The part of the way that is gone.</param>
    public static float[] Turbo(ModelSampling model, int steps, double denoise = 1)
    {
        Schedulers.CheckSteps(steps);
        int start = 10 - (int)(10 * denoise);
        int count = Math.Clamp(10 - start, 0, steps);
        return [.. Enumerable.Range(start, count).Select(i => model.Sigma(((10 - i) * 100) - 1)), 0f];
    }

    // The last part of the way, which ends in 0.
    private static float[] Last(double[] levels, int steps, double denoise)
    {
        if (denoise <= 0)
        {
            return [];
        }

        int run = denoise < 1 ? (int)Math.Round(steps * denoise, MidpointRounding.ToEven) : steps;
        float[] sigmas = Array.ConvertAll(levels[Math.Max(0, levels.Length - run - 1)..], sigma => (float)sigma);
        sigmas[^1] = 0;
        return sigmas;
    }

    private static double[] LogLinear(double[] levels, int count)
    {
        // Interpolated from the last level to the first, and turned round again.
        double[] result = new double[count];
        for (int i = 0; i < count; i++)
        {
            double position = count == 1 ? 0 : i / (double)(count - 1) * (levels.Length - 1);
            int at = Math.Min((int)position, levels.Length - 2);
            double weight = position - at;
            result[i] = Math.Exp((Math.Log(levels[at]) * (1 - weight)) + (Math.Log(levels[at + 1]) * weight));
        }

        return result;
    }

    private static void Check(int steps, double sigmaMax, double sigmaMin)
    {
        Schedulers.CheckSteps(steps);
        if (!(sigmaMin > 0 && sigmaMax > 0 && double.IsFinite(sigmaMax) && double.IsFinite(sigmaMin)))
        {
            throw new DiffusionException(DiffusionCodes.OutOfRange, $"Noise levels of {sigmaMax} and {sigmaMin} make no schedule; both must be above 0.", sigmaMin > 0 ? "sigma_max" : "sigma_min");
        }
    }
}
