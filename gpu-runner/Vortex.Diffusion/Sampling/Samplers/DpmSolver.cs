using Vortex.Tensors;
using static Vortex.Diffusion.Sampling.Samplers.Mixing;

namespace Vortex.Diffusion.Sampling.Samplers;

/// <summary>DPM-Solver in noise prediction (Lu et al., 2022), with fixed and with adaptive steps (k-diffusion). Time is the negative logarithm of the level.</summary>
internal static class DpmSolver
{
    // More than any schedule that comes to an end takes.
    private const int MaxAttempts = 100_000;

    /// <summary>As many evaluations as there are steps, in steps of order three.</summary>
    public static void Fast(SamplingRun run)
    {
        if (run.Steps < 1)
        {
            return;
        }

        (double eta, double noise) = (run.Number("eta", 0), run.Number("s_noise", 1));
        (double start, double end) = Times(run);
        int evaluations = run.Steps;
        int count = (evaluations / 3) + 1;
        int[] orders = evaluations % 3 == 0
            ? [.. Enumerable.Repeat(3, count - 2), 2, 1]
            : [.. Enumerable.Repeat(3, count - 1), evaluations % 3];
        for (int i = 0; i < orders.Length; i++)
        {
            using TensorScope scope = TensorScope.Begin();
            double t = start + ((end - start) * i / count);
            double next = start + ((end - start) * (i + 1) / count);
            (double down, double up) = Down(t, next, end, eta);
            double sigma = Math.Exp(-t);
            Tensor denoised = run.Denoise(run.X, sigma);
            Tensor slope = Slope(run.X, denoised, sigma);
            run.Report(i, orders.Length, sigma, denoised);
            Tensor x = orders[i] switch
            {
                1 => First(run.X, slope, down, down - t),
                2 => Second(run, slope, t, down, 0.5).High,
                _ => Third(run, slope, t, down).High,
            };
            run.X = up == 0 ? x : Mix((x, 1), (run.Draw(), up * noise));
        }
    }

    /// <summary>Steps as long as an error estimate allows.</summary>
    public static void Adaptive(SamplingRun run)
    {
        if (run.Steps < 1)
        {
            return;
        }

        (double eta, double noise) = (run.Number("eta", 0), run.Number("s_noise", 1));
        (float relative, float absolute) = ((float)run.Number("rtol", 0.05), (float)run.Number("atol", 0.0078));
        int order = run.Number("order", 3) < 3 ? 2 : 3;
        (double s, double end) = Times(run);
        StepController controller = new(
            Math.Abs(run.Number("h_init", 0.05)), run.Number("pcoeff", 0), run.Number("icoeff", 1), run.Number("dcoeff", 0),
            eta != 0 ? 1.5 : order, run.Number("accept_safety", 0.81));
        Held previous = run.Hold();
        previous.Value = run.X.Clone();
        for (int attempt = 0; s < end - 1e-5; attempt++)
        {
            using TensorScope scope = TensorScope.Begin();
            double t = Math.Min(end, s + controller.Step);
            (double down, double up) = Down(s, t, end, eta);
            double sigma = Math.Exp(-s);
            Tensor denoised = run.Denoise(run.X, sigma);
            Tensor slope = Slope(run.X, denoised, sigma);
            (Tensor low, Tensor high) = order == 2 ? Second(run, slope, s, down, 0.5) : Third(run, slope, s, down);
            double error = Error(low, high, previous.Value!, relative, absolute);
            if (!double.IsFinite(error) || attempt > MaxAttempts)
            {
                throw new DiffusionException(DiffusionCodes.OutOfRange, "dpm_adaptive finds no step that keeps its error small; another sampler may.", "sampler_name");
            }

            if (controller.Accept(error))
            {
                previous.Value = low;
                run.X = up == 0 ? Mix((high, 1)) : Mix((high, 1), (run.Draw(), up * noise));
                s = t;
            }

            run.Report(attempt, 0, Math.Exp(-s), denoised);
        }
    }

    private static (double Start, double End) Times(SamplingRun run)
    {
        double least = run.Sigmas[^1] == 0 ? run.Sigmas[^2] : run.Sigmas[^1];
        return least > 0 && run.Sigmas[0] > 0
            ? (-Math.Log(run.Sigmas[0]), -Math.Log(least))
            : throw new DiffusionException(DiffusionCodes.OutOfRange, "This sampler needs noise levels above 0 at both ends.", "sigmas");
    }

