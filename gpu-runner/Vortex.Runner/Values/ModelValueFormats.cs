using System.Collections.Immutable;
using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Latents;
using Vortex.Diffusion.Recipes;
using Vortex.Tensors;

namespace Vortex.Runner;

/// <summary>The formats of values around diffusion models.</summary>
public static class ModelValueFormats
{
    /// <summary>Makes the formats of latents, conditionings, encoded pictures, recipes, samplers, sigmas, guiders and noises.</summary>
    /// <param name="backend">What tensors are made with.</param>
    public static ImmutableArray<ValueFormat> All(ITensorBackend backend) =>
    [
        new TensorValueFormat<LatentBatch>("Latent", backend, Describe, Check, latent => [latent.Samples, latent.NoiseMask]),
        new TensorValueFormat<ConditioningList>("CONDITIONING", backend, list => $"Conditioning of {list.Entries.Length}", Check, Tensors),
        new TensorValueFormat<VisionOutput>(
            "CLIP_VISION_OUTPUT",
            backend,
            vision => $"Encoded picture {string.Join('x', vision.Embedding.Shape)}",
            _ => null,
            vision => [vision.Embedding, vision.LastHidden, vision.PenultimateHidden]),
        new TensorValueFormat<GuiderRecipe>(
            "GUIDER",
            backend,
            guider => $"Guider {guider.Kind}",
            guider => guider.Conditionings.IsDefault || guider.Scales.IsDefault ? "A guider lacks its conditionings." : guider.Conditionings.Select(Check).FirstOrDefault(wrong => wrong is not null) ?? CheckRecipe(guider.Model),
            guider => guider.Conditionings.SelectMany(Tensors)),
        Plain<SigmaSchedule>("SIGMAS", backend, sigmas => $"{sigmas.Values.Length} sigmas", sigmas => sigmas.Values.IsDefault ? "Sigmas have no values." : null),
        Plain<SamplerRecipe>("SAMPLER", backend, sampler => $"Sampler {sampler.Name}", sampler => sampler.Numbers is null || sampler.Texts is null ? "A sampler lacks its settings." : null),
        Plain<NoiseRecipe>("NOISE", backend, noise => noise.Seed is { } seed ? $"Noise {seed}" : "No noise", _ => null),
        Recipe<ModelRecipe>("MODEL", backend),
        Recipe<TextRecipe>("CLIP", backend),
        Recipe<VaeRecipe>("VAE", backend),
        Recipe<ControlRecipe>("CONTROL_NET", backend),
        Recipe<VisionRecipe>("CLIP_VISION", backend),
        Recipe<UpscalerRecipe>("UPSCALE_MODEL", backend),
        Recipe<StyleRecipe>("STYLE_MODEL", backend),
        Recipe<GligenRecipe>("GLIGEN", backend),
    ];

    private static TensorValueFormat<T> Plain<T>(string name, ITensorBackend backend, Func<T, string> describe, Func<T, string?> check)
        where T : class =>
        new(name, backend, describe, check, _ => []);

    private static TensorValueFormat<T> Recipe<T>(string name, ITensorBackend backend)
        where T : Recipe =>
        Plain<T>(name, backend, recipe => $"{name} {Named(recipe.Source)}", CheckRecipe);

    private static string Named(WeightsRecipe source) => source switch
    {
        WeightsRecipe.FromFiles { Files: [], Kind: { } kind } => kind,
        WeightsRecipe.FromFiles files => string.Join(" + ", files.Files.Select(file => file.Name)),
        WeightsRecipe.Merged merged => $"{Named(merged.First.Source)} and {Named(merged.Second.Source)}",
        _ => source.GetType().Name,
    };

    private static string? CheckRecipe(Recipe recipe) =>
        recipe.Patches.IsDefault || recipe.Options.IsDefault || recipe.Options.Any(option => option.Values is null) ? "A recipe lacks a part."
        : recipe is ControlRecipe { Base: { } model } && CheckRecipe(model) is { } wrong ? wrong
        : recipe.Source switch
        {
            WeightsRecipe.FromFiles files => files.Files.IsDefault || (files.Files.IsEmpty && files.Kind is null) ? "A recipe names no file." : null,
            WeightsRecipe.Merged merged => merged.Ratios is null ? "A recipe lacks its ratios." : CheckRecipe(merged.First) ?? CheckRecipe(merged.Second),
            _ => "A recipe has no source.",
        };

    private static string Describe(LatentBatch latent) => $"Latent {latent.Count}x{latent.Channels}x{latent.Height}x{latent.Width}";

    private static string? Check(LatentBatch latent) =>
        latent.Samples.Rank != 4 || latent.Samples.Count == 0 ? $"A latent has four dimensions, not {latent.Samples.Shape}."
        : latent.NoiseMask is { } mask && (mask.Rank != 4 || mask.Count == 0) ? $"A noise mask has four dimensions, not {mask.Shape}."
        : latent.BatchIndex is { } numbers && (numbers.IsDefault || numbers.Length != latent.Count) ? "A latent does not number all its pictures."
        : null;

    private static string? Check(ConditioningList list)
    {
        if (list.Entries.IsDefaultOrEmpty)
        {
            return "A conditioning has no prompt.";
        }

        foreach (ConditioningEntry entry in list.Entries)
        {
            if (entry.Text.Rank != 3 || entry.Controls.IsDefault || entry.Unclip.IsDefault || entry.Numbers is null)
            {
                return "A prompt of a conditioning is not whole.";
            }

            if (entry.Gligen is { } gligen && (gligen.Boxes.IsDefaultOrEmpty || gligen.Boxes.Any(box => box?.Embedding is null) || CheckRecipe(gligen.Network) is not null))
            {
                return "The text boxes of a conditioning are not whole.";
            }

            foreach (ControlRequest control in entry.Controls)
            {
                if (control.Options is null || control.Hint.Rank != 4 || CheckRecipe(control.Network) is not null)
                {
                    return "A control network of a conditioning is not whole.";
                }
            }
        }

        return null;
    }

    private static IEnumerable<Tensor?> Tensors(ConditioningList list) =>
        list.Entries.SelectMany(entry => (IEnumerable<Tensor?>)
        [
            entry.Text, entry.Pooled, entry.Mask, entry.ConcatLatent, entry.ConcatMask,
            .. entry.Controls.SelectMany(control => (Tensor?[])[control.Hint, control.VaeLatent]),
            .. entry.Unclip.Select(unclip => unclip.Embedding),
            .. (entry.Gligen?.Boxes ?? []).Select(box => box.Embedding),
        ]);
}
