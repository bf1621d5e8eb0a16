using Vortex.Tensors;
using static Vortex.Diffusion.Sampling.Samplers.Mixing;

namespace Vortex.Diffusion.Sampling.Samplers;

/// <summary>Refined exponential solver of order two, multistep (Zhang et al., 2023, arXiv:2308.02157).</summary>
internal static class ResMultistepSampler
{
    public static void Plain(SamplingRun run) => Sample(run, 0, false);

    public static void CfgPlusPlus(SamplingRun run) => Sample(run, 0, true);

    public static void Ancestral(SamplingRun run) => Sample(run, run.Number("eta", 1), false);

    public static void AncestralCfgPlusPlus(SamplingRun run) => Sample(run, run.Number("eta", 1), true);

    private static void Sample(SamplingRun run, double eta, bool isPlusPlus)
    {
        double noise = run.Number("s_noise", 1);
        Held old = run.Hold();
        double oldDown = 0;
        run.EachStep(i =>
        {
            (double sigma, double next) = (run.Sigmas[i], run.Sigmas[i + 1]);
            (Tensor denoised, Tensor source) = MultistepSamplers.Both(run, sigma, isPlusPlus);
            run.Report(i, denoised);
            (double down, double up) = Mixing.Ancestral(sigma, next, eta);
            double ratio = down / sigma;
            Tensor x;
            if (down == 0 || old.Value is not { } before)
            {
                x = isPlusPlus ? Mix((denoised, 1), (run.X, ratio), (source, -ratio)) : Toward(run.X, denoised, sigma, down);
            }
            else
            {
                double h = -Math.Log(ratio);
                double c2 = Math.Log(oldDown / run.Sigmas[i - 1]) / h;
                double phi1 = Expm1(-h) / -h;
                double phi2 = (phi1 - 1) / -h;
                double b1 = OrZero(phi1 - (phi2 / c2));
                double b2 = OrZero(phi2 / c2);
                double guidance = isPlusPlus ? ratio : 0;
                x = Mix((run.X, ratio), (source, (h * b1) - guidance), (denoised, guidance), (before, h * b2));
            }

            run.X = next > 0 && up > 0 ? Mix((x, 1), (run.Draw(), noise * up)) : x;
            old.Value = source;
            oldDown = down;
        });
    }

    private static double OrZero(double value) => double.IsNaN(value) ? 0 : value;
}
