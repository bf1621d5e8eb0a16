using Vortex.Tensors;

namespace Vortex.Diffusion.Latents;

/// <summary>Lays one latent over another.</summary>
public static class LatentCompositing
{
    /// <summary>Lays <paramref name="source"/> over <paramref name="target"/> at a place, edges inside of the target fading out.</summary>
    /// <param name="target">What is laid under: [batch, channels, height, width].</param>
    /// <param name="source">What is laid over: of the same batch, or of one entry.</param>
    /// <param name="x">Column of the target the source begins at.</param>
    /// <param name="y">Row of the target the source begins at.</param>
    /// <param name="feather">How many places the fade is wide; 0 for none.</param>
    /// <returns>A new tensor.</returns>
    public static Tensor Paste(Tensor target, Tensor source, int x, int y, int feather)
    {
        LatentResizing.CheckChannels(target, source);
        if (source.Shape[0] != 1 && source.Shape[0] != target.Shape[0])
        {
            throw new DiffusionException(
                DiffusionCodes.Mismatch, $"{source.Shape[0]} latents cannot be laid over {target.Shape[0]}; use as many, or one.", "samples_from");
        }

        ITensorBackend backend = target.Backend;
        Tensor result = target.Clone();
        if (x >= target.Shape[3] || y >= target.Shape[2])
        {
            return result;
        }

        (int height, int width) = (Math.Min(source.Shape[2], target.Shape[2] - y), Math.Min(source.Shape[3], target.Shape[3] - x));
        Tensor over = source.Slice(2, 0, height).Slice(3, 0, width);
        Tensor place = result.Slice(2, y, height).Slice(3, x, width);
        if (feather == 0)
        {
            backend.CopyInto(place, over);
            return result;
        }

        float[] rows = Fade(height, feather, y != 0, y + height < target.Shape[2]);
        float[] columns = Fade(width, feather, x != 0, x + width < target.Shape[3]);
        Tensor mask = backend.From(rows, [1, 1, height, 1]) * backend.From(columns, [1, 1, 1, width]);
        backend.CopyInto(place, (over * mask) + (place * (-mask + 1f)));
        return result;
    }

    /// <summary>Lays <paramref name="source"/> over <paramref name="target"/> where a mask says so.</summary>
    /// <param name="target">What is laid under: [batch, channels, height, width]; it gives the size and the number.</param>
    /// <param name="source">What is laid over.</param>
    /// <param name="x">Column of the target the source begins at, not negative.</param>
    /// <param name="y">Row of the target the source begins at, not negative.</param>
    /// <param name="mask">[batch, 1, height, width], scaled to the source; null for all of it.</param>
    /// <param name="resizeSource">Whether the source is first stretched over the target.</param>
    /// <returns>A new tensor.</returns>
    public static Tensor PasteMasked(Tensor target, Tensor source, int x, int y, Tensor? mask, bool resizeSource)
    {
        LatentResizing.CheckChannels(target, source);
        ITensorBackend backend = target.Backend;
        Tensor over = resizeSource ? backend.Interpolate(source, target.Shape[2], target.Shape[3], InterpolationMode.Bilinear) : source;
        over = LatentResizing.RepeatTo(over, target.Shape[0]);
        Tensor result = target.Clone();
        if (x >= target.Shape[3] || y >= target.Shape[2])
        {
            return result;
        }

        (int height, int width) = (Math.Min(over.Shape[2], target.Shape[2] - y), Math.Min(over.Shape[3], target.Shape[3] - x));
        Tensor shown = over.Slice(2, 0, height).Slice(3, 0, width);
        Tensor place = result.Slice(2, y, height).Slice(3, x, width);
        if (mask is null)
        {
            backend.CopyInto(place, shown);
            return result;
        }

        Tensor scaled = backend.Interpolate(mask, over.Shape[2], over.Shape[3], InterpolationMode.Bilinear);
        scaled = LatentResizing.RepeatTo(scaled, over.Shape[0]).Slice(2, 0, height).Slice(3, 0, width);
        backend.CopyInto(place, (scaled * shown) + ((-scaled + 1f) * place));
        return result;
    }

    // Both fades multiply where they meet. Where the fade is wider than the source, places count from behind as Python counts them.
    private static float[] Fade(int length, int feather, bool atStart, bool atEnd)
    {
        float[] fade = new float[length];
        Array.Fill(fade, 1);
        for (int t = 0; t < feather; t++)
        {
            float factor = (float)(1.0 / feather * (t + 1));
            if (atStart && t < length)
            {
                fade[t] *= factor;
            }

            int last = length - 1 - t;
            last = last < -1 ? last + length : last;
            if (atEnd && last >= 0)
            {
                fade[last] *= factor;
            }
        }

        return fade;
    }
}
