using System.Collections.Immutable;
using Vortex.Tensors;

namespace Vortex.Diffusion.Latents;

/// <summary>Latent pictures, and what is known of them. ComfyUI's LATENT. Tensors are detached and never changed, so it may be shared freely.</summary>
public sealed record LatentBatch
{
    /// <summary>Gets the values: float32 [batch, channels, height, width], never scaled by a latent format.</summary>
    public required Tensor Samples { get; init; }

    /// <summary>Gets where noise goes: float32 [batch, 1, height, width] of any size, 1 is changed and 0 is kept; null for everywhere.</summary>
    public Tensor? NoiseMask { get; init; }

    /// <summary>Gets which numbers the pictures had in the batch they were made in, one per picture; null for 0, 1, 2, …</summary>
    /// <remarks>Noise depends on it: a picture taken out of a batch gets the noise it had there.</remarks>
    public ImmutableArray<int>? BatchIndex { get; init; }

    /// <summary>Gets the number of pictures.</summary>
    public int Count => Samples.Shape[0];

    /// <summary>Gets the values per place.</summary>
    public int Channels => Samples.Shape[1];

    /// <summary>Gets the rows.</summary>
    public int Height => Samples.Shape[2];

    /// <summary>Gets the columns.</summary>
    public int Width => Samples.Shape[3];
}
