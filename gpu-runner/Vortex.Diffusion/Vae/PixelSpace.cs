using Vortex.Tensors;

namespace Vortex.Diffusion.Vae;

/// <summary>No autoencoder: a latent is the picture itself, three channels from -1 to 1 at full size. For models that work on pixels.</summary>
/// <param name="backend">What computes.</param>
public sealed class PixelSpace(ITensorBackend backend) : VaeNetwork
{
    /// <inheritdoc/>
    public override int LatentChannels => 3;

    /// <inheritdoc/>
    public override int Scale => 1;

    /// <inheritdoc/>
    public override ITensorBackend Backend => backend;

    /// <inheritdoc/>
    public override bool CanEncode => true;

    /// <inheritdoc/>
    public override bool CanDecode => true;

    /// <inheritdoc/>
    public override Tensor Encode(Tensor pixels, CancellationToken cancellationToken = default) => pixels.Clone();

    /// <inheritdoc/>
    public override Tensor Decode(Tensor latent, CancellationToken cancellationToken = default) => latent.Clone();

    /// <inheritdoc/>
    public override long DecodeBytes(int height, int width) => EncodeBytes(height, width);

    /// <inheritdoc/>
    public override long EncodeBytes(int height, int width) => (long)height * width * 3 * sizeof(float);
}
