using Vortex.Tensors;

namespace Vortex.Diffusion.Vae;

/// <summary>A network between pictures and latents, without the cropping, tiling and clamping that <see cref="Autoencoder"/> does around it.</summary>
public abstract class VaeNetwork
{
    /// <summary>Gets the channels of a latent.</summary>
    public abstract int LatentChannels { get; }

    /// <summary>Gets the pixels along one side of a latent value.</summary>
    public abstract int Scale { get; }

    /// <summary>Gets what computes.</summary>
    public abstract ITensorBackend Backend { get; }

    /// <summary>Gets whether it can make latents.</summary>
    public abstract bool CanEncode { get; }

    /// <summary>Gets whether it can make pictures.</summary>
    public abstract bool CanDecode { get; }

    /// <summary>Returns the mean latent: [batch, latent channels, height / scale, width / scale].</summary>
    /// <param name="pixels">[batch, 3, height, width], -1 to 1; sizes are multiples of <see cref="Scale"/>.</param>
    /// <param name="cancellationToken">Looked at between blocks.</param>
    public abstract Tensor Encode(Tensor pixels, CancellationToken cancellationToken = default);

    /// <summary>Returns a picture, about -1 to 1 and not clamped: [batch, 3, height * scale, width * scale].</summary>
    /// <param name="latent">[batch, latent channels, height, width].</param>
    /// <param name="cancellationToken">Looked at between blocks.</param>
    public abstract Tensor Decode(Tensor latent, CancellationToken cancellationToken = default);

    /// <summary>Estimates the most memory that decoding one latent takes beside the weights, in bytes.</summary>
    /// <param name="height">Rows of the latent.</param>
    /// <param name="width">Columns of the latent.</param>
    public abstract long DecodeBytes(int height, int width);

    /// <summary>Estimates the most memory that encoding one picture takes beside the weights, in bytes.</summary>
    /// <param name="height">Rows of the picture.</param>
    /// <param name="width">Columns of the picture.</param>
    public abstract long EncodeBytes(int height, int width);
}
