using System.Collections.Immutable;
using System.Text.Json;

namespace Vortex.Diffusion.Recipes;

/// <summary>The changes beside the weights that nodes make: <see cref="OptionRecipe"/> by name, with their settings.</summary>
public static class ModelOptions
{
    /// <summary>FreeU: numbers <c>b1</c>, <c>b2</c>, <c>s1</c>, <c>s2</c>.</summary>
    public const string FreeU = "freeu";

    /// <summary>FreeU version 2: numbers <c>b1</c>, <c>b2</c>, <c>s1</c>, <c>s2</c>.</summary>
    public const string FreeUV2 = "freeu_v2";

    /// <summary>RescaleCFG: number <c>multiplier</c>.</summary>
    public const string RescaleCfg = "rescale_cfg";

    /// <summary>PerturbedAttentionGuidance: number <c>scale</c>.</summary>
    public const string PerturbedAttention = "perturbed_attention_guidance";

    /// <summary>SelfAttentionGuidance: numbers <c>scale</c>, <c>blur_sigma</c>.</summary>
    public const string SelfAttention = "self_attention_guidance";

    /// <summary>DifferentialDiffusion: number <c>strength</c>.</summary>
    public const string Differential = "differential_diffusion";

    /// <summary>ModelSamplingDiscrete: text <c>sampling</c> (<c>eps</c>, <c>v_prediction</c>, <c>lcm</c>, <c>x0</c>, <c>img_to_img</c>), truth <c>zsnr</c>.</summary>
    public const string SamplingDiscrete = "model_sampling_discrete";

    /// <summary>ModelSamplingContinuousEDM: text <c>sampling</c>, numbers <c>sigma_min</c>, <c>sigma_max</c>.</summary>
    public const string SamplingContinuousEdm = "model_sampling_continuous_edm";

    /// <summary>CLIPSetLastLayer: whole number <c>layer</c>, negative and counted from behind: -1 is the last.</summary>
    public const string ClipSkip = "clip_skip";

    /// <summary>The number format weights are kept in: text <c>type</c>, such as <c>fp8_e4m3fn</c>.</summary>
    public const string WeightType = "weight_dtype";

    /// <summary>HypernetworkLoader: texts <c>folder</c>, <c>name</c>, <c>digest</c> of the file, number <c>strength</c>. May be there several times.</summary>
    public const string Hypernetwork = "hypernetwork";

    /// <summary>SetUnionControlNetType: whole number <c>type</c>. Moves into <c>ControlRequest.Options</c> under <c>control_type</c> when applied.</summary>
    public const string UnionType = "union_type";

    /// <summary>Makes an option. Values are numbers, texts and truth values.</summary>
    public static OptionRecipe Of(string name, params ReadOnlySpan<(string Name, object Value)> values)
    {
        ImmutableSortedDictionary<string, JsonElement>.Builder settings = ImmutableSortedDictionary.CreateBuilder<string, JsonElement>(StringComparer.Ordinal);
        foreach ((string setting, object value) in values)
        {
            settings.Add(setting, JsonSerializer.SerializeToElement(value, value.GetType()));
        }

        return new OptionRecipe(name, settings.ToImmutable());
    }

    /// <summary>Returns a number of an option.</summary>
    /// <exception cref="DiffusionException">It is missing, or no number.</exception>
    public static double Number(this OptionRecipe option, string setting) =>
        option.Values.TryGetValue(setting, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : throw Wrong(option, setting);

    /// <summary>Returns a text of an option.</summary>
    /// <exception cref="DiffusionException">It is missing, or no text.</exception>
    public static string Text(this OptionRecipe option, string setting) =>
        option.Values.TryGetValue(setting, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.GetString() is { } text ? text : throw Wrong(option, setting);

    /// <summary>Returns a truth value of an option.</summary>
    /// <exception cref="DiffusionException">It is missing, or no truth value.</exception>
    public static bool Flag(this OptionRecipe option, string setting) =>
        option.Values.TryGetValue(setting, out JsonElement value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(option, setting);

    private static DiffusionException Wrong(OptionRecipe option, string setting) =>
        new(DiffusionCodes.OutOfRange, $"The option '{option.Name}' has no usable '{setting}'.");
}
