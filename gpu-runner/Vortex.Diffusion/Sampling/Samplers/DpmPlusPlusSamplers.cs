using Vortex.Tensors;
using static Vortex.Diffusion.Sampling.Samplers.Mixing;

namespace Vortex.Diffusion.Sampling.Samplers;

/// <summary>DPM-Solver++ (Lu et al., 2022): solvers of order two in picture prediction.</summary>
internal static class DpmPlusPlusSamplers
{
    /// <summary>Two evaluations per step, with noise.</summary>
    public static void SingleStepAncestral(SamplingRun run)
    {
        (double eta, double noise) = (run.Number("eta", 1), run.Number("s_noise", 1));
        run.EachStep(i =>
        {
            (double sigma, double next) = (run.Sigmas[i], run.Sigmas[i + 1]);
            Tensor denoised = run.Denoise(run.X, sigma);
            run.Report(i, denoised);
            (double down, double keep, double up) = Levels(run, sigma, next, eta);
            if (down == 0 || next == 0)
            {
                run.X = Toward(run.X, denoised, sigma, down);
                return;
            }

            double middle = Middle(run, sigma, down);
            Tensor halfway = Toward(run.X, denoised, sigma, middle);
            Tensor x = Toward(run.X, run.Denoise(halfway, middle), sigma, down);
            run.X = !run.IsFlow || eta > 0 ? Mix((x, keep), (run.Draw(), noise * up)) : x;
        });
    }

    /// <summary>The same with the noise of the negative prompt alone. Levels are those of unscaled pictures, for models of shares too.</summary>
    public static void SingleStepAncestralCfgPlusPlus(SamplingRun run)
    {
        (double eta, double noise) = (run.Number("eta", 1), run.Number("s_noise", 1));
        run.EachStep(i =>
        {
            (double sigma, double next) = (run.Sigmas[i], run.Sigmas[i + 1]);
            (Tensor denoised, Tensor unconditional) = run.DenoiseBoth(run.X, sigma);
            run.Report(i, denoised);
            (double down, double up) = Ancestral(sigma, next, eta);
            double ratio = down / sigma;
            Tensor x;
            if (down == 0)
            {
                x = Mix((denoised, 1), (run.X, ratio), (unconditional, -ratio));
            }
            else
            {
                double half = Math.Sqrt(ratio);
                Tensor halfway = Mix((run.X, half), (denoised, 1), (unconditional, -half));
                (Tensor second, Tensor secondUnconditional) = run.DenoiseBoth(halfway, sigma * half);
                x = Mix((run.X, ratio), (denoised, ratio), (secondUnconditional, -ratio), (second, 1 - ratio));
            }

            run.X = next > 0 ? Mix((x, 1), (run.Draw(), noise * up)) : x;
        });
    }

    /// <summary>One evaluation per step, no noise.</summary>
    public static void Multistep(SamplingRun run)
    {
        Held old = run.Hold();
        run.EachStep(i =>
        {
            (double sigma, double next) = (run.Sigmas[i], run.Sigmas[i + 1]);
            Tensor denoised = run.Denoise(run.X, sigma);
            run.Report(i, denoised);
            double ratio = next / sigma;
            if (old.Value is not { } before || next == 0)
            {
                run.X = Mix((run.X, ratio), (denoised, 1 - ratio));
            }
            else
            {
                double bend = Bend(run.Sigmas, i) * (1 - ratio);
                run.X = Mix((run.X, ratio), (denoised, 1 - ratio + bend), (before, -bend));
            }

            old.Value = denoised;
        });
    }

    public static void MultistepCfgPlusPlus(SamplingRun run)
    {
        Held old = run.Hold();
        run.EachStep(i =>
        {
            (double sigma, double next) = (run.Sigmas[i], run.Sigmas[i + 1]);
            (Tensor denoised, Tensor unconditional) = run.DenoiseBoth(run.X, sigma);
            run.Report(i, denoised);
            double ratio = next / sigma;
            if (old.Value is not { } before || next == 0)
            {
                run.X = Mix((denoised, 1), (unconditional, -ratio), (run.X, ratio));
            }
            else
            {
                double bend = Bend(run.Sigmas, i) * (1 - ratio);
                run.X = Mix((denoised, 1 + bend), (unconditional, -ratio), (before, -bend), (run.X, ratio));
            }

            old.Value = unconditional;
        });
    }

    // 1 / (2 r), r being the last step's length over this one's on the logarithm.
    private static double Bend(float[] sigmas, int i) => Math.Log((double)sigmas[i] / sigmas[i + 1]) / (2 * Math.Log((double)sigmas[i - 1] / sigmas[i]));

    private static (double Down, double Keep, double Up) Levels(SamplingRun run, double sigma, double next, double eta)
    {
        if (run.IsFlow)
        {
            return AncestralFlow(sigma, next, eta);
        }

        (double down, double up) = Ancestral(sigma, next, eta);
        return (down, 1, up);
    }

    private static double Middle(SamplingRun run, double sigma, double down)
    {
        // Pure noise has no logarithm of signal to noise.
        return run.IsFlow && sigma == 1 ? 0.9999 : run.SigmaOf((run.Lambda(sigma) + run.Lambda(down)) / 2);
    }
}
