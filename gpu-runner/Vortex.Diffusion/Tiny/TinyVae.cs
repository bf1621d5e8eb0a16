namespace Vortex.Diffusion.Tiny;

/// <summary>Writes an autoencoder of three halvings, and the tiny one for previews.</summary>
internal static class TinyVae
{
    private const int ResBlocks = 2;
    private const int Latent = 4;

    private static readonly int[] s_narrow = [32, 32, 64, 64];

    /// <summary>Writes encoder and decoder in the original layout.</summary>
    /// <param name="weights">Takes them.</param>
    /// <param name="prefix">Goes before every key.</param>
    /// <param name="widths">Channels of each level from the pixels down; null for the tiny ones.</param>
    public static void Write(TinyWeights weights, string prefix, int[]? widths = null)
    {
        widths ??= s_narrow;
        int deepest = widths[^1];
        string encoder = prefix + "encoder.";
        weights.Conv(encoder + "conv_in", widths[0], 3, 3);
        int channels = widths[0];
        for (int level = 0; level < widths.Length; level++)
        {
            for (int i = 0; i < ResBlocks; i++)
            {
                ResBlock(weights, $"{encoder}down.{level}.block.{i}.", channels, widths[level]);
                channels = widths[level];
            }

            if (level < widths.Length - 1)
            {
                weights.Conv($"{encoder}down.{level}.downsample.conv", channels, channels, 3);
            }
        }

        Middle(weights, encoder, deepest);
        weights.Norm(encoder + "norm_out", deepest);
        weights.Conv(encoder + "conv_out", 2 * Latent, deepest, 3, 4);
        weights.Conv(prefix + "quant_conv", 2 * Latent, 2 * Latent, 1);
        WriteDecoder(weights, prefix, widths);
    }

    /// <summary>Writes the tiny decoder, or the tiny encoder.</summary>
    public static void WriteTaesd(TinyWeights weights, bool isDecoder)
    {
        const int Channels = 64;
        if (isDecoder)
        {
            weights.Conv("1", Channels, Latent, 3);
            for (int block = 3; block <= 13; block += 5)
            {
                Taesd(weights, block, 3);
                weights.Conv($"{block + 4}", Channels, Channels, 3, 1.4, hasBias: false);
            }

            Taesd(weights, 18, 1);
            weights.Conv("19", 3, Channels, 3, 0.3, biasCentre: 0.5);
            return;
        }

        weights.Conv("0", Channels, 3, 3, 2);
        Taesd(weights, 1, 1);
        for (int block = 2; block <= 10; block += 4)
        {
            weights.Conv($"{block}", Channels, Channels, 3, 1.4, hasBias: false);
            Taesd(weights, block + 1, 3);
        }

        weights.Conv("14", Latent, Channels, 3);
    }

    /// <summary>Writes the decoder alone.</summary>
    /// <param name="weights">Takes it.</param>
    /// <param name="prefix">Goes before every key.</param>
    /// <param name="widths">Channels of each level from the pixels down.</param>
    public static void WriteDecoder(TinyWeights weights, string prefix, int[] widths)
    {
        int channels = widths[^1];
        string decoder = prefix + "decoder.";
        weights.Conv(prefix + "post_quant_conv", Latent, Latent, 1);
        weights.Conv(decoder + "conv_in", channels, Latent, 3);
        Middle(weights, decoder, channels);
        for (int level = widths.Length - 1; level >= 0; level--)
        {
            for (int i = 0; i <= ResBlocks; i++)
            {
                ResBlock(weights, $"{decoder}up.{level}.block.{i}.", channels, widths[level]);
                channels = widths[level];
            }

            if (level > 0)
            {
                weights.Conv($"{decoder}up.{level}.upsample.conv", channels, channels, 3);
            }
        }

        weights.Norm(decoder + "norm_out", channels);
        weights.Conv(decoder + "conv_out", 3, channels, 3);
    }

    private static void Middle(TinyWeights weights, string at, int channels)
    {
        ResBlock(weights, at + "mid.block_1.", channels, channels);
        string attention = at + "mid.attn_1.";
        weights.Norm(attention + "norm", channels);
        foreach (string part in (ReadOnlySpan<string>)["q", "k", "v", "proj_out"])
        {
            weights.Conv(attention + part, channels, channels, 1);
        }

        ResBlock(weights, at + "mid.block_2.", channels, channels);
    }

    private static void ResBlock(TinyWeights weights, string at, int inputs, int outputs)
    {
        weights.Norm(at + "norm1", inputs);
        weights.Conv(at + "conv1", outputs, inputs, 3);
        weights.Norm(at + "norm2", outputs);
        weights.Conv(at + "conv2", outputs, outputs, 3);
        if (inputs != outputs)
        {
            weights.Conv(at + "nin_shortcut", outputs, inputs, 1);
        }
    }

    private static void Taesd(TinyWeights weights, int first, int count)
    {
        for (int block = first; block < first + count; block++)
        {
            weights.Conv($"{block}.conv.0", 64, 64, 3, 1.4);
            weights.Conv($"{block}.conv.2", 64, 64, 3, 1.4);
            weights.Conv($"{block}.conv.4", 64, 64, 3, 0.4);
        }
    }
}
