namespace Vortex.Diffusion.Sampling.Schedules;

/// <summary>Noise as a share from 0 to 1 (rectified flow; Liu et al. 2022, Esser et al. 2024), shifted towards noise for large pictures.</summary>
public sealed class FlowSampling : ModelSampling
{
    private readonly double _shift;
    private readonly double _multiplier;
    private readonly bool _isExponential;

    private FlowSampling(double shift, double multiplier, bool isExponential, int count)
        : base(PredictionKind.Flow, default)
    {
        (_shift, _multiplier, _isExponential) = (shift, multiplier, isExponential);
        float[] table = new float[count];
        for (int i = 0; i < count; i++)
        {
            table[i] = Shifted((float)(i + 1) / count);
        }

        Sigmas = table;
    }

    /// <summary>Makes SD3's: share * shift / (1 + (shift - 1) * share), a thousand known levels.</summary>
    /// <param name="shift">1 for none.</param>
    /// <param name="multiplier">What the network is told at pure noise.</param>
    public static FlowSampling Shift(double shift = 1, double multiplier = 1000) => new(shift, multiplier, false, 1000);

    /// <summary>Makes Flux's: e^shift / (e^shift + 1 / share - 1), ten thousand known levels.</summary>
    public static FlowSampling Exponential(double shift = 1.15) => new(shift, 1, true, 10000);

    /// <inheritdoc/>
    public override float Timestep(float sigma) => sigma * (float)_multiplier;

    /// <inheritdoc/>
    public override float Sigma(float timestep) => Shifted(timestep / (float)_multiplier);

    /// <inheritdoc/>
    public override float PercentToSigma(double percent) => percent switch
    {
        <= 0 => 1,
        >= 1 => 0,
        _ when _isExponential => (float)(Math.Exp(_shift) / (Math.Exp(_shift) + ((1 / (1 - percent)) - 1))),
        _ => (float)(_shift * (1 - percent) / (1 + ((_shift - 1) * (1 - percent)))),
    };

    private float Shifted(float share)
    {
        if (_isExponential)
        {
            float power = (float)Math.Exp(_shift);
            return power / (power + ((1f / share) - 1f));
        }

        return _shift == 1 ? share : (float)_shift * share / (1f + ((float)(_shift - 1) * share));
    }
}
