using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Sampling.Noise;
using Vortex.Diffusion.Sampling.Schedules;
using Vortex.Tensors;
using Vortex.Tensors.Noise;

namespace Vortex.Diffusion.Sampling.Samplers;

/// <summary>One run of a sampler: the latent on its way, the noise levels, and what all samplers need of arithmetic.</summary>
/// <remarks>Coefficients are computed in double and rounded once; latents are float32. Each step has its own scope, so memory does not grow with the steps.</remarks>
internal sealed class SamplingRun : IDisposable
{
    private readonly IDenoiser _model;
    private readonly SamplerRecipe _settings;
    private readonly ulong _seed;
    private readonly Action<SamplerStep>? _onStep;
    private readonly CancellationToken _cancellation;
    private readonly Held _x = new();
    private readonly List<IDisposable> _kept = [];
    private readonly long _initialCount;
    private NormalSource? _normal;
    private NormalSource? _continued;
    private BrownianNoise? _brownian;
    private float? _brownianMin;
    private float? _brownianMax;

    /// <summary>Begins a run.</summary>
    /// <param name="model">What is asked.</param>
    /// <param name="x">The noisy latent; copied.</param>
    /// <param name="sigmas">The noise levels; at least one.</param>
    /// <param name="settings">The sampler's settings.</param>
    /// <param name="seed">The seed of the noise drawn on the way.</param>
    /// <param name="onStep">Told of each step.</param>
    /// <param name="cancellation">Stops between evaluations.</param>
    public SamplingRun(
        IDenoiser model, Tensor x, float[] sigmas, SamplerRecipe settings, ulong seed, Action<SamplerStep>? onStep, CancellationToken cancellation)
    {
        (_model, _settings, _seed, _onStep, _cancellation, Sigmas) = (model, settings, seed, onStep, cancellation, sigmas);
        (_x.Value, _initialCount) = (x.Clone(), x.Count);
    }

    /// <summary>Gets the noise levels.</summary>
    public float[] Sigmas { get; private set; }

    /// <summary>Gets the number of steps.</summary>
    public int Steps => Sigmas.Length - 1;

    /// <summary>Gets the model's noise levels.</summary>
    public ModelSampling Sampling => _model.Sampling;

    /// <summary>Gets whether picture and noise are mixed by shares.</summary>
    public bool IsFlow => _model.Sampling.IsFlow;

    /// <summary>Gets or sets the latent on its way. What is set is given away: it must be new.</summary>
    public Tensor X
    {
        get => _x.Value!;
        set => _x.Value = value;
    }

    /// <summary>Returns the run's result, detached.</summary>
    public Tensor Result() => X.Clone().Detach();

    /// <summary>Returns a setting, or its default.</summary>
    public double Number(string name, double standard) => _settings.Numbers.GetValueOrDefault(name, standard);

    /// <summary>Returns a setting that is a text, or its default.</summary>
    public string Text(string name, string standard) => _settings.Texts.GetValueOrDefault(name, standard);

    /// <summary>Returns a place for a tensor that outlives a step.</summary>
    public Held Hold() => Kept(new Held());

    /// <summary>Returns a place for the last few tensors.</summary>
    public History Remember(int count) => Kept(new History(count));

    /// <summary>Runs each step in a scope of its own.</summary>
    public void EachStep(Action<int> step)
    {
        for (int i = 0; i < Steps; i++)
        {
            using TensorScope scope = TensorScope.Begin();
            step(i);
        }
    }

    /// <summary>Asks the model.</summary>
    public Tensor Denoise(Tensor x, double sigma) => Ask(x, sigma, false).Value;

    /// <summary>Asks the model with and without guidance.</summary>
    public (Tensor Denoised, Tensor Unconditional) DenoiseBoth(Tensor x, double sigma)
    {
        Denoised both = Ask(x, sigma, true);
        return (both.Value, both.Unconditional!);
    }

    /// <summary>Tells of a step.</summary>
    public void Report(int step, Tensor denoised, Tensor? x = null) => Report(step, Steps, Sigmas[Math.Min(step, Steps)], denoised, x);

    /// <summary>Tells of a step that is none of the list's.</summary>
    public void Report(int step, int total, double sigma, Tensor denoised, Tensor? x = null) =>
        _onStep?.Invoke(new SamplerStep(step, total, (float)sigma, x ?? X, denoised));

    /// <summary>Draws noise of deviation 1 from the run's own generator.</summary>
    public Tensor Draw()
    {
        _normal ??= new NormalSource(_seed);
        float[] values = new float[X.Count];
        _normal.Fill(values);
        return X.Backend.From(values, X.Shape);
    }

    /// <summary>Draws noise of deviation 1 that goes on where the initial noise of that seed ended, as a global generator does.</summary>
    public Tensor DrawAfterInitial(Shape shape)
    {
        if (_continued is null)
        {
            _continued = new NormalSource(_seed);
            _continued.Fill(new float[_initialCount]);
        }

        float[] values = new float[shape.Count];
        _continued.Fill(values);
        return X.Backend.From(values, shape);
    }

    /// <summary>Draws noise of deviation 1 from the run's Brownian path.</summary>
    public Tensor DrawBrownian(double sigma, double next)
    {
        _brownian ??= new BrownianNoise(_seed, checked((int)X.Count), _brownianMin ?? Sigmas.Where(value => value > 0).Min(), _brownianMax ?? Sigmas.Max());
        return X.Backend.From(_brownian.Draw((float)sigma, (float)next), X.Shape);
    }

    /// <summary>Lowers a first level of pure noise a little, since it has no logarithm of signal to noise.</summary>
    public void OffsetFirst()
    {
        // The Brownian path spans the levels as they were.
        (_brownianMin, _brownianMax) = (Sigmas.Where(value => value > 0).DefaultIfEmpty(0).Min(), Sigmas.Max());
        if (IsFlow && Sigmas.Length > 1 && Sigmas[0] >= 1)
        {
            Sigmas = [Sampling.PercentToSigma(1e-4), .. Sigmas[1..]];
        }
    }

    /// <summary>Returns half the logarithm of signal to noise.</summary>
    public double Lambda(double sigma) => IsFlow ? Math.Log((1 - sigma) / sigma) : -Math.Log(sigma);

    /// <summary>Returns the level of half a logarithm of signal to noise.</summary>
    public double SigmaOf(double lambda) => IsFlow ? 1 / (1 + Math.Exp(lambda)) : Math.Exp(-lambda);

    /// <summary>Returns the picture's share at a level.</summary>
    public double Alpha(double sigma) => IsFlow ? 1 - sigma : 1;

    public void Dispose()
    {
        _x.Dispose();
        _kept.ForEach(kept => kept.Dispose());
    }

    private Denoised Ask(Tensor x, double sigma, bool needsUnconditional)
    {
        _cancellation.ThrowIfCancellationRequested();
        return _model.Denoise(x, (float)sigma, needsUnconditional);
    }

    private T Kept<T>(T kept)
        where T : IDisposable
    {
        _kept.Add(kept);
        return kept;
    }
}
