using System.Collections.Immutable;
using Vortex.Diffusion.Detection;
using Vortex.Diffusion.Weights;

namespace Vortex.Diffusion.Text;

/// <summary>Gives the weights of text encoders the names that the encoders and LoRA files know them by.</summary>
/// <remarks>
/// <para>Whatever a file calls them, the names are ComfyUI's: <c>clip_l.transformer.</c>, <c>clip_g.transformer.</c> (bigG) or <c>clip_h.transformer.</c> (SD2), followed by
/// <c>text_model.embeddings.token_embedding.weight</c>, <c>text_model.embeddings.position_embedding.weight</c>,
/// <c>text_model.encoder.layers.N.</c> with <c>layer_norm1</c>, <c>self_attn.q_proj</c>, <c>.k_proj</c>, <c>.v_proj</c>, <c>.out_proj</c>, <c>layer_norm2</c>, <c>mlp.fc1</c>, <c>mlp.fc2</c>
/// (each with <c>.weight</c> and <c>.bias</c>), <c>text_model.final_layer_norm</c> and <c>text_projection.weight</c>.</para>
/// <para>Patches belong between these weights and the encoder: q, k and v are apart here even where the file holds one matrix.</para>
/// </remarks>
public static class TextWeights
{
    /// <summary>Maps the text encoders inside of a checkpoint.</summary>
    /// <param name="source">The whole checkpoint.</param>
    /// <param name="encoders">What was found in it.</param>
    /// <exception cref="DiffusionException">There are none, or ones that are not supported.</exception>
    public static (MappedWeights Weights, TextFamily Family) From(IWeightSource source, ImmutableArray<DetectedTextEncoder> encoders) =>
        From([.. encoders.Select(encoder => (source, encoder))]);

    /// <summary>Maps text encoders that may lie in files of their own.</summary>
    /// <param name="parts">Each encoder's file, and what it is.</param>
    /// <returns>The weights, and whose they are.</returns>
    /// <exception cref="DiffusionException">There are none, or ones that are not supported or do not belong together.</exception>
    public static (MappedWeights Weights, TextFamily Family) From(params ImmutableArray<(IWeightSource Source, DetectedTextEncoder Encoder)> parts)
    {
        ImmutableArray<TextEncoderKind> kinds = Kinds([.. parts.Select(part => part.Encoder)]);
        TextFamily family = FamilyOf(kinds, [.. parts.Select(part => part.Encoder)]);
        MappedWeights.Builder map = new(parts[0].Source.Backend);
        for (int i = 0; i < parts.Length; i++)
        {
            (IWeightSource source, DetectedTextEncoder encoder) = parts[i];
            string to = kinds[i] switch
            {
                TextEncoderKind.ClipL => "clip_l.transformer.",
                TextEncoderKind.ClipG => "clip_g.transformer.",
                _ => "clip_h.transformer.",
            };
            if (encoder.Layout == EncoderLayout.OpenClip)
            {
                OpenClipKeys.MapText(map, source, encoder.Prefix, to);
            }
            else
            {
                MapHugging(map, source, encoder.Prefix, to);
            }
        }

        return (map.Build(), family);
    }

    private static TextFamily FamilyOf(ImmutableArray<TextEncoderKind> kinds, ImmutableArray<DetectedTextEncoder> encoders) => kinds switch
    {
        [TextEncoderKind.ClipL] => TextFamily.Sd1,
        [TextEncoderKind.ClipH] => TextFamily.Sd2,
        [TextEncoderKind.ClipG] => TextFamily.SdxlRefiner,
        [TextEncoderKind.ClipL, TextEncoderKind.ClipG] or [TextEncoderKind.ClipG, TextEncoderKind.ClipL] => TextFamily.Sdxl,
        [] => throw new DiffusionException(DiffusionCodes.FamilyUnsupported, "The file holds no text encoder: load one with CLIPLoader or DualCLIPLoader.", "clip"),
        _ => throw new DiffusionException(
            DiffusionCodes.FamilyUnsupported, $"These text encoders are not supported together: {string.Join(" and ", encoders.Select(encoder => encoder.Name ?? encoder.Kind.ToString()))}.", "clip"),
    };

    /// <summary>Tells two small encoders apart, as tests and samples have them, that look alike by their number of blocks: the larger one stands for bigG.</summary>
    private static ImmutableArray<TextEncoderKind> Kinds(ImmutableArray<DetectedTextEncoder> encoders)
    {
        if (encoders is not [{ Kind: TextEncoderKind.ClipL } first, { Kind: TextEncoderKind.ClipL } second])
        {
            return [.. encoders.Select(encoder => encoder.Kind)];
        }

        bool isFirstLarge = (first.Layout, first.Layers, first.Width).CompareTo((second.Layout, second.Layers, second.Width)) > 0;
        return isFirstLarge ? [TextEncoderKind.ClipG, TextEncoderKind.ClipL] : [TextEncoderKind.ClipL, TextEncoderKind.ClipG];
    }

    /// <summary>Takes Hugging Face's layout; some early files leave <c>text_model.</c> out.</summary>
    private static void MapHugging(MappedWeights.Builder map, IWeightSource source, string from, string to)
    {
        foreach (string name in source.Names.Where(name => name.StartsWith(from, StringComparison.Ordinal)))
        {
            string rest = name[from.Length..];
            if (rest.StartsWith("text_model.", StringComparison.Ordinal))
            {
                map.Add(to + rest, source, name);
            }
            else if (rest.StartsWith("embeddings.", StringComparison.Ordinal) || rest.StartsWith("encoder.", StringComparison.Ordinal)
                || rest.StartsWith("final_layer_norm.", StringComparison.Ordinal))
            {
                map.Add($"{to}text_model.{rest}", source, name);
            }
        }

        map.Add(to + "text_projection.weight", source, from + "text_projection.weight");
        map.AddTransposed(to + "text_projection.weight", source, from + "text_projection");
    }
}
