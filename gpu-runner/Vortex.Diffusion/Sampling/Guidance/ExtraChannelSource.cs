using Vortex.Diffusion.Conditioning;
using Vortex.Tensors;

namespace Vortex.Diffusion.Sampling.Guidance;

/// <summary>Makes what inpainting and editing models see beside the noisy latent.</summary>
internal static class ExtraChannelSource
{
    // A grey picture as Stable Diffusion's autoencoder encodes it, in the model's scale.
    private static readonly float[] s_grey = [0.8223f, -0.6876f, 0.6364f, 0.1380f];

    /// <summary>Returns [batch, channels, height, width], or null for models that see nothing more.</summary>
    public static Tensor? Make(DiffusionModel model, ConditioningEntry entry, Shape shape, Tensor latent, Tensor? mask) => model.Extra switch
    {
        ExtraChannels.None => null,
        ExtraChannels.Inpaint => Inpaint(model, entry, shape, latent, mask),
        _ => Picture(model, entry, shape),
    };

    private static Tensor Inpaint(DiffusionModel model, ConditioningEntry entry, Shape shape, Tensor latent, Tensor? noiseMask)
    {
        ITensorBackend backend = model.Backend;
        Tensor? mask = entry.ConcatMask ?? noiseMask;
        if (mask is null)
        {
            Tensor grey = backend.From(s_grey, [1, s_grey.Length, 1, 1]).Expand(shape[0], s_grey.Length, shape[2], shape[3]);
            return backend.Concat([backend.Full(shape.With(1, 1), 1), grey], 1);
        }

        Tensor channel = mask.Rank == 4 ? mask.Slice(1, 0, 1) : mask;
        channel = Fit(channel.Reshape(-1, 1, mask.Shape[-2], mask.Shape[-1]), shape).Map(UnaryOp.Round);
        Tensor picture = entry.ConcatLatent is { } given ? model.Latents.ToNetwork(given) : latent;
        return backend.Concat([SampledLatent.RepeatTo(channel, shape[0]), SampledLatent.RepeatTo(Fit(picture, shape), shape[0])], 1);
    }

    private static Tensor Picture(DiffusionModel model, ConditioningEntry entry, Shape shape)
    {
        if (entry.ConcatLatent is not { } given)
        {
            return model.Backend.Full(shape, 0);
        }

        Tensor picture = SampledLatent.RepeatTo(Fit(given, shape), shape[0]);
        return model.Extra == ExtraChannels.InstructPictureScaled ? model.Latents.ToNetwork(picture) : picture.Clone();
    }

    // Cut at both sides to the latent's proportions, then scaled.
    private static Tensor Fit(Tensor picture, Shape shape)
    {
        (int oldHeight, int oldWidth, int height, int width) = (picture.Shape[2], picture.Shape[3], shape[2], shape[3]);
        if (oldHeight == height && oldWidth == width)
        {
            return picture;
        }

        double oldAspect = (double)oldWidth / oldHeight;
        double aspect = (double)width / height;
        int x = oldAspect > aspect ? (int)Math.Round((oldWidth - (oldWidth * (aspect / oldAspect))) / 2, MidpointRounding.ToEven) : 0;
        int y = oldAspect < aspect ? (int)Math.Round((oldHeight - (oldHeight * (oldAspect / aspect))) / 2, MidpointRounding.ToEven) : 0;
        Tensor cut = picture.Slice(2, y, oldHeight - (2 * y)).Slice(3, x, oldWidth - (2 * x));
        return SampledLatent.Scale(cut, height, width);
    }
}