    private static (double Down, double Up) Down(double t, double next, double end, double eta)
    {
        if (eta == 0)
        {
            return (next, 0);
        }

        (double down, _) = Ancestral(Math.Exp(-t), Math.Exp(-next), eta);
        double time = Math.Min(end, -Math.Log(down));
        return (time, Math.Sqrt(Math.Max(0, Math.Exp(-2 * next) - Math.Exp(-2 * time))));
    }

    private static Tensor First(Tensor x, Tensor slope, double next, double h) => Mix((x, 1), (slope, -Math.Exp(-next) * Expm1(h)));

    private static (Tensor Low, Tensor High) Second(SamplingRun run, Tensor slope, double t, double next, double r)
    {
        double h = next - t;
        Tensor middle = SlopeAt(run, slope, t, r * h);
        return (First(run.X, slope, next, h), SecondFrom(run.X, slope, middle, next, h, r));
    }

    private static (Tensor Low, Tensor High) Third(SamplingRun run, Tensor slope, double t, double next)
    {
        (double r1, double r2) = (1 / 3.0, 2 / 3.0);
        double h = next - t;
        Tensor first = SlopeAt(run, slope, t, r1 * h);
        double s2 = t + (r2 * h);
        double growth = Expm1(r2 * h);
        double bend = Math.Exp(-s2) * (r2 / r1) * ((growth / (r2 * h)) - 1);
        Tensor ahead = Mix((run.X, 1), (slope, (-Math.Exp(-s2) * growth) + bend), (first, -bend));
        Tensor second = Slope(ahead, run.Denoise(ahead, Math.Exp(-s2)), Math.Exp(-s2));
        double sigma = Math.Exp(-next);
        double end = sigma / r2 * ((Expm1(h) / h) - 1);
        Tensor high = Mix((run.X, 1), (slope, (-sigma * Expm1(h)) + end), (second, -end));
        return (SecondFrom(run.X, slope, first, next, h, r1), high);
    }

    private static Tensor SecondFrom(Tensor x, Tensor slope, Tensor middle, double next, double h, double r)
    {
        double whole = Math.Exp(-next) * Expm1(h);
        double bend = whole / (2 * r);
        return Mix((x, 1), (slope, bend - whole), (middle, -bend));
    }

    private static Tensor SlopeAt(SamplingRun run, Tensor slope, double t, double h)
    {
        double sigma = Math.Exp(-(t + h));
        Tensor ahead = First(run.X, slope, t + h, h);
        return Slope(ahead, run.Denoise(ahead, sigma), sigma);
    }

    private static double Error(Tensor low, Tensor high, Tensor previous, float relative, float absolute)
    {
        ITensorBackend backend = low.Backend;
        Tensor size = backend.Binary(BinaryOp.Maximum, low.Map(UnaryOp.Abs), previous.Map(UnaryOp.Abs)) * relative;
        Tensor allowed = backend.Binary(BinaryOp.Maximum, size, absolute);
        return backend.Reduce(ReduceOp.Norm, (low - high) / allowed, []).Item() / Math.Sqrt(low.Count);
    }

    /// <summary>A controller with proportional, integral and derivative part: shortens steps whose error is large.</summary>
    private sealed class StepController(double step, double p, double i, double d, double order, double safety)
    {
        private readonly double[] _exponents = [(p + i + d) / order, -(p + (2 * d)) / order, d / order];
        private readonly double[] _inverse = new double[3];

        public double Step { get; private set; } = step;

        public bool Accept(double error)
        {
            double inverse = 1 / (error + 1e-8);
            if (_inverse[0] == 0)
            {
                Array.Fill(_inverse, inverse);
            }

            _inverse[0] = inverse;
            double factor = Math.Pow(_inverse[0], _exponents[0]) * Math.Pow(_inverse[1], _exponents[1]) * Math.Pow(_inverse[2], _exponents[2]);
            factor = 1 + Math.Atan(factor - 1);
            bool accepted = factor >= safety;
            if (accepted)
            {
                (_inverse[2], _inverse[1]) = (_inverse[1], _inverse[0]);
            }

            Step *= factor;
            return accepted;
        }
    }
}
