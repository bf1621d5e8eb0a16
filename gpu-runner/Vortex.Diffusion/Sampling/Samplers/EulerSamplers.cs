using Vortex.Tensors;
using static Vortex.Diffusion.Sampling.Samplers.Mixing;

namespace Vortex.Diffusion.Sampling.Samplers;

/// <summary>First-order samplers (Karras et al., 2022; Katherine Crowson's k-diffusion).</summary>
internal static class EulerSamplers
{
    /// <summary>Adds some noise before a step where <c>s_churn</c> asks for it; returns the level after that.</summary>
    public static double Churn(SamplingRun run, int i)
    {
        double sigma = run.Sigmas[i];
        double churn = run.Number("s_churn", 0);
        if (churn <= 0 || sigma < run.Number("s_tmin", 0) || sigma > run.Number("s_tmax", double.PositiveInfinity))
        {
            return sigma;
        }

        double raised = sigma * (1 + Math.Min(churn / run.Steps, Math.Sqrt(2) - 1));
        run.X = Mix((run.X, 1), (run.Draw(), run.Number("s_noise", 1) * Math.Sqrt((raised * raised) - (sigma * sigma))));
        return raised;
    }

    public static void Euler(SamplingRun run) => run.EachStep(i =>
    {
        double sigma = Churn(run, i);
        Tensor denoised = run.Denoise(run.X, sigma);
        run.Report(i, denoised);
        run.X = Toward(run.X, denoised, sigma, run.Sigmas[i + 1]);
    });

    public static void Ancestral(SamplingRun run)
    {
        (double eta, double noise) = (run.Number("eta", 1), run.Number("s_noise", 1));
        run.EachStep(i =>
        {
            (double sigma, double next) = (run.Sigmas[i], run.Sigmas[i + 1]);
            Tensor denoised = run.Denoise(run.X, sigma);
            run.Report(i, denoised);
            if (run.IsFlow)
            {
                (double down, double keep, double up) = AncestralFlow(sigma, next, eta);
                Tensor x = Toward(run.X, denoised, sigma, down);
                run.X = next == 0 || eta <= 0 ? x : Mix((x, keep), (run.Draw(), noise * up));
            }
            else
            {
                (double down, double up) = Mixing.Ancestral(sigma, next, eta);
                Tensor x = Toward(run.X, denoised, sigma, down);
                run.X = down == 0 ? x : Mix((x, 1), (run.Draw(), noise * up));
            }
        });
    }

    /// <summary>CFG++ (Chung et al., 2024): the picture with guidance, the noise without.</summary>
    public static void CfgPlusPlus(SamplingRun run) => AncestralCfgPlusPlus(run, 0, 0);

    public static void AncestralCfgPlusPlus(SamplingRun run) => AncestralCfgPlusPlus(run, run.Number("eta", 1), run.Number("s_noise", 1));

    /// <summary>ComfyUI's other CFG++: steps along (x - 2 * denoised + unconditional) / sigma.</summary>
    public static void Alternative(SamplingRun run) => run.EachStep(i =>
    {
        (double sigma, double next) = (run.Sigmas[i], run.Sigmas[i + 1]);
        (Tensor denoised, Tensor unconditional) = run.DenoiseBoth(run.X, sigma);
        run.Report(i, denoised);
        double step = (next - sigma) / sigma;
        run.X = Mix((run.X, 1 + step), (denoised, -2 * step), (unconditional, step));
    });

    private static void AncestralCfgPlusPlus(SamplingRun run, double eta, double noise) => run.EachStep(i =>
    {
        (double sigma, double next) = (run.Sigmas[i], run.Sigmas[i + 1]);
        (Tensor denoised, Tensor unconditional) = run.DenoiseBoth(run.X, sigma);
        run.Report(i, denoised);
        if (next == 0)
        {
            run.X = denoised.Clone();
            return;
        }

        (double alpha, double alphaNext) = (run.Alpha(sigma), run.Alpha(next));
        (double down, double up) = Mixing.Ancestral(sigma / alpha, next / alphaNext, eta);
        double slope = alphaNext * down / sigma;
        Tensor x = Mix((denoised, alphaNext), (run.X, slope), (unconditional, -slope * alpha));
        run.X = eta > 0 && noise > 0 ? Mix((x, 1), (run.Draw(), alphaNext * noise * up)) : x;
    });
}
