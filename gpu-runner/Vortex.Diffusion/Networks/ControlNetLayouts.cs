using System.Globalization;
using System.Text.RegularExpressions;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Networks;

/// <summary>Finds out what a ControlNet file holds, and brings its keys to the original layout.</summary>
internal static partial class ControlNetLayouts
{
    private const string OriginalPrefix = "control_model.";
    private const string HintBegin = "controlnet_cond_embedding.conv_in.";
    private const int MaximumBlocks = 64;

    /// <exception cref="DiffusionException">It is no ControlNet, or one of a kind that is not supported.</exception>
    public static IWeightSource ToOriginal(IWeightSource source)
    {
        if (source.ShapeOf("lora_controlnet") is not null)
        {
            throw Unsupported("Control LoRAs are not supported yet; use the full ControlNet.");
        }

        if (source.Names.Any(name => name.StartsWith("lllite_", StringComparison.Ordinal)))
        {
            throw Unsupported("ControlNet-LLLite files are not supported yet; use a full ControlNet.");
        }

        if (source.Names.Any(name => name.StartsWith("controlnet_blocks.", StringComparison.Ordinal) || name.StartsWith("double_blocks.", StringComparison.Ordinal)))
        {
            throw Unsupported("This ControlNet is for a diffusion transformer (Flux, SD3, …), which is not supported yet.");
        }

        IWeightSource original = source.ShapeOf(HintBegin + "weight") is not null
            ? FromDiffusers(source)
            : source.ShapeOf(OriginalPrefix + "zero_convs.0.0.weight") is not null ? RenamedWeights.Below(source, OriginalPrefix) : source;
        if (original.ShapeOf("control_add_embedding.linear_1.weight") is not null)
        {
            throw Unsupported("Union ControlNets are not supported yet; use the ControlNet of one type.");
        }

        return original.ShapeOf("zero_convs.0.0.weight") is not null
            ? original
            : throw Unsupported("The file holds no ControlNet or T2I-Adapter of a known kind: neither 'zero_convs.0.0.weight' nor 'controlnet_cond_embedding.conv_in.weight' is there.");
    }

    /// <summary>Reads the build off the shapes; attention heads are those of the model, or of its family.</summary>
    public static UNetConfig Detect(WeightSet weights, UNetConfig model)
    {
        Shape first = weights.ShapeOf("input_blocks.0.0.weight") is { Rank: 4 } shape
            ? shape
            : throw new DiffusionException(DiffusionCodes.WeightsMissing, "The file does not hold a ControlNet: input_blocks.0.0.weight is missing.");
        (List<int> mult, List<int> blocks, List<int> depths) = ([], [0], []);
        int context = 0;
        bool linear = false;
        for (int i = 1; i < MaximumBlocks; i++)
        {
            string at = $"input_blocks.{i}";
            if (weights.Has($"{at}.0.op.weight"))
            {
                blocks.Add(0);
                continue;
            }

            if (weights.ShapeOf($"{at}.0.out_layers.3.weight") is not { } block)
            {
                break;
            }

            if (blocks[^1]++ == 0)
            {
                mult.Add(block[0] / first[0]);
            }

            depths.Add(Depth(weights, $"{at}.1"));
            context = weights.ShapeOf($"{at}.1.transformer_blocks.0.attn2.to_k.weight")?[1] ?? context;
            linear |= weights.ShapeOf($"{at}.1.proj_in.weight") is { Rank: 2 };
        }

        int middle = weights.Has("middle_block.1.norm.weight") ? Depth(weights, "middle_block.1") : weights.Has("middle_block.0.out_layers.3.weight") ? -1 : -2;
        bool isLikeModel = model.UseLinearInTransformer == linear && (model.NumHeads > 0 || model.NumHeadChannels > 0);
        UNetConfig config = new()
        {
            InChannels = first[1],
            ModelChannels = first[0],
            ChannelMult = [.. mult],
            NumResBlocks = [.. blocks],
            TransformerDepth = [.. depths],
            TransformerDepthOutput = [.. Enumerable.Repeat(0, blocks.Sum() + blocks.Count)],
            TransformerDepthMiddle = middle,
            ContextDim = context,
            UseLinearInTransformer = linear,
            NumHeads = isLikeModel ? model.NumHeads : linear ? -1 : 8,
            NumHeadChannels = isLikeModel ? model.NumHeadChannels : linear ? 64 : -1,
            AdmInChannels = weights.ShapeOf("label_emb.0.0.weight")?[1],
            NormGroups = model.NormGroups,
        };
        UNetConfigs.Check(config);
        return config;
    }

