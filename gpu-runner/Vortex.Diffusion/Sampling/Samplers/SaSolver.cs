using Vortex.Tensors;
using static Vortex.Diffusion.Sampling.Samplers.Mixing;

namespace Vortex.Diffusion.Sampling.Samplers;

/// <summary>Stochastic Adams solver with predictor and corrector (Xue et al., 2023, arXiv:2309.05019).</summary>
internal static class SaSolver
{
    public static void Sample(SamplingRun run) => Sample(run, run.Number("use_pece", 0) != 0);

    public static void SampleTwice(SamplingRun run) => Sample(run, true);

    private static void Sample(SamplingRun run, bool evaluatesTwice)
    {
        if (run.Steps < 1)
        {
            return;
        }

        double noise = run.Number("s_noise", 1);
        int predictor = Math.Clamp((int)run.Number("predictor_order", 3), 1, 6);
        int corrector = Math.Clamp((int)run.Number("corrector_order", 4), 0, 6);
        bool isSimple = run.Number("simple_order_2", 0) != 0;
        double eta = run.Number("eta", 1);
        (double high, double low) = (
            run.Sampling.PercentToSigma(run.Number("sde_start_percent", 0.2)), run.Sampling.PercentToSigma(run.Number("sde_end_percent", 0.8)));
        run.OffsetFirst();
        float[] sigmas = run.Sigmas;
        double[] lambdas = Array.ConvertAll(sigmas, sigma => run.Lambda(sigma));
        bool endsInZero = sigmas[^1] == 0;

        // The run's latent is the predicted state; the corrected one stays here.
        Held x = run.Hold();
        Held drawn = run.Hold();
        History pictures = run.Remember(Math.Max(predictor, corrector));
        double tau = 0;
        double h = 0;
        x.Value = run.X.Clone();
        run.EachStep(i =>
        {
            double next = sigmas[i + 1];
            Tensor denoised = run.Denoise(run.X, sigmas[i]);
            run.Report(i, denoised);
            pictures.Add(denoised);
            int predicts = Math.Min(predictor, pictures.Count);
            int corrects = i == 0 || (next == 0 && !evaluatesTwice) ? 0 : Math.Min(corrector, pictures.Count);
            if (endsInZero)
            {
                predicts = Math.Min(predicts, sigmas.Length - 2 - i);
                corrects = Math.Min(corrects, sigmas.Length - 1 - i);
            }

            if (corrects == 0)
            {
                x.Value = run.X.Clone();
            }
            else
            {
                double[] weights = Weights(lambdas[(i - corrects + 1)..(i + 1)], lambdas[i - 1], lambdas[i], run.Alpha(sigmas[i]), tau, isSimple, true);
                Tensor corrected = Sum(x.Value!, (double)sigmas[i] / sigmas[i - 1] * Math.Exp(-tau * tau * h), pictures, weights);
                x.Value = tau > 0 && noise > 0 ? Mix((corrected, 1), (drawn.Value!, 1)) : corrected;
                if (evaluatesTwice)
                {
                    denoised = run.Denoise(x.Value, sigmas[i]);
                    pictures.ReplaceNewest(denoised);
                }
            }

            if (next == 0)
            {
                run.X = denoised.Clone();
                return;
            }

            tau = eta > 0 && next <= high && next >= low ? eta : 0;
            h = lambdas[i + 1] - lambdas[i];
            double[] ahead = Weights(lambdas[(i - predicts + 1)..(i + 1)], lambdas[i], lambdas[i + 1], run.Alpha(next), tau, isSimple, false);
            Tensor predicted = Sum(x.Value!, next / sigmas[i] * Math.Exp(-tau * tau * h), pictures, ahead);
            if (tau > 0 && noise > 0)
            {
                drawn.Value = Mix((run.Draw(), next * Math.Sqrt(-Expm1(-2 * tau * tau * h)) * noise));
                predicted = Mix((predicted, 1), (drawn.Value!, 1));
            }

            run.X = predicted;
        });
    }

    private static Tensor Sum(Tensor x, double keep, History pictures, double[] weights)
    {
        Tensor sum = Mix((x, keep));
        for (int j = 0; j < weights.Length; j++)
        {
            sum.Backend.AddScaledInPlace(sum, pictures.Back(weights.Length - j), (float)weights[j]);
        }

        return sum;
    }

    // The weights of the Lagrange polynomials through the known points, integrated against the exponential.
    private static double[] Weights(double[] points, double from, double to, double alpha, double tau, bool isSimple, bool isCorrector)
    {
        double rate = 1 + (tau * tau);
        double h = to - from;
        int n = points.Length;
        if (isSimple && n == 2)
        {
            double whole = -alpha * Expm1(-h * rate);
            double simple = isCorrector ? alpha * 0.5 * rate * h : alpha * 0.5 * rate * h * h / (points[0] - from);
            return isCorrector ? [whole - simple, simple] : [simple, whole - simple];
        }

        double[] integrals = new double[n];
        for (int p = 0; p < n; p++)
        {
            integrals[p] = Math.Pow(to, p) - (Math.Pow(from, p) * Math.Exp(-rate * h));
            integrals[p] -= p == 0 ? 0 : p / rate * integrals[p - 1];
        }

        double[,] matrix = new double[n, n];
        for (int row = 0; row < n; row++)
        {
            for (int column = 0; column < n; column++)
            {
                matrix[row, column] = Math.Pow(points[column], row);
            }
        }

        return Array.ConvertAll(Solve(matrix, integrals), weight => weight * alpha);
    }
}
