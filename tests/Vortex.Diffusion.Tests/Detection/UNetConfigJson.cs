using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Diffusion.Networks;

namespace Vortex.Diffusion.Tests.Detection;

/// <summary>Reads the UNet configurations that golden cases write down.</summary>
internal static class UNetConfigJson
{
    public static UNetConfig Read(JsonElement config) => new()
    {
        InChannels = Number(config, "in_channels") ?? 4,
        OutChannels = Number(config, "out_channels") ?? 4,
        ModelChannels = config.GetProperty("model_channels").GetInt32(),
        ChannelMult = Numbers(config, "channel_mult"),
        NumResBlocks = Numbers(config, "num_res_blocks"),
        TransformerDepth = Numbers(config, "transformer_depth"),
        TransformerDepthOutput = Numbers(config, "transformer_depth_output"),
        TransformerDepthMiddle = Number(config, "transformer_depth_middle") ?? 0,
        ContextDim = Number(config, "context_dim") ?? 0,
        NumHeads = Number(config, "num_heads") ?? -1,
        NumHeadChannels = Number(config, "num_head_channels") ?? -1,
        UseLinearInTransformer = config.TryGetProperty("use_linear_in_transformer", out JsonElement linear) && linear.GetBoolean(),
        AdmInChannels = Number(config, "adm_in_channels"),
        NormGroups = Number(config, "norm_groups") ?? 32,
    };

    private static int? Number(JsonElement config, string name) =>
        config.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;

    private static ImmutableArray<int> Numbers(JsonElement config, string name) => [.. config.GetProperty(name).EnumerateArray().Select(value => value.GetInt32())];
}
