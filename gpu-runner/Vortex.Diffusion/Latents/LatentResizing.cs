using Vortex.Tensors;

namespace Vortex.Diffusion.Latents;

/// <summary>How values between the places of a latent are found.</summary>
public enum LatentResizeMethod
{
    /// <summary>The place whose middle is nearest.</summary>
    NearestExact,

    /// <summary>Linear in both directions.</summary>
    Bilinear,

    /// <summary>The mean of what falls into a place.</summary>
    Area,

    /// <summary>Cubic convolution.</summary>
    Bicubic,

    /// <summary>Spherical between neighbours: directions turn, lengths go over linearly.</summary>
    Bislerp,
}

/// <summary>Gives latents another size.</summary>
public static class LatentResizing
{
    /// <summary>Scales [batch, channels, height, width].</summary>
    /// <param name="x">What is scaled.</param>
    /// <param name="width">New width, in places of the latent.</param>
    /// <param name="height">New height.</param>
    /// <param name="method">How.</param>
    /// <param name="cropCentre">Whether the middle is cut out first to keep proportions.</param>
    /// <returns>A new tensor, or a view of <paramref name="x"/>.</returns>
    /// <exception cref="DiffusionException">The result would be empty or too large.</exception>
    public static Tensor Resize(Tensor x, int width, int height, LatentResizeMethod method, bool cropCentre = false)
    {
        LatentLimits.Checked(x.Shape[0], x.Shape[1], height, width);
        Tensor cut = cropCentre ? CropCentre(x, width, height) : x;
        return method == LatentResizeMethod.Bislerp
            ? Bislerp.Resize(cut, width, height)
            : x.Backend.Interpolate(cut, height, width, method switch
            {
                LatentResizeMethod.NearestExact => InterpolationMode.NearestExact,
                LatentResizeMethod.Bilinear => InterpolationMode.Bilinear,
                LatentResizeMethod.Area => InterpolationMode.Area,
                _ => InterpolationMode.Bicubic,
            });
    }

    /// <summary>Brings a second latent to the first one's size and channels' place, where it has another one.</summary>
    public static Tensor Like(Tensor x, Tensor first, LatentResizeMethod method)
    {
        CheckChannels(first, x);
        return x.Shape[2] == first.Shape[2] && x.Shape[3] == first.Shape[3] ? x : Resize(x, first.Shape[3], first.Shape[2], method, cropCentre: true);
    }

    /// <summary>Repeats a batch from its start, or cuts it, to so many entries.</summary>
    public static Tensor RepeatTo(Tensor x, int count)
    {
        int have = x.Shape[0];
        if (have == count)
        {
            return x;
        }

        if (have > count)
        {
            return x.Slice(0, 0, count);
        }

        int[] indices = new int[count];
        for (int i = 0; i < count; i++)
        {
            indices[i] = i % have;
        }

        return x.Backend.IndexSelect(x, 0, indices);
    }

    /// <summary>Refuses two latents of different families.</summary>
    /// <exception cref="DiffusionException">They have different numbers of channels: <see cref="DiffusionCodes.Mismatch"/>.</exception>
    public static void CheckChannels(Tensor first, Tensor second)
    {
        if (first.Shape[1] != second.Shape[1])
        {
            throw new DiffusionException(
                DiffusionCodes.Mismatch, $"One latent has {first.Shape[1]} channels, the other {second.Shape[1]}: they belong to different families of models. Use latents of one family.");
        }
    }

    // Cuts off what sticks out of the new proportions; halves round to even, as Python rounds.
    private static Tensor CropCentre(Tensor x, int width, int height)
    {
        (int oldWidth, int oldHeight) = (x.Shape[3], x.Shape[2]);
        double oldAspect = (double)oldWidth / oldHeight;
        double newAspect = (double)width / height;
        if (oldAspect > newAspect)
        {
            int left = (int)Math.Round((oldWidth - (oldWidth * (newAspect / oldAspect))) / 2, MidpointRounding.ToEven);
            return x.Slice(3, left, oldWidth - (2 * left));
        }

        if (oldAspect < newAspect)
        {
            int top = (int)Math.Round((oldHeight - (oldHeight * (oldAspect / newAspect))) / 2, MidpointRounding.ToEven);
            return x.Slice(2, top, oldHeight - (2 * top));
        }

        return x;
    }
}
