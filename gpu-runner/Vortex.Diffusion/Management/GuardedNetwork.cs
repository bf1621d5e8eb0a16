using Vortex.Diffusion.Networks;
using Vortex.Diffusion.Vae;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Management;

/// <summary>Looks at what a network gives: a damaged weight is then an error that names it, and not a black picture.</summary>
/// <param name="network">The network.</param>
/// <param name="weights">What it was made of.</param>
/// <param name="name">Its file, for the message.</param>
internal sealed class GuardedNetwork(IDiffusionNetwork network, IWeightSource weights, string name) : IDiffusionNetwork
{
    public Tensor Forward(NetworkInput input)
    {
        Tensor result = network.Forward(input);
        if (!FiniteCheck.IsFinite(result))
        {
            Explain(input);
        }

        return result;
    }

    public long PeakBytes(int batch, int height, int width) => network.PeakBytes(batch, height, width);

    // What came in as no number is not the network's fault: samplers may hand it on, as the reference's do.
    private void Explain(NetworkInput input)
    {
        if (!FiniteCheck.IsFinite(input.Latent) || !FiniteCheck.IsFinite(input.Timesteps))
        {
            return;
        }

        if (!FiniteCheck.IsFinite(input.Context) || (input.Vector is { } vector && !FiniteCheck.IsFinite(vector)))
        {
            throw new DiffusionException(DiffusionCodes.WeightsNotFinite, "The encoded prompt holds values that are no numbers: the text encoder's file may be damaged. Check it with 'vortex models verify'.");
        }

        throw Damage.Of(weights, name);
    }
}

/// <summary>The same for an autoencoder.</summary>
internal sealed class GuardedVae(VaeNetwork network, IWeightSource weights, string name) : VaeNetwork
{
    public override int LatentChannels => network.LatentChannels;

    public override int Scale => network.Scale;

    public override ITensorBackend Backend => network.Backend;

    public override bool CanEncode => network.CanEncode;

    public override bool CanDecode => network.CanDecode;

    public override Tensor Encode(Tensor pixels, CancellationToken cancellationToken = default) => Checked(pixels, network.Encode(pixels, cancellationToken));

    public override Tensor Decode(Tensor latent, CancellationToken cancellationToken = default) => Checked(latent, network.Decode(latent, cancellationToken));

    public override long DecodeBytes(int height, int width) => network.DecodeBytes(height, width);

    public override long EncodeBytes(int height, int width) => network.EncodeBytes(height, width);

    private Tensor Checked(Tensor input, Tensor result) =>
        FiniteCheck.IsFinite(result) || !FiniteCheck.IsFinite(input) ? result : throw Damage.Of(weights, name);
}

/// <summary>Makes the error for a network that gave no numbers.</summary>
internal static class Damage
{
    /// <summary>Looks for the weight at fault.</summary>
    public static DiffusionException Of(IWeightSource weights, string name)
    {
        string? wrong = weights.Names.Order(StringComparer.Ordinal).FirstOrDefault(key => weights.Load(key) is var weight && weight.DType.IsFloat() && !FiniteCheck.IsFinite(weight));
        return new DiffusionException(
            DiffusionCodes.WeightsNotFinite,
            wrong is null
                ? $"The network of '{name}' gave values that are no numbers, though its weights are numbers. Use weaker patches or a lower guidance scale."
                : $"The weight '{wrong}' of '{name}' holds values that are no numbers. Download the file again.");
    }
}
