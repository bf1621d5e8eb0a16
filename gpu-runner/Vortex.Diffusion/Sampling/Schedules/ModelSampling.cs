using Vortex.Tensors;

namespace Vortex.Diffusion.Sampling.Schedules;

/// <summary>Which noise levels a model knows, how they are told to its network, and what its output means.</summary>
/// <remarks>
/// Noise levels are sigmas: the noise's standard deviation beside an unscaled picture; for <see cref="PredictionKind.Flow"/> the noise's share, 0 to 1.
/// Arithmetic is float32 in the order of the reference (k-diffusion's discrete schedule as ComfyUI 0.3.64 has it), since sampling amplifies the last bits.
/// </remarks>
public abstract class ModelSampling
{
    private readonly float _data;

    /// <summary>Makes one.</summary>
    /// <param name="prediction">What the output means.</param>
    /// <param name="sigmas">The known noise levels, rising.</param>
    /// <param name="sigmaData">The standard deviation of clean latents.</param>
    protected ModelSampling(PredictionKind prediction, ReadOnlyMemory<float> sigmas, float sigmaData = 1)
    {
        (Prediction, Sigmas, _data) = (prediction, sigmas, sigmaData);
    }

    /// <summary>Gets what the output means.</summary>
    public PredictionKind Prediction { get; }

    /// <summary>Gets the known noise levels, rising.</summary>
    public ReadOnlyMemory<float> Sigmas { get; protected init; }

    /// <summary>Gets the least noise level.</summary>
    public float SigmaMin => Sigmas.Span[0];

    /// <summary>Gets the greatest noise level.</summary>
    public float SigmaMax => Sigmas.Span[^1];

    /// <summary>Gets whether picture and noise are mixed by shares.</summary>
    public bool IsFlow => Prediction == PredictionKind.Flow;

    /// <summary>Returns what the network is told for a noise level.</summary>
    public abstract float Timestep(float sigma);

    /// <summary>Returns the noise level of a time.</summary>
    public abstract float Sigma(float timestep);

    /// <summary>Returns the noise level at a part of sampling: 0 its begin, 1 its end.</summary>
    public abstract float PercentToSigma(double percent);

    /// <summary>Scales a noisy latent to what the network takes.</summary>
    public Tensor CalculateInput(Tensor x, float sigma) =>
        Prediction is PredictionKind.Flow or PredictionKind.ImageToImage ? x : x / MathF.Sqrt((sigma * sigma) + (_data * _data));

    /// <summary>Returns the clean latent that an output means.</summary>
    /// <param name="output">The network's output for that input.</param>
    /// <param name="x">The noisy latent, not scaled.</param>
    /// <param name="sigma">Its noise level.</param>
    public Tensor CalculateDenoised(Tensor output, Tensor x, float sigma)
    {
        using TensorScope scope = TensorScope.Begin();
        return scope.Keep(Prediction switch
        {
            PredictionKind.Noise or PredictionKind.Flow => x - (output * sigma),
            PredictionKind.Velocity => Velocity(output, x, sigma, -1),
            PredictionKind.Edm => Velocity(output, x, sigma, 1),
            PredictionKind.Consistency => Consistency(output, x, sigma),
            _ => output.Clone(),
        });
    }

    /// <summary>Mixes noise into a clean latent.</summary>
    /// <param name="sigma">How much.</param>
    /// <param name="noise">Normally distributed.</param>
    /// <param name="latent">The clean latent.</param>
    /// <param name="isFromPureNoise">Whether sampling begins at the highest level, where nothing of a picture is left.</param>
    public Tensor AddNoise(float sigma, Tensor noise, Tensor latent, bool isFromPureNoise = false)
    {
        using TensorScope scope = TensorScope.Begin();
        return scope.Keep(IsFlow
            ? (noise * sigma) + (latent * (1f - sigma))
            : (noise * (isFromPureNoise ? MathF.Sqrt(1f + (sigma * sigma)) : sigma)) + latent);
    }

    /// <summary>Undoes the scale that the last noise level left on a latent: the same tensor where there is none.</summary>
    public Tensor RemoveScale(float sigma, Tensor latent) => IsFlow && sigma != 0 ? latent / (1f - sigma) : latent;

    private Tensor Velocity(Tensor output, Tensor x, float sigma, float sign)
    {
        float total = (sigma * sigma) + (_data * _data);
        Tensor picture = x * (_data * _data) / total;
        Tensor change = output * sigma * _data / MathF.Sqrt(total);
        return sign < 0 ? picture - change : picture + change;
    }

    // Luo et al., "Latent Consistency Models", 2023: at time 0 the function is the identity.
    private Tensor Consistency(Tensor output, Tensor x, float sigma)
    {
        const float data = 0.5f;
        float time = Timestep(sigma) * 10f;
        float skip = data * data / ((time * time) + (data * data));
        float scale = time / MathF.Sqrt((time * time) + (data * data));
        return ((x - (output * sigma)) * scale) + (x * skip);
    }
}
