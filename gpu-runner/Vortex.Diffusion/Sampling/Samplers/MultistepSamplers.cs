using Vortex.Tensors;
using static Vortex.Diffusion.Sampling.Samplers.Mixing;

namespace Vortex.Diffusion.Sampling.Samplers;

/// <summary>Samplers that remember the slopes of earlier steps: one evaluation per step.</summary>
internal static class MultistepSamplers
{
    /// <summary>Linear multistep (Adams-Bashforth over uneven steps; k-diffusion).</summary>
    public static void Linear(SamplingRun run)
    {
        int most = Math.Clamp((int)run.Number("order", 4), 1, 16);
        History slopes = run.Remember(most);
        run.EachStep(i =>
        {
            (double sigma, double next) = (run.Sigmas[i], run.Sigmas[i + 1]);
            Tensor denoised = run.Denoise(run.X, sigma);
            run.Report(i, denoised);
            slopes.Add(Slope(run.X, denoised, sigma));
            if (next == 0)
            {
                run.X = denoised.Clone();
                return;
            }

            int order = Math.Min(i + 1, most);
            Tensor x = run.X.Clone();
            for (int j = 0; j < order; j++)
            {
                x.Backend.AddScaledInPlace(x, slopes.Back(j + 1), (float)AdamsWeight(run.Sigmas, order, i, j));
            }

            run.X = x;
        });
    }

    /// <summary>Improved pseudo numerical method with fixed Adams weights (Zhang and Chen, 2023).</summary>
    public static void Ipndm(SamplingRun run)
    {
        int most = Math.Clamp((int)run.Number("max_order", 4), 1, 4);
        History slopes = run.Remember(3);
        run.EachStep(i =>
        {
            double step = (double)run.Sigmas[i + 1] - run.Sigmas[i];
            double[] weights = Math.Min(most, i + 1) switch
            {
                1 => [1],
                2 => [3 / 2.0, -1 / 2.0],
                3 => [23 / 12.0, -16 / 12.0, 5 / 12.0],
                _ => [55 / 24.0, -59 / 24.0, 37 / 24.0, -9 / 24.0],
            };
            StepBySlopes(run, slopes, i, Array.ConvertAll(weights, weight => weight * step), true);
        });
    }

    /// <summary>The same with weights for uneven steps.</summary>
    public static void IpndmUneven(SamplingRun run)
    {
        int most = Math.Clamp((int)run.Number("max_order", 4), 1, 4);
        History slopes = run.Remember(3);
        run.EachStep(i => StepBySlopes(run, slopes, i, UnevenWeights(run.Sigmas, i, Math.Min(most, i + 1)), true));
    }

    /// <summary>Diffusion exponential integrator sampler, <c>tab</c> mode (Zhang and Chen, 2022).</summary>
    public static void Deis(SamplingRun run)
    {
        int most = Math.Clamp((int)run.Number("max_order", 3), 1, 4);
        History slopes = run.Remember(most);
        double[][] table = DeisWeights.Table(run.Sigmas, most);
        run.EachStep(i =>
        {
            bool isEuler = run.Sigmas[i + 1] <= 0 || table[i].Length == 0;
            StepBySlopes(run, slopes, i, isEuler ? [(double)run.Sigmas[i + 1] - run.Sigmas[i]] : table[i], false);
        });
    }

    /// <summary>Gradient estimation (Permenter and Yuan, 2024).</summary>
    public static void GradientEstimation(SamplingRun run) => GradientEstimation(run, false);

    public static void GradientEstimationCfgPlusPlus(SamplingRun run) => GradientEstimation(run, true);

