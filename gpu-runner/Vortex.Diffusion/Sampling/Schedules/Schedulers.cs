using System.Collections.Frozen;
using System.Collections.Immutable;
using Vortex.Diffusion.Sampling.Samplers;

namespace Vortex.Diffusion.Sampling.Schedules;

/// <summary>The ways to go from noise to picture that KSampler knows by name: which noise levels, in which order.</summary>
public static class Schedulers
{
    /// <summary>The most steps.</summary>
    public const int MaxSteps = 10000;

    private static readonly FrozenDictionary<string, Func<ModelSampling, int, float[]>> s_schedulers =
        new Dictionary<string, Func<ModelSampling, int, float[]>>
        {
            ["simple"] = Simple,
            ["sgm_uniform"] = (model, steps) => Uniform(model, steps, true),
            ["karras"] = (model, steps) => NamedSchedules.Karras(steps, model.SigmaMax, model.SigmaMin),
            ["exponential"] = (model, steps) => NamedSchedules.Exponential(steps, model.SigmaMax, model.SigmaMin),
            ["ddim_uniform"] = Strided,
            ["beta"] = (model, steps) => Beta(model, steps),
            ["normal"] = (model, steps) => Uniform(model, steps, false),
            ["linear_quadratic"] = LinearQuadratic,
            ["kl_optimal"] = KlOptimal,
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Gets the names in ComfyUI's order.</summary>
    public static ImmutableArray<string> Names { get; } =
        ["simple", "sgm_uniform", "karras", "exponential", "ddim_uniform", "beta", "normal", "linear_quadratic", "kl_optimal"];

    /// <summary>Returns the noise levels of a scheduler: usually steps + 1, ending in 0.</summary>
    /// <exception cref="DiffusionException">No such scheduler, or steps outside 1 to <see cref="MaxSteps"/>.</exception>
    public static float[] Compute(string scheduler, ModelSampling model, int steps)
    {
        CheckSteps(steps);
        return s_schedulers.TryGetValue(scheduler, out Func<ModelSampling, int, float[]>? compute)
            ? compute(model, steps)
            : throw new DiffusionException(DiffusionCodes.OutOfRange, $"There is no scheduler '{scheduler}'; there are {string.Join(", ", Names)}.", "scheduler");
    }

    /// <summary>Returns the noise levels as BasicScheduler gives them.</summary>
    /// <param name="scheduler">Its name.</param>
    /// <param name="model">The model's noise levels.</param>
    /// <param name="steps">Steps that are run.</param>
    /// <param name="denoise">The part of the way that is gone; below 1 the last steps of a longer schedule. 0 gives none.</param>
    public static float[] Compute(string scheduler, ModelSampling model, int steps, double denoise) => Part(denoise, steps, 1.0, all => Compute(scheduler, model, all));

    /// <summary>Returns the noise levels as KSampler uses them for a sampler: some leave the last but one out.</summary>
    /// <param name="sampler">The sampler's name.</param>
    /// <param name="scheduler">The scheduler's name.</param>
    /// <param name="model">The model's noise levels.</param>
    /// <param name="steps">Steps that are run.</param>
    /// <param name="denoise">The part of the way that is gone; 0 gives no levels.</param>
    public static float[] ForSampler(string sampler, string scheduler, ModelSampling model, int steps, double denoise = 1)
    {
        bool leavesOut = SamplerRegistry.Find(sampler).LeavesPenultimateOut;
        return Part(denoise, steps, 0.9999, all =>
        {
            float[] sigmas = Compute(scheduler, model, leavesOut ? all + 1 : all);
            return leavesOut ? [.. sigmas[..^2], sigmas[^1]] : sigmas;
        });
    }

    /// <summary>Picks levels by the beta distribution (Lee et al., "Beta Sampling is All You Need", 2024): denser at both ends.</summary>
    public static float[] Beta(ModelSampling model, int steps, double alpha = 0.6, double beta = 0.6)
    {
        CheckSteps(steps);
        if (!(alpha > 0 && beta > 0))
        {
            throw new DiffusionException(DiffusionCodes.OutOfRange, "Alpha and beta of a beta schedule must be above 0.", "alpha");
        }

        ReadOnlySpan<float> table = model.Sigmas.Span;
        List<float> sigmas = [];
        double last = -1;
        for (int i = 0; i < steps; i++)
        {
            double probability = 1 - (i * (1.0 / steps));
            double index = Math.Round(BetaDistribution.Quantile(probability, alpha, beta) * (table.Length - 1), MidpointRounding.ToEven);
            if (index != last)
            {
                sigmas.Add(table[(int)index]);
            }

            last = index;
        }

        return [.. sigmas, 0f];
    }

    internal static void CheckSteps(int steps)
    {
        if (steps is < 1 or > MaxSteps)
        {
            throw new DiffusionException(DiffusionCodes.OutOfRange, $"{steps} steps cannot be run; 1 to {MaxSteps} can.", "steps");
        }
    }

    private static float[] Part(double denoise, int steps, double full, Func<int, float[]> compute)
    {
        CheckSteps(steps);
        if (denoise >= full || double.IsNaN(denoise))
        {
            return double.IsNaN(denoise) ? throw new DiffusionException(DiffusionCodes.OutOfRange, "The denoise value is not a number.", "denoise") : compute(steps);
        }

        if (denoise <= 0)
        {
            return [];
        }

        double all = steps / denoise;
        if (all > MaxSteps * 100.0)
        {
            throw new DiffusionException(DiffusionCodes.OutOfRange, $"A denoise value of {denoise} with {steps} steps takes a schedule of {all:N0} steps; raise it.", "denoise");
        }

        float[] sigmas = compute((int)all);
        return sigmas[Math.Max(0, sigmas.Length - steps - 1)..];
    }

    private static float[] Simple(ModelSampling model, int steps)
    {
        ReadOnlySpan<float> table = model.Sigmas.Span;
        float[] sigmas = new float[steps + 1];
        double stride = table.Length / (double)steps;
        for (int i = 0; i < steps; i++)
        {
            sigmas[i] = table[^(1 + (int)(i * stride))];
        }

        return sigmas;
    }

    private static float[] Strided(ModelSampling model, int steps)
    {
        ReadOnlySpan<float> table = model.Sigmas.Span;
        bool startsAtZero = Math.Abs(table[1]) <= 1e-5;
        int stride = Math.Max(table.Length / (startsAtZero ? steps + 1 : steps), 1);
        List<float> sigmas = startsAtZero ? [] : [0f];
        for (int i = 1; i < table.Length; i += stride)
        {
            sigmas.Add(table[i]);
        }

        sigmas.Reverse();
        return [.. sigmas];
    }

    private static float[] Uniform(ModelSampling model, int steps, bool leavesLastOut)
    {
        (float start, float end) = (model.Timestep(model.SigmaMax), model.Timestep(model.SigmaMin));
        if (leavesLastOut)
        {
            return Array.ConvertAll(Ramps.Linear(start, end, steps + 1)[..^1], model.Sigma).ThenZero();
        }

        bool endsInZero = Math.Abs(model.Sigma(end)) <= 1e-5;
        float[] sigmas = Array.ConvertAll(Ramps.Linear(start, end, endsInZero ? steps + 1 : steps), model.Sigma);
        return endsInZero ? sigmas : sigmas.ThenZero();
    }

    // Polyak et al., "Movie Gen", 2024: even steps while little changes, then ever longer ones.
    private static float[] LinearQuadratic(ModelSampling model, int steps)
    {
        const double threshold = 0.025;
        double[] parts = new double[steps + 1];
        if (steps > 1)
        {
            int linear = steps / 2;
            int quadratic = steps - linear;
            double difference = linear - (threshold * steps);
            double square = difference / (linear * (double)quadratic * quadratic);
            double slope = (threshold / linear) - (2 * difference / ((double)quadratic * quadratic));
            double constant = square * linear * linear;
            for (int i = 0; i < steps; i++)
            {
                parts[i] = i < linear ? i * threshold / linear : (square * i * i) + (slope * i) + constant;
            }
        }

        parts[steps] = 1;
        return Array.ConvertAll(parts, part => (float)(1 - part) * model.SigmaMax);
    }

    // Sabour et al., "Align Your Steps", 2024: the closed form for Gaussian data.
    private static float[] KlOptimal(ModelSampling model, int steps)
    {
        (float low, float high) = ((float)Math.Atan(model.SigmaMin), (float)Math.Atan(model.SigmaMax));
        float[] sigmas = new float[steps + 1];
        for (int i = 0; i < steps; i++)
        {
            float part = i / (float)(steps - 1);
            sigmas[i] = MathF.Tan((part * low) + ((1f - part) * high));
        }

        return sigmas;
    }
}
