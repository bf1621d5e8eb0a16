using System.Globalization;
using System.Text.RegularExpressions;
using Vortex.Diffusion.Text;
using Vortex.Diffusion.Weights;

namespace Vortex.Diffusion.Saving;

/// <summary>Where text encoders lie in files: the way back from the names of <see cref="TextWeights"/>.</summary>
internal static partial class TextLayouts
{
    private static readonly string[] s_encoders = ["clip_l", "clip_g", "clip_h"];

    /// <summary>Lists the weights under the keys of a family's checkpoints.</summary>
    public static IEnumerable<SavedWeight> InCheckpoint(IWeightSource weights, TextFamily family) => family switch
    {
        TextFamily.Sd1 => Hugging(weights, "clip_l", "cond_stage_model.transformer."),
        TextFamily.Sd2 => Open(weights, "clip_h", "cond_stage_model.model."),
        TextFamily.SdxlRefiner => Open(weights, "clip_g", "conditioner.embedders.0.model."),
        _ => [.. Hugging(weights, "clip_l", "conditioner.embedders.0.transformer."), .. Open(weights, "clip_g", "conditioner.embedders.1.model.")],
    };

    /// <summary>Lists each encoder for a file of its own, by its short name, in Hugging Face's layout.</summary>
    public static IEnumerable<(string Encoder, IReadOnlyList<SavedWeight> Weights)> Apart(IWeightSource weights)
    {
        foreach (string encoder in s_encoders)
        {
            string prefix = encoder + ".transformer.";
            SavedWeight[] own = [.. Under(weights, prefix).Select(name => SavedWeight.Of(name[prefix.Length..], weights, name))];
            if (own.Length > 0)
            {
                yield return (encoder, own);
            }
        }
    }

    private static IEnumerable<string> Under(IWeightSource weights, string prefix) =>
        weights.Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    // CLIP-L has no projection in checkpoints.
    private static IEnumerable<SavedWeight> Hugging(IWeightSource weights, string encoder, string to)
    {
        string prefix = encoder + ".transformer.";
        return Under(weights, prefix).Where(name => !name.EndsWith("text_projection.weight", StringComparison.Ordinal))
            .Select(name => SavedWeight.Of(to + name[prefix.Length..], weights, name));
    }

    private static IEnumerable<SavedWeight> Open(IWeightSource weights, string encoder, string to)
    {
        string prefix = encoder + ".transformer.";
        foreach (string name in Under(weights, prefix))
        {
            string rest = name[prefix.Length..];
            Match layer = Layer().Match(rest);
            if (rest == "text_projection.weight")
            {
                yield return SavedWeight.Transposed(to + "text_projection", weights, name);
            }
            else if (!layer.Success)
            {
                if (Outer(rest) is { } outer)
                {
                    yield return SavedWeight.Of(to + outer, weights, name);
                }
            }
            else
            {
                string block = string.Create(CultureInfo.InvariantCulture, $"{to}transformer.resblocks.{layer.Groups[1].Value}.");
                (string part, string kind) = (layer.Groups[2].Value, layer.Groups[3].Value);
                if (part == "self_attn.q_proj")
                {
                    yield return SavedWeight.Joined(
                        $"{block}attn.in_proj_{kind}", weights, name, name.Replace("q_proj", "k_proj", StringComparison.Ordinal), name.Replace("q_proj", "v_proj", StringComparison.Ordinal));
                }
                else if (Inner(part) is { } inner)
                {
                    yield return SavedWeight.Of($"{block}{inner}.{kind}", weights, name);
                }
            }
        }
    }

    private static string? Outer(string name) => name switch
    {
        "text_model.embeddings.token_embedding.weight" => "token_embedding.weight",
        "text_model.embeddings.position_embedding.weight" => "positional_embedding",
        "text_model.final_layer_norm.weight" => "ln_final.weight",
        "text_model.final_layer_norm.bias" => "ln_final.bias",
        _ => null,
    };

    private static string? Inner(string part) => part switch
    {
        "layer_norm1" => "ln_1",
        "layer_norm2" => "ln_2",
        "mlp.fc1" => "mlp.c_fc",
        "mlp.fc2" => "mlp.c_proj",
        "self_attn.out_proj" => "attn.out_proj",
        _ => null,
    };

    [GeneratedRegex(@"^text_model\.encoder\.layers\.(\d+)\.(.+)\.(weight|bias)$")]
    private static partial Regex Layer();
}
