using System.Globalization;
using System.Text.RegularExpressions;

namespace Vortex.Diffusion.Vae;

/// <summary>Names of an autoencoder's weights in the diffusers layout, brought to the original one.</summary>
internal static partial class DiffusersVaeKeys
{
    /// <summary>A key that every file of the layout with a decoder has.</summary>
    public const string Mark = "decoder.up_blocks.0.resnets.0.norm1.weight";

    /// <summary>A key that every file of the layout with an encoder has.</summary>
    public const string EncoderMark = "encoder.down_blocks.0.resnets.0.norm1.weight";

    /// <summary>Returns the original name.</summary>
    /// <param name="key">A name of the diffusers layout.</param>
    /// <param name="levels">Levels of the network: the way up is counted from the other end.</param>
    public static string ToOriginal(string key, int levels)
    {
        string name = Down().Replace(key, match => $"encoder.down.{match.Groups[1]}.block.{match.Groups[2]}.");
        name = DownSampler().Replace(name, match => $"encoder.down.{match.Groups[1]}.downsample.");
        name = Up().Replace(name, match => $"decoder.up.{FromEnd(match, levels)}.block.{match.Groups[2]}.");
        name = UpSampler().Replace(name, match => $"decoder.up.{FromEnd(match, levels)}.upsample.");
        name = Middle().Replace(name, match => $"mid.block_{Number(match.Groups[1]) + 1}.");
        if (name.Contains("mid_block.attentions.0.", StringComparison.Ordinal))
        {
            name = name.Replace("mid_block.attentions.0.", "mid.attn_1.", StringComparison.Ordinal);
            name = AttentionPart().Replace(name, match => match.Groups[1].Value switch
            {
                "group_norm" => "attn_1.norm.",
                "query" or "to_q" => "attn_1.q.",
                "key" or "to_k" => "attn_1.k.",
                "value" or "to_v" => "attn_1.v.",
                _ => "attn_1.proj_out.",
            });
        }

        return name.Replace("conv_shortcut", "nin_shortcut", StringComparison.Ordinal).Replace("conv_norm_out", "norm_out", StringComparison.Ordinal);
    }

    /// <summary>Counts the levels.</summary>
    public static int Levels(IEnumerable<string> keys) => keys
        .Select(key => Level().Match(key)).Where(match => match.Success).Select(match => Number(match.Groups[1]) + 1).DefaultIfEmpty(0).Max();

    private static int FromEnd(Match match, int levels) => levels - 1 - Number(match.Groups[1]);

    private static int Number(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^encoder\.down_blocks\.(\d{1,2})\.resnets\.(\d{1,2})\.")]
    private static partial Regex Down();

    [GeneratedRegex(@"^encoder\.down_blocks\.(\d{1,2})\.downsamplers\.0\.")]
    private static partial Regex DownSampler();

    [GeneratedRegex(@"^decoder\.up_blocks\.(\d{1,2})\.resnets\.(\d{1,2})\.")]
    private static partial Regex Up();

    [GeneratedRegex(@"^decoder\.up_blocks\.(\d{1,2})\.upsamplers\.0\.")]
    private static partial Regex UpSampler();

    [GeneratedRegex(@"mid_block\.resnets\.(\d)\.")]
    private static partial Regex Middle();

    [GeneratedRegex(@"attn_1\.(group_norm|query|to_q|key|to_k|value|to_v|proj_attn|to_out\.0)\.")]
    private static partial Regex AttentionPart();

    [GeneratedRegex(@"^(?:decoder\.up_blocks|encoder\.down_blocks)\.(\d{1,2})\.")]
    private static partial Regex Level();
}
