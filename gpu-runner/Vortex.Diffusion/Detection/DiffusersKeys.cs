using System.Collections.Frozen;
using System.Globalization;

namespace Vortex.Diffusion.Detection;

/// <summary>Gives keys of the diffusers layout the names they have in the original layout.</summary>
public static class DiffusersKeys
{
    private static readonly FrozenDictionary<string, string> s_unetTop = new Dictionary<string, string>
    {
        ["conv_in"] = "input_blocks.0.0",
        ["time_embedding.linear_1"] = "time_embed.0",
        ["time_embedding.linear_2"] = "time_embed.2",
        ["add_embedding.linear_1"] = "label_emb.0.0",
        ["add_embedding.linear_2"] = "label_emb.0.2",
        ["class_embedding.linear_1"] = "label_emb.0.0",
        ["class_embedding.linear_2"] = "label_emb.0.2",
        ["class_embedding"] = "label_emb",
        ["conv_norm_out"] = "out.0",
        ["conv_out"] = "out.2",
        ["controlnet_cond_embedding.conv_in"] = "input_hint_block.0",
        ["controlnet_cond_embedding.conv_out"] = "input_hint_block.14",
        ["controlnet_mid_block"] = "middle_block_out.0",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> s_resBlock = new Dictionary<string, string>
    {
        ["norm1"] = "in_layers.0",
        ["conv1"] = "in_layers.2",
        ["time_emb_proj"] = "emb_layers.1",
        ["norm2"] = "out_layers.0",
        ["conv2"] = "out_layers.3",
        ["conv_shortcut"] = "skip_connection",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Says whether keys are those of a UNet or ControlNet in the diffusers layout.</summary>
    public static bool IsUNet(IEnumerable<string> keys) => keys.Any(key => key.StartsWith("down_blocks.0.resnets.0.", StringComparison.Ordinal));

    /// <summary>Says whether keys are those of an autoencoder in the diffusers layout.</summary>
    public static bool IsVae(IEnumerable<string> keys) => keys.Any(key => key.StartsWith("decoder.up_blocks.0.resnets.0.", StringComparison.Ordinal));

    /// <summary>Makes the renaming of a UNet's or ControlNet's keys.</summary>
    /// <param name="keys">All of its keys; they tell how many blocks a level has, and which have transformers.</param>
    /// <returns>Gives the original key, or the key itself where it has no other.</returns>
    public static Func<string, string> UNet(IEnumerable<string> keys)
    {
        HashSet<string> stems = [.. keys.Select(key => Stem(key, 4))];
        int perLevel = 1;
        while (stems.Contains($"down_blocks.0.resnets.{perLevel}"))
        {
            perLevel++;
        }

        HashSet<string> attentions = [.. stems.Where(stem => stem.Contains(".attentions.", StringComparison.Ordinal))];
        return key => UNetKey(key, perLevel, attentions);
    }

    private static string UNetKey(string key, int perLevel, HashSet<string> attentions)
    {
        string[] parts = key.Split('.');
        string tail = parts[^1];
        string name = string.Join('.', parts[..^1]);
        if (s_unetTop.TryGetValue(name, out string? top))
        {
            return $"{top}.{tail}";
        }

        return parts[0] switch
        {
            "down_blocks" when Place(parts, out int level, out int index) => parts[2] switch
            {
                "resnets" => $"input_blocks.{1 + (level * (perLevel + 1)) + index}.0.{ResBlock(parts[4..])}",
                "attentions" => $"input_blocks.{1 + (level * (perLevel + 1)) + index}.1.{Join(parts[4..])}",
                "downsamplers" => $"input_blocks.{(level + 1) * (perLevel + 1)}.0.op.{tail}",
                _ => key,
            },
            "up_blocks" when Place(parts, out int level, out int index) => parts[2] switch
            {
                "resnets" => $"output_blocks.{(level * (perLevel + 1)) + index}.0.{ResBlock(parts[4..])}",
                "attentions" => $"output_blocks.{(level * (perLevel + 1)) + index}.1.{Join(parts[4..])}",
                "upsamplers" => $"output_blocks.{(level * (perLevel + 1)) + perLevel}.{(attentions.Contains($"up_blocks.{level}.attentions.{perLevel}") ? 2 : 1)}.conv.{tail}",
                _ => key,
            },
            "mid_block" when parts.Length > 4 => parts[1] == "attentions"
                ? $"middle_block.1.{Join(parts[3..])}"
                : $"middle_block.{(parts[2] == "0" ? 0 : 2)}.{ResBlock(parts[3..])}",
            "controlnet_down_blocks" => $"zero_convs.{parts[1]}.0.{tail}",
            "controlnet_cond_embedding" when parts.Length > 3 && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int block) =>
                $"input_hint_block.{2 + (2 * block)}.{tail}",
            _ => key,
        };
    }

    private static bool Place(string[] parts, out int level, out int index)
    {
        (level, index) = (0, 0);
        return parts.Length > 5
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out level) && level < 64
            && int.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out index) && index < 64;
    }

    private static string ResBlock(string[] rest) => s_resBlock.TryGetValue(rest[0], out string? original) ? $"{original}.{rest[^1]}" : Join(rest);

    private static string Join(string[] parts) => string.Join('.', parts);

    private static string Stem(string key, int parts)
    {
        int end = -1;
        for (int i = 0; i < parts; i++)
        {
            end = key.IndexOf('.', end + 1);
            if (end < 0)
            {
                return key;
            }
        }

        return key[..end];
    }
}
