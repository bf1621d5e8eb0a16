using Vortex.Tensors;
using static Vortex.Diffusion.Sampling.Samplers.Mixing;

namespace Vortex.Diffusion.Sampling.Samplers;

/// <summary>Unified predictor-corrector of order three in picture prediction (Zhao et al., 2023), on unscaled latents.</summary>
internal static class UniPcSampler
{
    public static void First(SamplingRun run) => Sample(run, false);

    public static void Second(SamplingRun run) => Sample(run, true);

    private static void Sample(SamplingRun run, bool isSecondVariant)
    {
        // The logarithm of 0 is not needed where sampling ends just above.
        float[] sigmas = [.. run.Sigmas];
        bool isRaised = sigmas[^1] == 0;
        sigmas[^1] = isRaised ? 0.001f : sigmas[^1];

        int order = Math.Min(3, sigmas.Length - 2);
        History pictures = run.Remember(Math.Max(order, 1));
        List<UniPcLevel> levels = [];
        run.EachStep(i =>
        {
            if (i == 0)
            {
                pictures.Add(run.Denoise(run.X, sigmas[0]));
                levels.Add(new UniPcLevel(sigmas[0]));
            }
            else
            {
                Update(run, pictures, levels, new UniPcLevel(sigmas[i]), Math.Min(Math.Min(i, order), sigmas.Length - i), isSecondVariant, true);
            }

            if (i == run.Steps - 1 && i >= order)
            {
                if (i > 0)
                {
                    Update(run, pictures, levels, new UniPcLevel(sigmas[i + 1]), Math.Min(order, 1), isSecondVariant, false);
                }
            }

            run.Report(i, pictures.Back(1));
        });

        if (run.IsFlow && isRaised)
        {
            // What is left of the noise's share counts as the picture's.
            run.X = run.X / (1f - sigmas[^1]);
        }
    }

    private static void Update(SamplingRun run, History pictures, List<UniPcLevel> levels, UniPcLevel next, int order, bool isSecondVariant, bool corrects)
    {
        UniPcLevel level = levels[^1];
        Tensor last = pictures.Back(1);
        double h = next.Lambda - level.Lambda;
        double[] parts = new double[order];
        for (int k = 1; k < order; k++)
        {
            parts[k - 1] = (levels[^(k + 1)].Lambda - level.Lambda) / h;
        }

        parts[order - 1] = 1;
        double growth = Expm1(-h);
        double weight = isSecondVariant ? growth : -h;
        (double[,] matrix, double[] right) = System(parts, -h, weight);

        Tensor straight = Mix((run.X, level.KeepTo(next)), (last, -growth));
        double[] predictor = order switch
        {
            1 => [],
            2 => [0.5],
            _ => Solve(Smaller(matrix, order - 1), right[..^1]),
        };
        Tensor x = Mix((straight, 1));
        AddDifferences(x, pictures, parts, predictor, weight);
        if (corrects)
        {
            double[] corrector = order == 1 ? [0.5] : Solve(matrix, right);
            Tensor picture = run.Denoise(x, next.Sigma);
            x = Mix((straight, 1), (picture, -weight * corrector[^1]), (last, weight * corrector[^1]));
            AddDifferences(x, pictures, parts, corrector[..^1], weight);
            pictures.Add(picture);
            levels.Add(next);
        }

        run.X = x;
    }

    private static void AddDifferences(Tensor x, History pictures, double[] parts, double[] weights, double factor)
    {
        for (int k = 0; k < weights.Length; k++)
        {
            double weight = factor * weights[k] / parts[k];
            x.Backend.AddScaledInPlace(x, pictures.Back(k + 2), (float)-weight);
            x.Backend.AddScaledInPlace(x, pictures.Back(1), (float)weight);
        }
    }

    private static (double[,] Matrix, double[] Right) System(double[] parts, double h, double weight)
    {
        int order = parts.Length;
        double[,] matrix = new double[order, order];
        double[] right = new double[order];
        double phi = (Expm1(h) / h) - 1;
        double factorial = 1;
        for (int row = 0; row < order; row++)
        {
            for (int column = 0; column < order; column++)
            {
                matrix[row, column] = Math.Pow(parts[column], row);
            }

            right[row] = phi * factorial / weight;
            factorial *= row + 2;
            phi = (phi / h) - (1 / factorial);
        }

        return (matrix, right);
    }

    private static double[,] Smaller(double[,] matrix, int size)
    {
        double[,] result = new double[size, size];
        for (int row = 0; row < size; row++)
        {
            for (int column = 0; column < size; column++)
            {
                result[row, column] = matrix[row, column];
            }
        }

        return result;
    }
}