    private static void GradientEstimation(SamplingRun run, bool isPlusPlus)
    {
        double gamma = run.Number("ge_gamma", 2);
        Held old = run.Hold();
        run.EachStep(i =>
        {
            (double sigma, double next) = (run.Sigmas[i], run.Sigmas[i + 1]);
            (Tensor denoised, Tensor source) = Both(run, sigma, isPlusPlus);
            Tensor slope = Slope(run.X, source, sigma);
            run.Report(i, denoised);
            if (next == 0)
            {
                run.X = denoised.Clone();
            }
            else
            {
                Tensor x = isPlusPlus ? Mix((denoised, 1), (slope, next)) : Mix((run.X, 1), (slope, next - sigma));
                double more = (gamma - 1) * (next - sigma);
                run.X = old.Value is { } before ? Mix((x, 1), (slope, more), (before, -more)) : x;
            }

            old.Value = slope;
        });
    }

    /// <summary>Asks the model; the second is what the noise is taken from: without guidance for CFG++, else the same.</summary>
    public static (Tensor Denoised, Tensor Source) Both(SamplingRun run, double sigma, bool isPlusPlus)
    {
        if (isPlusPlus)
        {
            return run.DenoiseBoth(run.X, sigma);
        }

        Tensor denoised = run.Denoise(run.X, sigma);
        return (denoised, denoised);
    }

    private static void StepBySlopes(SamplingRun run, History slopes, int i, double[] weights, bool endsInDenoised)
    {
        Tensor denoised = run.Denoise(run.X, run.Sigmas[i]);
        run.Report(i, denoised);
        Tensor slope = Slope(run.X, denoised, run.Sigmas[i]);
        if (endsInDenoised && run.Sigmas[i + 1] == 0)
        {
            run.X = denoised.Clone();
        }
        else
        {
            Tensor x = Mix((run.X, 1), (slope, weights[0]));
            for (int j = 1; j < weights.Length; j++)
            {
                x.Backend.AddScaledInPlace(x, slopes.Back(j), (float)weights[j]);
            }

            run.X = x;
        }

        slopes.Add(slope);
    }

    // The integral of the j-th Lagrange polynomial over the step; exact, since its degree is below sixteen.
    private static double AdamsWeight(float[] sigmas, int order, int i, int j)
    {
        return Quadrature.Integrate(sigmas[i], sigmas[i + 1], tau =>
        {
            double product = 1;
            for (int k = 0; k < order; k++)
            {
                product *= k == j ? 1 : (tau - sigmas[i - k]) / ((double)sigmas[i - j] - sigmas[i - k]);
            }

            return product;
        });
    }

    private static double[] UnevenWeights(float[] sigmas, int i, int order)
    {
        double h = (double)sigmas[i + 1] - sigmas[i];
        if (order == 1)
        {
            return [h];
        }

        double h1 = (double)sigmas[i] - sigmas[i - 1];
        double r = h / h1;
        if (order == 2)
        {
            return [h * (2 + r) / 2, h * -r / 2];
        }

        double h2 = (double)sigmas[i - 1] - sigmas[i - 2];
        double a = (1 - (h / (3 * (h + h1)) * (h * (h + h1)) / (h1 * (h1 + h2)))) / 2;
        double s = h1 / h2;
        if (order == 3)
        {
            return [h * (((2 + r) / 2) + a), h * ((-r / 2) - ((1 + s) * a)), h * a * s];
        }

        double h3 = (double)sigmas[i - 2] - sigmas[i - 3];
        double b = (((1 - (h / (3 * (h + h1)))) / 2) + ((1 - (h / (2 * (h + h1)))) * h / (6 * (h + h1 + h2))))
            * (h * (h + h1) * (h + h1 + h2)) / (h1 * (h1 + h2) * (h1 + h2 + h3));
        double t = h1 * (h1 + h2) / (h2 * (h2 + h3));
        return
        [
            h * (((2 + r) / 2) + a + b),
            h * ((-r / 2) - ((1 + s) * a) - ((1 + s + t) * b)),
            h * ((a * s) + ((s + (t * (1 + (h2 / h3)))) * b)),
            h * -b * t * s,
        ];
    }
}
