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
    private const string L = "clip_l.transformer.";
    private const string G = "clip_g.transformer.";
    private const string H = "clip_h.transformer.";

    /// <summary>Maps the text encoders inside of a checkpoint. A checkpoint without any gives an empty source.</summary>
    /// <param name="source">The whole checkpoint.</param>
    /// <param name="family">What it is.</param>
    public static IWeightSource FromCheckpoint(IWeightSource source, TextFamily family)
    {
        MappedWeights.Builder map = new(source.Backend);
        AddNamed(map, source, "text_encoders.");
        AddNamed(map, source, "");
        switch (family)
        {
            case TextFamily.Sd1:
                AddHugging(map, source, "cond_stage_model.transformer.", L);
                break;
            case TextFamily.Sd2:
                OpenClipKeys.MapText(map, source, "conditioner.embedders.0.model.", H);
                OpenClipKeys.MapText(map, source, "cond_stage_model.model.", H);
                break;
            case TextFamily.Sdxl:
                AddHugging(map, source, "conditioner.embedders.0.transformer.", L);
                OpenClipKeys.MapText(map, source, "conditioner.embedders.1.model.", G);
                break;
            default:
                OpenClipKeys.MapText(map, source, "conditioner.embedders.0.model.", G);
                break;
        }

        return map.Build();
    }

    /// <summary>Maps text encoders that are files of their own.</summary>
    /// <param name="sources">One file or two.</param>
    /// <param name="kind">What the loader was told: <c>stable_diffusion</c> or <c>sdxl</c>.</param>
    /// <returns>The weights, and whose they are.</returns>
    /// <exception cref="DiffusionException">The kind, or what the files hold, is not supported.</exception>
    public static (IWeightSource Weights, TextFamily Family) FromFiles(IReadOnlyList<IWeightSource> sources, string kind)
    {
        if (kind is not ("stable_diffusion" or "sdxl") || sources.Count is 0 or > 2)
        {
            throw new DiffusionException(
                DiffusionCodes.FamilyUnsupported, $"Text encoders of type '{kind}' from {sources.Count} file(s) are not supported; supported are stable_diffusion and sdxl.", "type");
        }

        MappedWeights.Builder map = new(sources[0].Backend);
        int[] layers = [.. sources.Select(Layers)];
        if (sources.Count == 2)
        {
            // bigG has 32 blocks and CLIP-L 12. Small ones for tests tell by the layout, then by which is deeper.
            bool isFirstLarge = Rank(sources[0], layers[0]) > Rank(sources[1], layers[1]);
            AddFile(map, sources[isFirstLarge ? 1 : 0], L);
            AddFile(map, sources[isFirstLarge ? 0 : 1], G);
            return (map.Build(), TextFamily.Sdxl);
        }

        (TextFamily family, string prefix) = layers[0] > 30 ? (TextFamily.SdxlRefiner, G)
            : layers[0] > 22 || OpenClipKeys.AreUnder(sources[0], "") ? (TextFamily.Sd2, H)
            : (TextFamily.Sd1, L);
        AddFile(map, sources[0], prefix);
        return (map.Build(), family);
    }

    private static int Layers(IWeightSource source)
    {
        int layers = 0;
        while (source.ShapeOf($"text_model.encoder.layers.{layers}.mlp.fc1.weight") is not null || source.ShapeOf($"transformer.resblocks.{layers}.mlp.c_fc.weight") is not null)
        {
            layers++;
        }

        return layers > 0 ? layers : throw new DiffusionException(
            DiffusionCodes.FamilyUnsupported, $"The file holds no CLIP text encoder; its first keys are {string.Join(", ", source.Names.Order(StringComparer.Ordinal).Take(5))}.", "clip_name");
    }

    private static int Rank(IWeightSource source, int layers) => layers + (OpenClipKeys.AreUnder(source, "") ? 1000 : 0);

    private static void AddFile(MappedWeights.Builder map, IWeightSource source, string to)
    {
        if (OpenClipKeys.AreUnder(source, ""))
        {
            OpenClipKeys.MapText(map, source, "", to);
            return;
        }

        foreach (string name in source.Names.Where(name => name.StartsWith("text_model.", StringComparison.Ordinal)))
        {
            map.Add(to + name, source, name);
        }

        map.Add(to + "text_projection.weight", source, "text_projection.weight");
        map.AddTransposed(to + "text_projection.weight", source, "text_projection");
    }

    /// <summary>Takes keys that have their names already, as ComfyUI's own checkpoints do.</summary>
    private static void AddNamed(MappedWeights.Builder map, IWeightSource source, string prefix)
    {
        foreach (string name in source.Names)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal) && name.AsSpan(prefix.Length) is var rest
                && (rest.StartsWith(L, StringComparison.Ordinal) || rest.StartsWith(G, StringComparison.Ordinal) || rest.StartsWith(H, StringComparison.Ordinal)))
            {
                map.Add(rest.ToString(), source, name);
            }
        }
    }

    /// <summary>Takes Hugging Face's layout; some early files leave <c>text_model.</c> out.</summary>
    private static void AddHugging(MappedWeights.Builder map, IWeightSource source, string from, string to)
    {
        foreach (string name in source.Names.Where(name => name.StartsWith(from, StringComparison.Ordinal)))
        {
            string rest = name[from.Length..];
            bool isWhole = rest.StartsWith("text_model.", StringComparison.Ordinal) || rest.StartsWith("text_projection", StringComparison.Ordinal);
            map.Add(isWhole ? to + rest : $"{to}text_model.{rest}", source, name);
        }
    }
}
