namespace Vortex.Diffusion.Sampling.Samplers;

/// <summary>A noise level as the unified predictor-corrector sees it: for latents scaled to a variance of 1, in float32 as the reference computes it.</summary>
/// <remarks>Near 0 the float32 of <see cref="Deviation"/> is off by some hundredths, and that shows in the result: a more exact value would be another sampler.</remarks>
internal readonly record struct UniPcLevel
{
    public UniPcLevel(float sigma)
    {
        float log = 0.5f * MathF.Log(1f / ((sigma * sigma) + 1f));
        float variance = 1f - MathF.Exp(2f * log);
        (Sigma, Alpha, Deviation, Lambda) = (sigma, MathF.Exp(log), MathF.Sqrt(variance), log - (0.5f * MathF.Log(variance)));
    }

    /// <summary>Gets the level beside an unscaled picture.</summary>
    public float Sigma { get; }

    /// <summary>Gets the picture's factor.</summary>
    public float Alpha { get; }

    /// <summary>Gets the noise's deviation.</summary>
    public float Deviation { get; }

    /// <summary>Gets half the logarithm of signal to noise.</summary>
    public float Lambda { get; }

    /// <summary>Returns what an unscaled latent is multiplied with on the way from this level to another.</summary>
    public double KeepTo(UniPcLevel next) => (double)next.Deviation / Deviation * Alpha / next.Alpha;
}
