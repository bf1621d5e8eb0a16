using Vortex.Tensors;
using static Vortex.Diffusion.Sampling.Samplers.Mixing;

namespace Vortex.Diffusion.Sampling.Samplers;

/// <summary>Extended reverse-time SDE solver, up to three stages (Cui et al., 2023, arXiv:2309.06169).</summary>
internal static class ErSdeSampler
{
    private const int Points = 200;

    public static void Sample(SamplingRun run)
    {
        (double noise, int stages) = (run.Number("s_noise", 1), (int)run.Number("max_stage", 3));
        Func<double, double> scaler = Scaler(run, ref noise);
        run.OffsetFirst();
        double[] levels = Array.ConvertAll(run.Sigmas, sigma => Math.Exp(-run.Lambda(sigma)));
        Held old = run.Hold();
        Held oldSlope = run.Hold();
        run.EachStep(i =>
        {
            (double sigma, double next) = (run.Sigmas[i], run.Sigmas[i + 1]);
            Tensor denoised = run.Denoise(run.X, sigma);
            run.Report(i, denoised);
            if (next == 0)
            {
                run.X = denoised.Clone();
                old.Value = denoised;
                return;
            }

            (double from, double to) = (levels[i], levels[i + 1]);
            double alpha = run.Alpha(next);
            double keep = scaler(to) / scaler(from);
            Tensor x = Mix((run.X, alpha / run.Alpha(sigma) * keep), (denoised, alpha * (1 - keep)));
            int stage = Math.Min(stages, i + 1);
            if (stage >= 2)
            {
                double step = to - from;
                (double first, double second) = Integrals(scaler, from, to);
                Tensor slope = (denoised - old.Value!) / (float)(from - levels[i - 1]);
                x = Mix((x, 1), (slope, alpha * (step + (first * scaler(to)))));
                if (stage >= 3 && oldSlope.Value is { } before)
                {
                    double curve = alpha * ((step * step / 2) + (second * scaler(to))) / ((from - levels[i - 2]) / 2);
                    x = Mix((x, 1), (slope, curve), (before, -curve));
                }

                oldSlope.Value = slope;
            }

            double variance = (to * to) - (from * from * keep * keep);
            run.X = noise > 0 && variance > 0 ? Mix((x, 1), (run.Draw(), alpha * noise * Math.Sqrt(variance))) : x;
            old.Value = denoised;
        });
    }

    private static Func<double, double> Scaler(SamplingRun run, ref double noise)
    {
        string solver = run.Text("solver_type", "ER-SDE");
        double eta = run.Number("eta", 1);
        if (solver == "ER-SDE")
        {
            return level => level * (Math.Exp(Math.Pow(level, 0.3)) + 10);
        }

        if (solver == "ODE" || eta == 0)
        {
            (eta, noise) = (0, 0);
        }

        return level => Math.Pow(level, eta + 1);
    }

    private static (double First, double Second) Integrals(Func<double, double> scaler, double from, double to)
    {
        double width = (from - to) / Points;
        (double first, double second) = (0, 0);
        for (int point = 0; point < Points; point++)
        {
            double level = to + (point * width);
            double scaled = scaler(level);
            first += 1 / scaled;
            second += (level - from) / scaled;
        }

        return (first * width, second * width);
    }
}
