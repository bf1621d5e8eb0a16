using Vortex.Tensors;
using static Vortex.Diffusion.Sampling.Samplers.Mixing;

namespace Vortex.Diffusion.Sampling.Samplers;

/// <summary>Samplers that go to the clean latent, or near it, and add noise again.</summary>
internal static class RestartSamplers
{
    /// <summary>The sampler that diffusion models began with (Ho et al., 2020).</summary>
    public static void Ddpm(SamplingRun run) => run.EachStep(i =>
    {
        (double sigma, double next) = (run.Sigmas[i], run.Sigmas[i + 1]);
        Tensor denoised = run.Denoise(run.X, sigma);
        run.Report(i, denoised);
        double signal = 1 / ((sigma * sigma) + 1);
        double signalNext = 1 / ((next * next) + 1);
        double alpha = signal / signalNext;
        double grow = Math.Sqrt(1 / alpha);
        double scale = next == 0 ? 1 : Math.Sqrt(1 + (next * next));
        Tensor slope = Slope(run.X, denoised, sigma);
        Tensor x = Mix((run.X, scale * grow * Math.Sqrt(signal)), (slope, -scale * grow * (1 - alpha) / Math.Sqrt(1 - signal)));
        run.X = next == 0 ? x : Mix((x, 1), (run.Draw(), scale * Math.Sqrt((1 - alpha) * (1 - signalNext) / (1 - signal))));
    });

    /// <summary>Consistency sampling (Luo et al., 2023): clean latent, then all the noise of the next level.</summary>
    public static void Lcm(SamplingRun run) => run.EachStep(i =>
    {
        float next = run.Sigmas[i + 1];
        Tensor denoised = run.Denoise(run.X, run.Sigmas[i]);
        run.Report(i, denoised);
        run.X = next > 0 ? run.Sampling.AddNoise(next, run.Draw(), denoised) : denoised.Clone();
    });
}