    private static int Depth(WeightSet weights, string path)
    {
        int depth = 0;
        while (depth < MaximumBlocks && weights.Has($"{path}.transformer_blocks.{depth}.norm1.weight"))
        {
            depth++;
        }

        return depth;
    }

    private static RenamedWeights FromDiffusers(IWeightSource source)
    {
        // Numbered blocks run on over the levels; each level has its residual blocks and, but for the last, one that halves the size.
        int[] resnets = [.. source.Names.Select(name => DownResnet().Match(name)).Where(match => match.Success)
            .Select(match => (Level: Number(match.Groups[1]), Index: Number(match.Groups[2]))).Distinct().GroupBy(block => block.Level)
            .OrderBy(level => level.Key).Select(level => level.Count())];
        int Begin(int level) => 1 + resnets.Take(level).Sum(count => count + 1);
        int hints = source.Names.Select(name => HintBlock().Match(name)).Where(match => match.Success).Select(match => Number(match.Groups[1]) + 1).DefaultIfEmpty(0).Max();
        return RenamedWeights.Of(source, name =>
        {
            string key = DownResnet().Replace(name, match => $"input_blocks.{Begin(Number(match.Groups[1])) + Number(match.Groups[2])}.0.");
            key = DownAttention().Replace(key, match => $"input_blocks.{Begin(Number(match.Groups[1])) + Number(match.Groups[2])}.1.");
            key = DownSampler().Replace(key, match => $"input_blocks.{Begin(Number(match.Groups[1]) + 1) - 1}.0.op.");
            key = MiddleResnet().Replace(key, match => $"middle_block.{2 * Number(match.Groups[1])}.");
            key = HintBlock().Replace(key, match => $"input_hint_block.{2 * (Number(match.Groups[1]) + 1)}.");
            key = ZeroConv().Replace(key, match => $"zero_convs.{match.Groups[1]}.0.");
            foreach ((string theirs, string ours) in (ReadOnlySpan<(string, string)>)
            [
                ("mid_block.attentions.0.", "middle_block.1."), ("conv_in.", "input_blocks.0.0."), ("controlnet_mid_block.", "middle_block_out.0."),
                (HintBegin, "input_hint_block.0."), ("controlnet_cond_embedding.conv_out.", $"input_hint_block.{2 * (hints + 1)}."),
                ("time_embedding.linear_1.", "time_embed.0."), ("time_embedding.linear_2.", "time_embed.2."),
                ("add_embedding.linear_1.", "label_emb.0.0."), ("add_embedding.linear_2.", "label_emb.0.2."),
            ])
            {
                key = key.StartsWith(theirs, StringComparison.Ordinal) ? ours + key[theirs.Length..] : key;
            }

            return ResnetPart().Replace(key, match => match.Groups[1].Value + match.Groups[2].Value switch
            {
                "norm1" => "in_layers.0.",
                "conv1" => "in_layers.2.",
                "time_emb_proj" => "emb_layers.1.",
                "norm2" => "out_layers.0.",
                "conv2" => "out_layers.3.",
                _ => "skip_connection.",
            });
        });
    }

    private static int Number(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    private static DiffusionException Unsupported(string message) => new(DiffusionCodes.FamilyUnsupported, message, "control_net_name");

    [GeneratedRegex(@"^down_blocks\.(\d{1,2})\.resnets\.(\d{1,2})\.")]
    private static partial Regex DownResnet();

    [GeneratedRegex(@"^down_blocks\.(\d{1,2})\.attentions\.(\d{1,2})\.")]
    private static partial Regex DownAttention();

    [GeneratedRegex(@"^down_blocks\.(\d{1,2})\.downsamplers\.0\.conv\.")]
    private static partial Regex DownSampler();

    [GeneratedRegex(@"^mid_block\.resnets\.([01])\.")]
    private static partial Regex MiddleResnet();

    [GeneratedRegex(@"^controlnet_cond_embedding\.blocks\.(\d{1,2})\.")]
    private static partial Regex HintBlock();

    [GeneratedRegex(@"^controlnet_down_blocks\.(\d{1,2})\.")]
    private static partial Regex ZeroConv();

    [GeneratedRegex(@"^((?:input_blocks\.\d+\.0|middle_block\.[02])\.)(norm1|conv1|time_emb_proj|norm2|conv2|conv_shortcut)\.")]
    private static partial Regex ResnetPart();
}
