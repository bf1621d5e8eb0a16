using Vortex.Diffusion.Weights;

namespace Vortex.Diffusion.Text;

/// <summary>The keys of OpenCLIP's towers, and what Hugging Face's layout calls them.</summary>
/// <remarks>OpenCLIP keeps query, key and value in one matrix and projections the other way round.</remarks>
internal static class OpenClipKeys
{
    /// <summary>Says whether a transformer of that layout lies below a prefix.</summary>
    public static bool AreUnder(IWeightSource source, string prefix) => source.ShapeOf(prefix + "transformer.resblocks.0.ln_1.weight") is not null;

    /// <summary>Maps a text tower.</summary>
    /// <param name="map">Takes the keys.</param>
    /// <param name="source">Where from.</param>
    /// <param name="from">The prefix there.</param>
    /// <param name="to">The prefix here, such as <c>clip_g.transformer.</c>.</param>
    public static void MapText(MappedWeights.Builder map, IWeightSource source, string from, string to)
    {
        map.Add(to + "text_model.embeddings.token_embedding.weight", source, from + "token_embedding.weight");
        map.Add(to + "text_model.embeddings.position_embedding.weight", source, from + "positional_embedding");
        MapNorm(map, source, from + "ln_final", to + "text_model.final_layer_norm");
        MapBlocks(map, source, from, to + "text_model.encoder.layers.");
        map.Add(to + "text_projection.weight", source, from + "text_projection.weight");
        map.AddTransposed(to + "text_projection.weight", source, from + "text_projection");
    }

    /// <summary>Maps a vision tower.</summary>
    public static void MapVision(MappedWeights.Builder map, IWeightSource source, string from, string to)
    {
        map.Add(to + "vision_model.embeddings.class_embedding", source, from + "class_embedding");
        map.Add(to + "vision_model.embeddings.patch_embedding.weight", source, from + "conv1.weight");
        map.Add(to + "vision_model.embeddings.position_embedding.weight", source, from + "positional_embedding");
        MapNorm(map, source, from + "ln_pre", to + "vision_model.pre_layrnorm");
        MapNorm(map, source, from + "ln_post", to + "vision_model.post_layernorm");
        MapBlocks(map, source, from, to + "vision_model.encoder.layers.");
        map.AddTransposed(to + "visual_projection.weight", source, from + "proj");
    }

    /// <summary>Maps one transformer block.</summary>
    /// <param name="map">Takes the keys.</param>
    /// <param name="source">Where from.</param>
    /// <param name="block">The prefix there.</param>
    /// <param name="layer">The prefix here.</param>
    public static void MapBlock(MappedWeights.Builder map, IWeightSource source, string block, string layer)
    {
        MapNorm(map, source, block + "ln_1", layer + "layer_norm1");
        MapNorm(map, source, block + "ln_2", layer + "layer_norm2");
        MapNorm(map, source, block + "mlp.c_fc", layer + "mlp.fc1");
        MapNorm(map, source, block + "mlp.c_proj", layer + "mlp.fc2");
        MapNorm(map, source, block + "attn.out_proj", layer + "self_attn.out_proj");
        foreach ((string name, int part) in new[] { ("q_proj", 0), ("k_proj", 1), ("v_proj", 2) })
        {
            map.AddPart($"{layer}self_attn.{name}.weight", source, block + "attn.in_proj_weight", part, 3);
            map.AddPart($"{layer}self_attn.{name}.bias", source, block + "attn.in_proj_bias", part, 3);
        }
    }

    private static void MapBlocks(MappedWeights.Builder map, IWeightSource source, string from, string to)
    {
        for (int i = 0; source.ShapeOf($"{from}transformer.resblocks.{i}.ln_1.weight") is not null; i++)
        {
            MapBlock(map, source, $"{from}transformer.resblocks.{i}.", $"{to}{i}.");
        }
    }

    private static void MapNorm(MappedWeights.Builder map, IWeightSource source, string from, string to)
    {
        map.Add(to + ".weight", source, from + ".weight");
        map.Add(to + ".bias", source, from + ".bias");
    }
}
