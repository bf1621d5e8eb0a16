namespace Vortex.Imaging.Noise;

/// <summary>Normally distributed numbers, bit for bit as PyTorch's CPU generator draws them on machines with AVX2.</summary>
/// <remarks>
/// Sixteen values and more are drawn in blocks of sixteen with polynomials for logarithm, sine and cosine; fewer come one by one
/// in double, where the second of a pair waits for the next call, past any larger draws in between. Since the polynomials fuse
/// multiplications with additions, so does this code, on every machine.
/// </remarks>
public sealed class NormalSource
{
    private const int Block = 16;

    // A multiple of a block.
    private const int ValuesBetweenChecks = 1 << 18;

    private readonly MersenneTwister _generator;
    private double? _waiting;

    /// <summary>Starts the sequence of that seed. Only its lower 32 bits count.</summary>
    public NormalSource(ulong seed) => _generator = new(seed);

    /// <summary>Fills the span: one draw, as <c>torch.randn</c> makes it for that many values.</summary>
    /// <param name="values">What to fill.</param>
    /// <param name="cancellationToken">Stops a long draw; the source is of no use afterwards.</param>
    public void Fill(Span<float> values, CancellationToken cancellationToken = default)
    {
        if (values.Length < Block)
        {
            foreach (ref float value in values)
            {
                value = (float)NextSingleDraw();
            }

            return;
        }

        for (int i = 0; i < values.Length; i++)
        {
            if (i % ValuesBetweenChecks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            values[i] = NextUniform();
        }

        for (int i = 0; i <= values.Length - Block; i += Block)
        {
            if (i % ValuesBetweenChecks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            Transform(values.Slice(i, Block));
        }

        if (values.Length % Block != 0)
        {
            // The end is drawn anew as a whole block, over part of the block before it.
            Span<float> last = values[^Block..];
            foreach (ref float value in last)
            {
                value = NextUniform();
            }

            Transform(last);
        }
    }

    private float NextUniform() => (_generator.NextUInt32() & 0xFFFFFF) * (1f / (1 << 24));

    private double NextUniformDouble() => (_generator.NextUInt64() & ((1UL << 53) - 1)) * (1.0 / (1UL << 53));

    private double NextSingleDraw()
    {
        if (_waiting is { } waiting)
        {
            _waiting = null;
            return waiting;
        }

        double angle = 2 * Math.PI * NextUniformDouble();
        double radius = Math.Sqrt(-2 * LogOnePlus(-NextUniformDouble()));
        _waiting = radius * Math.Sin(angle);
        return radius * Math.Cos(angle);
    }

    // log(1 + x) without losing the digits of a small x; exact enough for the cast to float32 that follows.
    private static double LogOnePlus(double x)
    {
        double sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * x / (sum - 1);
    }

    private static void Transform(Span<float> block)
    {
        for (int i = 0; i < Block / 2; i++)
        {
            float radius = MathF.Sqrt(-2f * Cephes.Log(1f - block[i]));
            (float sin, float cos) = Cephes.SinCos(2f * MathF.PI * block[i + (Block / 2)]);
            // Adding 0 turns -0 into 0, as the reference's fused "times 1 plus 0" does.
            block[i] = (radius * cos) + 0f;
            block[i + (Block / 2)] = (radius * sin) + 0f;
        }
    }
}
