using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Networks;

/// <summary>A network that steers a UNet by a picture: ControlNet or T2I-Adapter. Safe to use from several threads.</summary>
public abstract class ControlNetwork
{
    /// <summary>Pixels along one side of a latent value.</summary>
    protected const int LatentScale = 8;

    /// <summary>Gets whether it depends on the noisy latent. One that does not is asked once and its residuals are used in every step.</summary>
    public abstract bool SeesLatent { get; }

    /// <summary>Makes one of a file's weights; the kind is found from the keys.</summary>
    /// <param name="source">All of the file: a ControlNet in the original or diffusers' layout, or a T2I-Adapter.</param>
    /// <param name="model">The model it steers: says how many attention heads there are, which no weight tells.</param>
    /// <exception cref="DiffusionException">The kind is not known or not supported, or weights are missing.</exception>
    public static ControlNetwork Load(IWeightSource source, UNetConfig model)
    {
        if (T2IAdapter.IsIn(source))
        {
            return T2IAdapter.Load(source);
        }

        return ControlNet.Load(source, model);
    }

    /// <summary>Fits a hint to a latent and computes what does not depend on the latent's values.</summary>
    /// <param name="hint">[batch, 3, height, width], 0 to 1, any size: scaled by nearest pixels, what is too wide or high is cut at both sides.</param>
    /// <param name="latentHeight">Rows of the latent.</param>
    /// <param name="latentWidth">Columns of the latent.</param>
    /// <returns>Good for any number of steps at that size. To be disposed of.</returns>
    /// <exception cref="DiffusionException">The hint has no pixels or the wrong channels.</exception>
    public abstract ControlHint Prepare(Tensor hint, int latentHeight, int latentWidth);

    /// <summary>Computes the residuals, and adds those of another control network.</summary>
    /// <param name="input">What the UNet will be asked. Of a latent with more channels (inpainting) the first ones are taken.</param>
    /// <param name="hint">From <see cref="Prepare"/>. Fewer hints than entries are repeated for each conditioning of the batch.</param>
    /// <param name="strength">What residuals are multiplied with.</param>
    /// <param name="previous">Residuals of the control network before this one; null for none.</param>
    public ControlResiduals Residuals(NetworkInput input, ControlHint hint, float strength, ControlResiduals? previous = null)
    {
        ControlResiduals own = Compute(input, hint).Scaled(strength);
        return previous is null ? own : own.Plus(previous);
    }

    /// <summary>As the other one, for a single evaluation.</summary>
    public ControlResiduals Residuals(NetworkInput input, Tensor hint, float strength, ControlResiduals? previous = null)
    {
        using ControlHint prepared = Prepare(hint, input.Latent.Shape[2], input.Latent.Shape[3]);
        return Residuals(input, prepared, strength, previous);
    }

    /// <summary>Computes the residuals at strength 1, in the caller's scope.</summary>
    protected abstract ControlResiduals Compute(NetworkInput input, ControlHint hint);

    /// <summary>Repeats hints for a batch: those of one picture for all; else as many as a conditioning has entries, for each conditioning.</summary>
    protected static Tensor Spread(Tensor hint, NetworkInput input)
    {
        int have = hint.Shape[0];
        int want = input.Latent.Shape[0];
        if (have == 1 || have == want)
        {
            return hint;
        }

        int groups = Math.Max(1, input.Kinds.Count);
        int[] indices = [.. Enumerable.Range(0, want).Select(i => i % Math.Max(1, want / groups) % have)];
        return hint.Backend.IndexSelect(hint, 0, indices);
    }

    /// <summary>Scales a hint by nearest pixels to fill a size, and cuts what sticks out, the same at both sides.</summary>
    protected static Tensor Fit(Tensor hint, int height, int width)
    {
        if (hint.Rank != 4 || hint.Count == 0)
        {
            throw new DiffusionException(DiffusionCodes.Mismatch, $"A hint of shape {hint.Shape} is no picture.", "image");
        }

        (int oldHeight, int oldWidth) = (hint.Shape[2], hint.Shape[3]);
        double oldAspect = (double)oldWidth / oldHeight;
        double aspect = (double)width / height;
        int x = oldAspect > aspect ? (int)Math.Round((oldWidth - (oldWidth * (aspect / oldAspect))) / 2, MidpointRounding.ToEven) : 0;
        int y = oldAspect < aspect ? (int)Math.Round((oldHeight - (oldHeight * (oldAspect / aspect))) / 2, MidpointRounding.ToEven) : 0;
        Tensor cut = hint.Slice(2, y, oldHeight - (2 * y)).Slice(3, x, oldWidth - (2 * x));
        return hint.Backend.Interpolate(cut, height, width, InterpolationMode.NearestExact);
    }
}

/// <summary>A hint that a control network has looked at already.</summary>
/// <param name="pixels">The picture as the network sees it.</param>
/// <param name="features">What it computed; owned.</param>
public sealed class ControlHint(Tensor pixels, IReadOnlyList<Tensor?> features) : IDisposable
{
    /// <summary>Gets the picture as the network sees it: [batch, channels, height, width].</summary>
    public Tensor Pixels { get; } = pixels.Detach();

    /// <summary>Gets what the network computed of it; entries may be null.</summary>
    public IReadOnlyList<Tensor?> Features { get; } = [.. features.Select(feature => feature?.Detach())];

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        Pixels.Dispose();
        foreach (Tensor? feature in Features)
        {
            feature?.Dispose();
        }
    }
}
