using Vortex.Tensors;
using static Vortex.Diffusion.Sampling.Samplers.Mixing;

namespace Vortex.Diffusion.Sampling.Samplers;

/// <summary>DPM-Solver++ for the stochastic equation (Lu et al., 2022; k-diffusion): noise comes from a Brownian path over the levels.</summary>
internal static class DpmPlusPlusSdeSamplers
{
    /// <summary>Two evaluations per step.</summary>
    public static void SingleStep(SamplingRun run)
    {
        (double eta, double noise, double r) = (run.Number("eta", 1), run.Number("s_noise", 1), run.Number("r", 0.5));
        run.OffsetFirst();
        run.EachStep(i =>
        {
            (double sigma, double next) = (run.Sigmas[i], run.Sigmas[i + 1]);
            Tensor denoised = run.Denoise(run.X, sigma);
            run.Report(i, denoised);
            if (next == 0)
            {
                run.X = denoised.Clone();
                return;
            }

            (double from, double to) = (run.Lambda(sigma), run.Lambda(next));
            double middleLambda = from + (r * (to - from));
            double middle = run.SigmaOf(middleLambda);
            bool isNoisy = eta > 0 && noise > 0;

            (double keep, double add, double up) = Weights(run, from, middleLambda, sigma, middle, eta);
            Tensor halfway = Mix((run.X, keep), (denoised, add));
            halfway = isNoisy ? Mix((halfway, 1), (run.DrawBrownian(sigma, middle), run.Alpha(middle) * noise * up)) : halfway;
            Tensor second = run.Denoise(halfway, middle);

            (keep, add, up) = Weights(run, from, to, sigma, next, eta);
            double share = 1 / (2 * r);
            Tensor x = Mix((run.X, keep), (denoised, add * (1 - share)), (second, add * share));
            run.X = isNoisy ? Mix((x, 1), (run.DrawBrownian(sigma, next), run.Alpha(next) * noise * up)) : x;
        });
    }

    /// <summary>One evaluation per step, order two.</summary>
    public static void TwoStep(SamplingRun run) => TwoStep(run, run.Text("solver_type", "midpoint"));

    public static void TwoStepHeun(SamplingRun run) => TwoStep(run, run.Text("solver_type", "heun"));

    /// <summary>One evaluation per step, order three.</summary>
    public static void ThreeStep(SamplingRun run)
    {
        (double eta, double noise) = (run.Number("eta", 1), run.Number("s_noise", 1));
        History old = run.Remember(2);
        (double last, double beforeLast) = (0, 0);
        run.OffsetFirst();
        run.EachStep(i =>
        {
            (double sigma, double next) = (run.Sigmas[i], run.Sigmas[i + 1]);
            Tensor denoised = run.Denoise(run.X, sigma);
            run.Report(i, denoised);
            double h = last;
            if (next == 0)
            {
                run.X = denoised.Clone();
            }
            else
            {
                h = run.Lambda(next) - run.Lambda(sigma);
                double all = h * (eta + 1);
                double alpha = run.Alpha(next);
                double phi2 = (Expm1(-all) / all) + 1;
                Tensor x = Mix((run.X, next / sigma * Math.Exp(-h * eta)), (denoised, -alpha * Expm1(-all)));
                if (old.Count == 2)
                {
                    (double r0, double r1) = (last / h, beforeLast / h);
                    double phi3 = (phi2 / all) - 0.5;
                    // First and second differences of the last three pictures.
                    double first = alpha * phi2 * (1 + (r0 / (r0 + r1)));
                    double second = -alpha * phi2 * r0 / (r0 + r1);
                    double curve = -alpha * phi3 / (r0 + r1);
                    double a = (first + curve) / r0;
                    double b = (second - curve) / r1;
                    x = Mix((x, 1), (denoised, a), (old.Back(1), b - a), (old.Back(2), -b));
                }
                else if (old.Count == 1)
                {
                    double bend = alpha * phi2 * h / last;
                    x = Mix((x, 1), (denoised, bend), (old.Back(1), -bend));
                }

                run.X = Noisy(run, x, sigma, next, h, eta, noise);
            }

            old.Add(denoised);
            (last, beforeLast) = (h, last);
        });
    }

    private static void TwoStep(SamplingRun run, string solver)
    {
        if (solver is not ("midpoint" or "heun"))
        {
            throw new DiffusionException(DiffusionCodes.OutOfRange, $"There is no solver '{solver}'; there are midpoint and heun.", "solver_type");
        }

        (double eta, double noise) = (run.Number("eta", 1), run.Number("s_noise", 1));
        Held old = run.Hold();
        double last = 0;
        run.OffsetFirst();
        run.EachStep(i =>
        {
            (double sigma, double next) = (run.Sigmas[i], run.Sigmas[i + 1]);
            Tensor denoised = run.Denoise(run.X, sigma);
            run.Report(i, denoised);
            if (next == 0)
            {
                run.X = denoised.Clone();
            }
            else
            {
                double h = run.Lambda(next) - run.Lambda(sigma);
                double all = h * (eta + 1);
                double add = -run.Alpha(next) * Expm1(-all);
                Tensor x = Mix((run.X, next / sigma * Math.Exp(-h * eta)), (denoised, add));
                if (old.Value is { } before)
                {
                    double bend = (solver == "heun" ? run.Alpha(next) * ((Expm1(-all) / all) + 1) : 0.5 * add) * h / last;
                    x = Mix((x, 1), (denoised, bend), (before, -bend));
                }

                run.X = Noisy(run, x, sigma, next, h, eta, noise);
                last = h;
            }

            old.Value = denoised;
        });
    }

    private static Tensor Noisy(SamplingRun run, Tensor x, double sigma, double next, double h, double eta, double noise) =>
        eta > 0 && noise > 0
            ? Mix((x, 1), (run.DrawBrownian(sigma, next), next * Math.Sqrt(-Expm1(-2 * h * eta)) * noise))
            : x;

    private static (double Keep, double Add, double Up) Weights(SamplingRun run, double from, double to, double sigma, double next, double eta)
    {
        (double down, double up) = Ancestral(Math.Exp(-from), Math.Exp(-to), eta);
        double h = -Math.Log(down) - from;
        return (run.Alpha(next) / run.Alpha(sigma) * Math.Exp(-h), -run.Alpha(next) * Expm1(-h), up);
    }
}
