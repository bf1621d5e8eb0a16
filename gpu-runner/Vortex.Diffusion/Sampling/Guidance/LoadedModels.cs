using System.Collections.Immutable;
using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Detection;
using Vortex.Diffusion.Management;
using Vortex.Diffusion.Networks;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Sampling.Schedules;
using Vortex.Diffusion.Vision;
using Vortex.Tensors;

namespace Vortex.Diffusion.Sampling.Guidance;

/// <summary>Makes models that can be sampled of networks that were loaded.</summary>
public static class LoadedModels
{
    private const int SizeWaves = 256;

    /// <summary>Says how a loaded network is sampled: by what was detected of its file, then by the options of its recipe.</summary>
    /// <param name="loaded">The network. It must stay leased while the result is used.</param>
    /// <param name="backend">What computes.</param>
    /// <param name="options">The options of the model's recipe.</param>
    /// <param name="controls">Loads control networks; null where none can be used.</param>
    /// <param name="hypernetworks">Loads hypernetworks, which stay loaded while the result is used; null where none can be used.</param>
    /// <exception cref="DiffusionException">The family is not supported, or an option is out of range.</exception>
    public static DiffusionModel ForSampling(
        this LoadedModel loaded, ITensorBackend backend, ImmutableArray<OptionRecipe> options, Func<ControlRecipe, ControlNetwork>? controls = null,
        Func<ModelFileRef, Hypernetwork>? hypernetworks = null)
    {
        ModelFamily family = loaded.Detected.SupportedFamily();
        DiffusionModel model = new DiffusionModel
        {
            Network = loaded.Network,
            Backend = backend,
            Sampling = Sampling(loaded.Detected, family),
            Latents = loaded.Detected.Latents ?? family.Latents ?? LatentFormats.Sd15,
            ModelChannels = loaded.Config.ModelChannels,
            TextWidth = loaded.Config.ContextDim,
            Extra = Extra(loaded, family),
            Vector = Vector(loaded.Config, family),
            BetaStart = family.LinearStart,
            BetaEnd = family.LinearEnd,
            Controls = controls,
        }.WithOptions(options);
        IAttentionHook[] hooks =
        [
            .. options.Where(option => option.Name == ModelOptions.Hypernetwork).Select(option =>
                (hypernetworks ?? throw new DiffusionException(DiffusionCodes.Mismatch, "This model cannot take a hypernetwork here.", "model"))(
                    new ModelFileRef(option.Text("folder"), option.Text("name"), option.Text("digest"))).Hook((float)option.Number("strength"))),
        ];
        return hooks.Length == 0 ? model : model with { Hooks = model.Hooks with { Attention = [.. model.Hooks.Attention, .. hooks] } };
    }

    private static ModelSampling Sampling(DetectedModel detected, ModelFamily family) => detected.Prediction switch
    {
        Prediction.Velocity => DiscreteSampling.Create(PredictionKind.Velocity, detected.IsZeroTerminal, family.LinearStart, family.LinearEnd),
        Prediction.Edm => ContinuousSampling.Logarithmic(PredictionKind.Edm, 0.002, 80, 0.5f),
        Prediction.VelocityEdm => ContinuousSampling.Logarithmic(PredictionKind.Velocity, 0.002, 120),
        _ => DiscreteSampling.Create(PredictionKind.Noise, detected.IsZeroTerminal, family.LinearStart, family.LinearEnd),
    };

    private static ExtraChannels Extra(LoadedModel loaded, ModelFamily family) => loaded.Config.InChannels switch
    {
        4 => ExtraChannels.None,
        8 => family.Name == ModelFamilies.SdxlInstructPix2Pix.Name ? ExtraChannels.InstructPictureScaled : ExtraChannels.InstructPicture,
        9 => ExtraChannels.Inpaint,
        int other => throw new DiffusionException(
            DiffusionCodes.FamilyUnsupported, $"'{loaded.Detected.File}' is a model of {other} input channels; those of 4, 8 (editing) and 9 (inpainting) can be sampled.", "model"),
    };

    private static Func<VectorRequest, Tensor>? Vector(UNetConfig config, ModelFamily family)
    {
        if (config.AdmInChannels is not { } width)
        {
            return null;
        }

        if (family.NoiseAugmentationWidth is not null)
        {
            return request => UnclipVector.Create(request.Model.Backend, request.Entry.Unclip, width, request.Seed);
        }

        bool isRefiner = family.Name == ModelFamilies.SdxlRefiner.Name;
        return request =>
        {
            Tensor pooled = Pooled(request, width - ((isRefiner ? 5 : 6) * SizeWaves));
            SizeConditioning sizes = request.Entry.Sizes ?? VectorConditioning.SizesOf(request.Width, request.Height);
            float score = request.Entry.AestheticScore ?? (request.IsNegative ? VectorConditioning.NegativeScore : VectorConditioning.PositiveScore);
            return isRefiner ? VectorConditioning.Refiner(pooled, sizes, score) : VectorConditioning.Base(pooled, sizes);
        };
    }

    private static Tensor Pooled(VectorRequest request, int width) => request.Entry.Pooled is { } pooled && pooled.Shape[-1] == width
        ? pooled
        : throw new DiffusionException(
            DiffusionCodes.Mismatch,
            $"The prompt was encoded for another family: the model takes a pooled text {width} wide, the prompt has {request.Entry.Pooled?.Shape[-1].ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}. Encode it with the text encoder of the model's checkpoint.",
            request.IsNegative ? "negative" : "positive");
}
