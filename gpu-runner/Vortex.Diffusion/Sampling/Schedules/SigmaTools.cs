namespace Vortex.Diffusion.Sampling.Schedules;

/// <summary>What is done to lists of noise levels.</summary>
public static class SigmaTools
{
    /// <summary>Splits before a step; the level between belongs to both.</summary>
    public static (float[] High, float[] Low) Split(float[] sigmas, int step)
    {
        int at = Math.Clamp(step, 0, sigmas.Length);
        return (sigmas[..Math.Min(at + 1, sigmas.Length)], sigmas[at..]);
    }

    /// <summary>Splits so that the second part is that part of the steps.</summary>
    public static (float[] High, float[] Low) SplitByDenoise(float[] sigmas, double denoise)
    {
        int steps = Math.Max(sigmas.Length - 1, 0);
        int low = (int)Math.Round(steps * Math.Clamp(denoise, 0, 1), MidpointRounding.ToEven);
        // Leaving no value out of the end means an empty list, not all of it: so the reference's slices work.
        return (low == 0 ? [] : sigmas[..^low], sigmas[Math.Max(0, sigmas.Length - low - 1)..]);
    }

    /// <summary>Turns the order round, to go from picture to noise. A 0 at the begin becomes 0.0001, since nothing can be scaled up from it.</summary>
    public static float[] Flip(float[] sigmas)
    {
        float[] flipped = [.. sigmas.Reverse()];
        if (flipped is [0f, ..])
        {
            flipped[0] = 0.0001f;
        }

        return flipped;
    }

    /// <summary>Replaces the first level.</summary>
    public static float[] WithFirst(float[] sigmas, double sigma) => sigmas.Length == 0 ? [] : [(float)sigma, .. sigmas[1..]];

    /// <summary>Checks levels before they are sampled by.</summary>
    /// <exception cref="DiffusionException">One is negative or not a number.</exception>
    public static void Check(ReadOnlySpan<float> sigmas)
    {
        if (sigmas.Length > Schedulers.MaxSteps * 2)
        {
            throw new DiffusionException(DiffusionCodes.OutOfRange, $"{sigmas.Length} noise levels are more than can be sampled by.", "sigmas");
        }

        foreach (float sigma in sigmas)
        {
            if (!float.IsFinite(sigma) || sigma < 0)
            {
                throw new DiffusionException(DiffusionCodes.OutOfRange, $"A noise level of {sigma} cannot be sampled by; levels are 0 or more. A schedule that needs two steps may have been given one.", "sigmas");
            }
        }
    }
}
