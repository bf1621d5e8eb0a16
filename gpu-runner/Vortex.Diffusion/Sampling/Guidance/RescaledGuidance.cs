using Vortex.Tensors;

namespace Vortex.Diffusion.Sampling.Guidance;

/// <summary>Guidance whose result keeps the spread of the positive answer (Lin et al., 2023), on velocities.</summary>
/// <param name="Multiplier">How much of it, 0 to 1.</param>
public sealed record RescaledGuidance(float Multiplier) : IGuidanceRule
{
    /// <inheritdoc/>
    public Tensor Join(Tensor x, Tensor positive, Tensor negative, float scale, float sigma)
    {
        using TensorScope scope = TensorScope.Begin();
        float variance = (sigma * sigma) + 1f;
        float deviation = MathF.Sqrt(variance);
        Tensor scaled = x / variance;
        Tensor wanted = Velocity(scaled, positive, deviation, sigma);
        Tensor unwanted = Velocity(scaled, negative, deviation, sigma);
        Tensor guided = unwanted + ((wanted - unwanted) * scale);
        Tensor rescaled = guided * (Spread(wanted) / Spread(guided));
        Tensor mixed = (rescaled * Multiplier) + (guided * (1f - Multiplier));
        return scope.Keep(scaled - (mixed * sigma / deviation));
    }

    private static Tensor Velocity(Tensor scaled, Tensor denoised, float deviation, float sigma) => (scaled - denoised) * deviation / sigma;

    private static Tensor Spread(Tensor x) => x.Backend.Reduce(ReduceOp.Variance, x, [1, 2, 3], true).Map(UnaryOp.Sqrt);
}
