using System.Collections.Immutable;
using Vortex.Tensors;

namespace Vortex.Diffusion.Detection;

/// <summary>How a family's latents are scaled for its network, and how they look as rough colours. Compared by its name.</summary>
/// <param name="Name">ComfyUI's name of it.</param>
public sealed record LatentFormat(string Name)
{
    /// <summary>Gets the channels.</summary>
    public int Channels { get; init; } = 4;

    /// <summary>Gets the pixels that one latent pixel stands for, along one edge.</summary>
    public int Downscale { get; init; } = 8;

    /// <summary>Gets the factor on the way in.</summary>
    public required float Scale { get; init; }

    /// <summary>Gets what is taken off before scaling.</summary>
    public float Shift { get; init; }

    /// <summary>Gets the mean of each channel, or nothing.</summary>
    public ImmutableArray<float> Mean { get; init; } = [];

    /// <summary>Gets the standard deviation of each channel, or nothing.</summary>
    public ImmutableArray<float> Spread { get; init; } = [];

    /// <summary>Gets red, green and blue of each channel, channel after channel, for rough previews.</summary>
    public ImmutableArray<float> RgbFactors { get; init; } = [];

    /// <summary>Gets what is added to red, green and blue; empty for nothing.</summary>
    public ImmutableArray<float> RgbBias { get; init; } = [];

    /// <summary>Gets how the file name of its tiny autoencoder's decoder begins, or null where there is none.</summary>
    public string? TinyDecoderName { get; init; }

    /// <summary>Compares names.</summary>
    public bool Equals(LatentFormat? other) => Name == other?.Name;

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <summary>Brings a latent as the autoencoder made it, [batch, channels, ..], into the network's range.</summary>
    public Tensor ToNetwork(Tensor latent)
    {
        using TensorScope scope = TensorScope.Begin();
        if (Mean.IsEmpty)
        {
            return scope.Keep((latent - Shift) * Scale);
        }

        return scope.Keep((latent - PerChannel(latent, Mean)) * Scale / PerChannel(latent, Spread));
    }

    /// <summary>Brings a latent of the network into the range that the autoencoder decodes.</summary>
    public Tensor FromNetwork(Tensor latent)
    {
        using TensorScope scope = TensorScope.Begin();
        if (Mean.IsEmpty)
        {
            return scope.Keep((latent / Scale) + Shift);
        }

        return scope.Keep((latent * PerChannel(latent, Spread) / Scale) + PerChannel(latent, Mean));
    }

    private static Tensor PerChannel(Tensor latent, ImmutableArray<float> values)
    {
        int[] shape = [.. Enumerable.Repeat(1, latent.Rank)];
        shape[1] = values.Length;
        return latent.Backend.From(values.AsSpan(), new Shape(shape));
    }
}
