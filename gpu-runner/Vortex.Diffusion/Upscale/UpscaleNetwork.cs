using Vortex.Diffusion.Networks;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Upscale;

/// <summary>A network that enlarges pictures. Safe to use from several threads.</summary>
public abstract class UpscaleNetwork
{
    /// <summary>Gets the factor between the sizes: 1, 2, 4, 8, ….</summary>
    public abstract int Scale { get; }

    /// <summary>Gets the channels of a picture.</summary>
    public abstract int Channels { get; }

    /// <summary>Gets what computes.</summary>
    public abstract ITensorBackend Backend { get; }

    /// <summary>Gets what both sides of a picture are brought to a multiple of before it is enlarged; 1 for any size.</summary>
    public virtual int Multiple => 1;

    /// <summary>Makes one of a file's weights: ESRGAN and Real-ESRGAN in their old and new layouts, or the compact networks of Real-ESRGAN.</summary>
    /// <exception cref="DiffusionException">The kind is not known, or weights are missing.</exception>
    public static UpscaleNetwork Load(IWeightSource source)
    {
        source = WithoutWrapping(source);
        WeightSet weights = new(source);
        if (RrdbLayout.Find(source) is { } layout)
        {
            return new RrdbNet(weights, layout);
        }

        return CompactNet.IsIn(source)
            ? new CompactNet(weights)
            : throw new DiffusionException(
                DiffusionCodes.FamilyUnsupported,
                "The file holds no upscaler of a supported kind. ESRGAN, Real-ESRGAN (RRDB) and Real-ESRGAN compact (SRVGG) are; transformers such as SwinIR, HAT and DAT are not yet.",
                "model_name");
    }

    /// <summary>Returns the enlarged picture, not clamped: [batch, channels, height * scale, width * scale].</summary>
    /// <param name="x">[batch, channels, height, width], 0 to 1, any size.</param>
    /// <param name="cancellationToken">Looked at between blocks.</param>
    public abstract Tensor Forward(Tensor x, CancellationToken cancellationToken = default);

    /// <summary>Mirrors a picture at its lower and right end until both sides are multiples of a number; returns the picture itself where they are.</summary>
    internal static Tensor PadToMultiple(Tensor x, int multiple)
    {
        (int bottom, int right) = ((multiple - (x.Shape[2] % multiple)) % multiple, (multiple - (x.Shape[3] % multiple)) % multiple);

        // A picture of few rows has nothing to mirror.
        PadMode mode = x.Shape[2] > bottom && x.Shape[3] > right ? PadMode.Reflect : PadMode.Replicate;
        return bottom + right == 0 ? x : x.Backend.Pad(x, [0, right, 0, bottom], mode);
    }

    // Training writes its weights below a name that says which of several they are.
    private static IWeightSource WithoutWrapping(IWeightSource source)
    {
        foreach (string prefix in (string[])["params_ema.", "params.", "model_state_dict.", "state_dict.", "module."])
        {
            if (source.Names.Any(name => name.StartsWith(prefix, StringComparison.Ordinal)))
            {
                source = RenamedWeights.Below(source, prefix);
            }
        }

        return source;
    }
}
