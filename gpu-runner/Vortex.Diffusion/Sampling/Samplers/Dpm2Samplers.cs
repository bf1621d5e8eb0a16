using Vortex.Tensors;
using static Vortex.Diffusion.Sampling.Samplers.Mixing;

namespace Vortex.Diffusion.Sampling.Samplers;

/// <summary>Samplers that take the slope in the middle of a step (after DPM-Solver-2; k-diffusion).</summary>
internal static class Dpm2Samplers
{
    public static void Dpm2(SamplingRun run) => run.EachStep(i =>
    {
        double sigma = EulerSamplers.Churn(run, i);
        double next = run.Sigmas[i + 1];
        Tensor denoised = run.Denoise(run.X, sigma);
        run.Report(i, denoised);
        run.X = Step(run, denoised, sigma, next);
    });

    public static void Ancestral(SamplingRun run)
    {
        (double eta, double noise) = (run.Number("eta", 1), run.Number("s_noise", 1));
        run.EachStep(i =>
        {
            (double sigma, double next) = (run.Sigmas[i], run.Sigmas[i + 1]);
            Tensor denoised = run.Denoise(run.X, sigma);
            run.Report(i, denoised);
            (double down, double keep, double up) = run.IsFlow ? AncestralFlow(sigma, next, eta) : Plain(sigma, next, eta);
            Tensor x = Step(run, denoised, sigma, down);
            run.X = down == 0 ? x : Mix((x, keep), (run.Draw(), noise * up));
        });
    }

    private static Tensor Step(SamplingRun run, Tensor denoised, double sigma, double next)
    {
        if (next == 0)
        {
            return Toward(run.X, denoised, sigma, next);
        }

        double middle = Between(sigma, next);
        Tensor halfway = Toward(run.X, denoised, sigma, middle);
        Tensor slope = Slope(halfway, run.Denoise(halfway, middle), middle);
        return Mix((run.X, 1), (slope, next - sigma));
    }

    private static (double Down, double Keep, double Up) Plain(double sigma, double next, double eta)
    {
        (double down, double up) = Mixing.Ancestral(sigma, next, eta);
        return (down, 1, up);
    }
}
