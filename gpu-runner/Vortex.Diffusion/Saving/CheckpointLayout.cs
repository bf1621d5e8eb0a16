using System.Text.Json;
using Vortex.Diffusion.Detection;
using Vortex.Diffusion.Files;
using Vortex.Diffusion.Management;
using Vortex.Diffusion.Networks;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Text;
using Vortex.Diffusion.Vae;
using Vortex.Tensors;

namespace Vortex.Diffusion.Saving;

/// <summary>Says under which keys models are written: those of the original checkpoints of their families, whatever they were read from.</summary>
internal static class CheckpointLayout
{
    private const string VaePrefix = "first_stage_model.";

    /// <summary>Lists a checkpoint.</summary>
    public static IReadOnlyList<SavedFile> Checkpoint(WeightBuilder builder, ModelRecipe model, TextRecipe? text, VaeRecipe? vae)
    {
        NetworkWeights network = builder.Network(model);
        List<SavedWeight> weights = [.. network.Weights.Names.Order(StringComparer.Ordinal).Select(name => SavedWeight.Of("model.diffusion_model." + name, network.Weights, name))];
        if (text is not null)
        {
            (NetworkWeights encoders, TextFamily family) = builder.Text(text);
            Expect(family, network.Detected);
            weights.AddRange(TextLayouts.InCheckpoint(encoders.Weights, family));
        }

        if (vae is not null)
        {
            weights.AddRange(VaeWeights(builder, vae, VaePrefix));
        }

        (Dictionary<string, string> facts, List<SafetensorsEntry> marks) = Facts(network.Detected, model);
        return [new SavedFile(weights, facts, marks)];
    }

    /// <summary>Lists an autoencoder.</summary>
    public static IReadOnlyList<SavedFile> Vae(WeightBuilder builder, VaeRecipe vae) => [new SavedFile([.. VaeWeights(builder, vae, "")], new Dictionary<string, string>())];

    /// <summary>Lists text encoders, a file each.</summary>
    public static IReadOnlyList<SavedFile> Text(WeightBuilder builder, TextRecipe text) =>
    [
        .. TextLayouts.Apart(builder.Text(text).Weights.Weights)
            .Select(encoder => new SavedFile(encoder.Weights, new Dictionary<string, string> { ["format"] = "pt" }) { Part = encoder.Encoder }),
    ];

    private static IEnumerable<SavedWeight> VaeWeights(WeightBuilder builder, VaeRecipe vae, string to)
    {
        OpenModelFile file = builder.Single(vae, ModelKind.Vae, ModelKind.Checkpoint, ModelKind.DiffusionModel);
        string prefix = file.Detected.VaePrefix ?? throw new DiffusionException(
            DiffusionCodes.WeightsMissing, $"'{file.File.Name}' holds no VAE. Load one with VAELoader and connect that.", "vae");
        RenamedWeights weights = RenamedWeights.Below(file.Weights, prefix);
        if (weights.ShapeOf(DiffusersVaeKeys.Mark) is not null)
        {
            int levels = DiffusersVaeKeys.Levels(weights.Names);
            weights = RenamedWeights.Of(weights, key => DiffusersVaeKeys.ToOriginal(key, levels));
        }

        // Diffusers has attention's maps as matrices, the original as convolutions.
        return weights.Names.Order(StringComparer.Ordinal).Select(name => name.Contains(".attn_1.", StringComparison.Ordinal) && name.EndsWith(".weight", StringComparison.Ordinal)
            ? SavedWeight.Convolution(to + name, weights, name)
            : SavedWeight.Of(to + name, weights, name));
    }

    private static void Expect(TextFamily text, DetectedModel model)
    {
        TextFamily? wanted = model.Family?.TextEncoders switch
        {
            [TextEncoderKind.ClipL] => TextFamily.Sd1,
            [TextEncoderKind.ClipH] => TextFamily.Sd2,
            [TextEncoderKind.ClipG] => TextFamily.SdxlRefiner,
            [TextEncoderKind.ClipL, TextEncoderKind.ClipG] => TextFamily.Sdxl,
            _ => null,
        };
        if (wanted != text)
        {
            throw new DiffusionException(
                DiffusionCodes.Mismatch, $"The text encoder is that of another family ({text}) than the model ({model.Family}), so no program could load both from one file. Connect the model's own.", "clip");
        }
    }

    private static (Dictionary<string, string> Facts, List<SafetensorsEntry> Marks) Facts(DetectedModel detected, ModelRecipe model)
    {
        Dictionary<string, string> facts = new(StringComparer.Ordinal);
        List<SafetensorsEntry> marks = [];
        string? architecture = detected.Family is { } family && family.Latents?.Name == LatentFormats.Sdxl.Name
            ? family == ModelFamilies.SdxlInstructPix2Pix ? "stable-diffusion-xl-v1-edit" : family == ModelFamilies.SdxlRefiner ? "stable-diffusion-xl-v1-refiner" : "stable-diffusion-xl-v1-base"
            : null;
        if (architecture is not null)
        {
            facts["modelspec.architecture"] = architecture;
            facts["modelspec.sai_model_spec"] = "1.0.0";
            facts["modelspec.implementation"] = "sgm";
        }

        OptionRecipe? sampling = model.Options.LastOrDefault(option => option.Name is ModelOptions.SamplingDiscrete or ModelOptions.SamplingContinuousEdm);
        if (sampling is { Name: ModelOptions.SamplingContinuousEdm } continuous && continuous.Text("sampling") == "v_prediction")
        {
            AddLevels(marks, continuous.Number("sigma_min"), continuous.Number("sigma_max"));
        }
        else if (sampling is null && detected.Prediction == Prediction.VelocityEdm)
        {
            AddLevels(marks, 0.002, 120);
        }

        if (detected.Prediction == Prediction.Velocity)
        {
            marks.Add(Mark("v_pred"));
            bool isZeroTerminal = sampling is { Name: ModelOptions.SamplingDiscrete } discrete
                ? discrete.Values.TryGetValue("zsnr", out JsonElement zsnr) && zsnr.ValueKind == JsonValueKind.True
                : detected.IsZeroTerminal;
            if (isZeroTerminal)
            {
                marks.Add(Mark("ztsnr"));
            }
        }
        else if (detected is { Prediction: Prediction.Edm, Latents: { } latents })
        {
            marks.Add(SafetensorsEntry.From("edm_mean", DType.Float32, [1, latents.Channels, 1, 1], latents.Mean.AsSpan()));
            marks.Add(SafetensorsEntry.From("edm_std", DType.Float32, [1, latents.Channels, 1, 1], latents.Spread.AsSpan()));
        }

        if (detected.Prediction is Prediction.Velocity or Prediction.Epsilon)
        {
            facts["modelspec.predict_key"] = detected.Prediction == Prediction.Velocity ? "v" : "epsilon";
        }

        return (facts, marks);
    }

    private static void AddLevels(List<SafetensorsEntry> marks, double low, double high)
    {
        marks.Add(SafetensorsEntry.From("edm_vpred.sigma_max", DType.Float32, [], [(float)high]));
        marks.Add(SafetensorsEntry.From("edm_vpred.sigma_min", DType.Float32, [], [(float)low]));
    }

    private static SafetensorsEntry Mark(string name) => new(name, DType.Float32, [0], ReadOnlyMemory<byte>.Empty);
}
