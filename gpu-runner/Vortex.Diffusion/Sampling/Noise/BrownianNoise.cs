namespace Vortex.Diffusion.Sampling.Noise;

/// <summary>Noise between two levels, from a Brownian path: the same levels give the same noise however many steps lie between.</summary>
/// <param name="seed">The seed.</param>
/// <param name="count">Values of one draw.</param>
/// <param name="sigmaMin">The least level above 0.</param>
/// <param name="sigmaMax">The greatest level, above the least.</param>
internal sealed class BrownianNoise(ulong seed, int count, float sigmaMin, float sigmaMax)
{
    private readonly BrownianTree _tree = new(seed, count, sigmaMin, sigmaMax);

    /// <summary>Returns noise of deviation 1 for the way from one level to another.</summary>
    public float[] Draw(float sigma, float next)
    {
        float[] values = _tree.Increment(Math.Min(sigma, next), Math.Max(sigma, next));
        float sign = sigma < next ? 1f : -1f;
        float deviation = MathF.Sqrt(MathF.Abs(next - sigma));
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = values[i] * sign / deviation;
        }

        return values;
    }
}
