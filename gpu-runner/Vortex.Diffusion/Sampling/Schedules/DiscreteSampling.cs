namespace Vortex.Diffusion.Sampling.Schedules;

/// <summary>The thousand noise levels that Stable Diffusion was trained on (Ho et al., DDPM, with Rombach et al.'s scaled linear betas), log-linear between them.</summary>
public sealed class DiscreteSampling : ModelSampling
{
    private const int Count = 1000;
    private const int DistilledCount = 50;

    // The square of the smallest amount of signal that is left when the last level is made pure noise: Lin et al., 2023.
    private const double LastSignal = 4.8973451890853435e-08;

    private readonly float[] _logs;
    private readonly int _skip;

    private DiscreteSampling(PredictionKind prediction, float[] sigmas, int skip)
        : base(prediction, sigmas)
    {
        _skip = skip;
        _logs = Array.ConvertAll(sigmas, MathF.Log);
    }

    /// <summary>Makes the schedule of Stable Diffusion 1, 2 and XL.</summary>
    /// <param name="prediction">What the output means. <see cref="PredictionKind.Consistency"/> knows every twentieth level only.</param>
    /// <param name="hasZeroSignalEnd">Whether the last level is pure noise (<c>zsnr</c>).</param>
    /// <param name="betaStart">The first beta.</param>
    /// <param name="betaEnd">The last beta.</param>
    public static DiscreteSampling Create(PredictionKind prediction, bool hasZeroSignalEnd = false, double betaStart = 0.00085, double betaEnd = 0.012)
    {
        double[] sigmas = Levels(betaStart, betaEnd);
        if (hasZeroSignalEnd)
        {
            EndInPureNoise(sigmas);
        }

        float[] table = Array.ConvertAll(sigmas, sigma => (float)sigma);
        if (prediction != PredictionKind.Consistency)
        {
            return new DiscreteSampling(prediction, table, 1);
        }

        int skip = Count / DistilledCount;
        float[] distilled = new float[DistilledCount];
        for (int i = 0; i < DistilledCount; i++)
        {
            distilled[DistilledCount - 1 - i] = table[Count - 1 - (i * skip)];
        }

        return new DiscreteSampling(prediction, distilled, skip);
    }

    /// <inheritdoc/>
    public override float Timestep(float sigma)
    {
        float log = MathF.Log(sigma);
        int nearest = 0;
        float least = float.PositiveInfinity;
        for (int i = 0; i < _logs.Length; i++)
        {
            float distance = MathF.Abs(log - _logs[i]);
            if (distance < least)
            {
                (nearest, least) = (i, distance);
            }
        }

        return (nearest * _skip) + (_skip - 1);
    }

    /// <inheritdoc/>
    public override float Sigma(float timestep)
    {
        float position = Math.Clamp((timestep - (_skip - 1)) / _skip, 0f, _logs.Length - 1);
        int low = (int)MathF.Floor(position);
        int high = (int)MathF.Ceiling(position);
        float weight = position - low;
        return MathF.Exp(((1f - weight) * _logs[low]) + (weight * _logs[high]));
    }

    /// <inheritdoc/>
    public override float PercentToSigma(double percent) => percent switch
    {
        <= 0 => 999999999.9f,
        >= 1 => 0,
        _ => Sigma((float)((1 - percent) * (Count - 1))),
    };

    private static double[] Levels(double betaStart, double betaEnd)
    {
        double[] sigmas = new double[Count];
        (double start, double end) = (Math.Sqrt(betaStart), Math.Sqrt(betaEnd));
        double step = (end - start) / (Count - 1);
        double signal = 1;
        for (int i = 0; i < Count; i++)
        {
            double root = i < Count / 2 ? start + (step * i) : end - (step * (Count - 1 - i));
            signal *= 1 - (root * root);
            sigmas[i] = Math.Sqrt((1 - signal) / signal);
        }

        return sigmas;
    }

    private static void EndInPureNoise(double[] sigmas)
    {
        double[] roots = Array.ConvertAll(sigmas, sigma => Math.Sqrt(1 / ((sigma * sigma) + 1)));
        (double first, double last) = (roots[0], roots[^1]);
        for (int i = 0; i < sigmas.Length; i++)
        {
            double root = (roots[i] - last) * (first / (first - last));
            double signal = i == sigmas.Length - 1 ? LastSignal : root * root;
            sigmas[i] = Math.Sqrt((1 - signal) / signal);
        }
    }
}
