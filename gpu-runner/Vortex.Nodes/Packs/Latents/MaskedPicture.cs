using Vortex.Imaging;
using Vortex.Nodes.Packs.Tensors;
using Vortex.Tensors;

namespace Vortex.Nodes.Packs.Latents;

/// <summary>A picture and the mask of what is painted anew, both cut to whole places of a latent.</summary>
/// <param name="Whole">The picture as it came: [batch, 3, height, width].</param>
/// <param name="Blanked">The picture cut, grey where the mask is.</param>
/// <param name="Mask">The mask scaled to the picture and cut: [batch, 1, height, width].</param>
internal sealed record MaskedPicture(Tensor Whole, Tensor Blanked, Tensor Mask)
{
    /// <summary>Prepares a picture and a mask.</summary>
    internal static MaskedPicture Of(ImageBatch pixels, MaskBatch mask, int scale, ITensorBackend backend)
    {
        Tensor whole = PictureTensors.ToTensor(pixels, backend);
        Tensor scaled = backend.Interpolate(PictureTensors.ToTensor(mask, backend), pixels.Height, pixels.Width, InterpolationMode.Bilinear);
        (Tensor picture, Tensor shown) = (Cut(whole, scale), Cut(scaled, scale));
        Tensor kept = -shown.Map(UnaryOp.Round) + 1f;
        return new(whole, ((picture - 0.5f) * kept) + 0.5f, shown);
    }

    /// <summary>Cuts to multiples of the scale, the same on both sides.</summary>
    internal static Tensor Cut(Tensor picture, int scale)
    {
        (int height, int width) = (picture.Shape[2] / scale * scale, picture.Shape[3] / scale * scale);
        return picture.Shape[2] == height && picture.Shape[3] == width
            ? picture
            : picture.Slice(2, picture.Shape[2] % scale / 2, height).Slice(3, picture.Shape[3] % scale / 2, width);
    }

    /// <summary>Grows a mask by so many pixels and rounds it.</summary>
    internal static Tensor Grown(Tensor mask, int by)
    {
        if (by == 0)
        {
            return mask.Map(UnaryOp.Round);
        }

        ITensorBackend backend = mask.Backend;
        // A sum over a square that is more than 0 is 1; an even square reaches one pixel further to the left and the top.
        int padding = by / 2;
        Tensor sum = backend.Conv2d(mask.Map(UnaryOp.Round), backend.Full([1, 1, by, by], 1), null, new ConvOptions(Padding: padding));
        return sum.Clamp(0, 1).Slice(2, 0, mask.Shape[2]).Slice(3, 0, mask.Shape[3]).Map(UnaryOp.Round);
    }
}
