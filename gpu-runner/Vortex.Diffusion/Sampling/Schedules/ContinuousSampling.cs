namespace Vortex.Diffusion.Sampling.Schedules;

/// <summary>Noise levels without steps between them (Karras et al., EDM, 2022): the network is told a function of the level.</summary>
public sealed class ContinuousSampling : ModelSampling
{
    private const int TableSize = 1000;

    private readonly bool _isAngle;
    private readonly double _logMin;
    private readonly double _logMax;

    private ContinuousSampling(PredictionKind prediction, double sigmaMin, double sigmaMax, float sigmaData, bool isAngle)
        : base(prediction, Table(sigmaMin, sigmaMax), sigmaData)
    {
        (_isAngle, _logMin, _logMax) = (isAngle, Math.Log(sigmaMin), Math.Log(sigmaMax));
    }

    /// <summary>Makes one whose network is told a quarter of the level's logarithm.</summary>
    /// <exception cref="DiffusionException">The range is empty or not above 0.</exception>
    public static ContinuousSampling Logarithmic(PredictionKind prediction, double sigmaMin = 0.002, double sigmaMax = 120, float sigmaData = 1) =>
        Checked(prediction, sigmaMin, sigmaMax, sigmaData, false);

    /// <summary>Makes one whose network is told the angle between picture and noise, 0 to 1.</summary>
    /// <exception cref="DiffusionException">The range is empty or not above 0.</exception>
    public static ContinuousSampling Angular(double sigmaMin = 0.002, double sigmaMax = 500, float sigmaData = 1) =>
        Checked(PredictionKind.Velocity, sigmaMin, sigmaMax, sigmaData, true);

    /// <inheritdoc/>
    public override float Timestep(float sigma) => _isAngle ? MathF.Atan(sigma) / MathF.PI * 2f : 0.25f * MathF.Log(sigma);

    /// <inheritdoc/>
    public override float Sigma(float timestep) => _isAngle ? MathF.Tan(timestep * MathF.PI * 0.5f) : MathF.Exp(timestep / 0.25f);

    /// <inheritdoc/>
    public override float PercentToSigma(double percent) => percent switch
    {
        <= 0 => 999999999.9f,
        >= 1 => 0,
        _ => (float)Math.Exp(((_logMax - _logMin) * (1 - percent)) + _logMin),
    };

    private static ContinuousSampling Checked(PredictionKind prediction, double min, double max, float data, bool isAngle) =>
        min > 0 && max > min && double.IsFinite(max) && data > 0
            ? new ContinuousSampling(prediction, min, max, data, isAngle)
            : throw new DiffusionException(DiffusionCodes.OutOfRange, $"Noise levels from {min} to {max} are no range: the first must be above 0 and the second above it.", "sigma_max");

    private static float[] Table(double min, double max) =>
        Array.ConvertAll(Ramps.Linear((float)Math.Log(min), (float)Math.Log(max), TableSize), MathF.Exp);
}
