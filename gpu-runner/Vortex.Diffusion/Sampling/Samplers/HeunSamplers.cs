using Vortex.Tensors;
using static Vortex.Diffusion.Sampling.Samplers.Mixing;

namespace Vortex.Diffusion.Sampling.Samplers;

/// <summary>Samplers that look at the slope after the step too (Karras et al., 2022, algorithm 2).</summary>
internal static class HeunSamplers
{
    public static void Heun(SamplingRun run) => run.EachStep(i =>
    {
        double sigma = EulerSamplers.Churn(run, i);
        double next = run.Sigmas[i + 1];
        Tensor denoised = run.Denoise(run.X, sigma);
        run.Report(i, denoised);
        if (next == 0)
        {
            run.X = Toward(run.X, denoised, sigma, next);
            return;
        }

        Tensor slope = Slope(run.X, denoised, sigma);
        double step = next - sigma;
        Tensor ahead = Mix((run.X, 1), (slope, step));
        Tensor slopeAhead = Slope(ahead, run.Denoise(ahead, next), next);
        run.X = Mix((run.X, 1), (slope, step / 2), (slopeAhead, step / 2));
    });

    /// <summary>Heun++: weights by noise level, and a third slope while two more steps follow.</summary>
    public static void HeunPlusPlus(SamplingRun run) => run.EachStep(i =>
    {
        double sigma = EulerSamplers.Churn(run, i);
        double next = run.Sigmas[i + 1];
        double end = run.Sigmas[^1];
        Tensor denoised = run.Denoise(run.X, sigma);
        run.Report(i, denoised);
        Tensor slope = Slope(run.X, denoised, sigma);
        double step = next - sigma;
        if (next == end)
        {
            run.X = Mix((run.X, 1), (slope, step));
            return;
        }

        double after = run.Sigmas[i + 2];
        Tensor ahead = Mix((run.X, 1), (slope, step));
        Tensor second = Slope(ahead, run.Denoise(ahead, next), next);
        if (after == end)
        {
            double share = next / (2 * run.Sigmas[0]);
            run.X = Mix((run.X, 1), (slope, step * (1 - share)), (second, step * share));
            return;
        }

        Tensor farther = Mix((ahead, 1), (second, after - next));
        Tensor third = Slope(farther, run.Denoise(farther, after), after);
        double total = 3 * run.Sigmas[0];
        (double w2, double w3) = (next / total, after / total);
        run.X = Mix((run.X, 1), (slope, step * (1 - w2 - w3)), (second, step * w2), (third, step * w3));
    });
}
