using Vortex.Tensors;
using static Vortex.Diffusion.Sampling.Samplers.Mixing;

namespace Vortex.Diffusion.Sampling.Samplers;

/// <summary>Stochastic explicit exponential derivative-free solvers in picture prediction (Gonzalez et al., 2023, arXiv:2305.14267).</summary>
internal static class SeedsSamplers
{
    public static void TwoStages(SamplingRun run) => TwoStages(run, run.Number("eta", 1), run.Number("r", 0.5), "phi_1");

    /// <summary>Heun's method for the exponential equation: the second stage lies at the end of the step.</summary>
    public static void ExponentialHeun(SamplingRun run) => TwoStages(run, 0, 1, "phi_2");

    public static void ExponentialHeunStochastic(SamplingRun run) => TwoStages(run, run.Number("eta", 1), 1, "phi_2");

    private static void TwoStages(SamplingRun run, double eta, double r, string standard)
    {
        (double noise, string solver) = (run.Number("s_noise", 1), run.Text("solver_type", standard));
        if (r is not (> 0 and <= 1) || solver is not ("phi_1" or "phi_2"))
        {
            throw new DiffusionException(DiffusionCodes.OutOfRange, $"A second stage at {r} by '{solver}' is not possible: r lies above 0 and up to 1, and the solver is phi_1 or phi_2.", "sampler");
        }

        run.OffsetFirst();
        run.EachStep(i =>
        {
            Stage stage = new(run, i, eta, eta > 0 && noise > 0 ? noise : 0);
            Tensor denoised = run.Denoise(run.X, stage.Sigma);
            run.Report(i, denoised);
            if (stage.Next == 0)
            {
                run.X = denoised.Clone();
                return;
            }

            double all = stage.Length * (eta + 1);
            Tensor halfway = stage.At(r, (denoised, -Expm1(-r * all)));
            Tensor second = run.Denoise(halfway, stage.SigmaAt(r));
            double share = 1 / (2 * r);
            double whole = -Expm1(-all);
            if (solver == "phi_2")
            {
                double b2 = -Phi2(-all) / r;
                run.X = stage.At(1, (denoised, whole - b2), (second, b2));
            }
            else
            {
                run.X = stage.At(1, (denoised, whole * (1 - share)), (second, whole * share));
            }
        });
    }

    public static void ThreeStages(SamplingRun run)
    {
        (double eta, double noise) = (run.Number("eta", 1), run.Number("s_noise", 1));
        (double r1, double r2) = (run.Number("r_1", 1 / 3.0), run.Number("r_2", 2 / 3.0));
        run.OffsetFirst();
        run.EachStep(i =>
        {
            Stage stage = new(run, i, eta, eta > 0 && noise > 0 ? noise : 0);
            Tensor denoised = run.Denoise(run.X, stage.Sigma);
            run.Report(i, denoised);
            if (stage.Next == 0)
            {
                run.X = denoised.Clone();
                return;
            }

            double all = stage.Length * (eta + 1);
            Tensor first = stage.At(r1, (denoised, -Expm1(-r1 * all)));
            Tensor second = run.Denoise(first, stage.SigmaAt(r1));
            double a2 = -(r2 / r1) * Phi2(-r2 * all);
            Tensor farther = stage.At(r2, (denoised, -Expm1(-r2 * all) - a2), (second, a2));
            Tensor third = run.Denoise(farther, stage.SigmaAt(r2));
            double b3 = -Phi2(-all) / r2;
            run.X = stage.At(1, (denoised, -Expm1(-all) - b3), (third, b3));
        });
    }

    private static double Phi2(double h) => (Expm1(h) - h) / h;

    /// <summary>One step on the logarithm of signal to noise, with the noise that was drawn on its parts so far.</summary>
    private sealed class Stage(SamplingRun run, int index, double eta, double noise)
    {
        private readonly double _from = run.Lambda(run.Sigmas[index]);
        private Tensor? _drawn;
        private double _at;

        public double Sigma => run.Sigmas[index];

        public double Next => run.Sigmas[index + 1];

        public double Length => run.Lambda(Next) - _from;

        public double SigmaAt(double part) => part == 1 ? Next : run.SigmaOf(_from + (part * Length));

        /// <summary>Returns the latent at a part of the step; parts rise from call to call.</summary>
        public Tensor At(double part, params ReadOnlySpan<(Tensor Tensor, double Weight)> pictures)
        {
            double sigma = SigmaAt(part);
            Tensor x = Mix((run.X, sigma / Sigma * Math.Exp(-part * Length * eta)));
            foreach ((Tensor picture, double weight) in pictures)
            {
                x.Backend.AddScaledInPlace(x, picture, (float)(run.Alpha(sigma) * weight));
            }

            if (noise > 0)
            {
                double gap = (_at - part) * Length * eta;
                Tensor fresh = run.Draw();
                double weight = Math.Sqrt(-Expm1(2 * gap));
                _drawn = _drawn is null ? Mix((fresh, weight)) : Mix((_drawn, Math.Exp(gap)), (fresh, weight));
                x.Backend.AddScaledInPlace(x, _drawn, (float)(sigma * noise));
            }

            _at = part;
            return x;
        }
    }
}
