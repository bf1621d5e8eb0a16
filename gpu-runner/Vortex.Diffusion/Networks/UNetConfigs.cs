namespace Vortex.Diffusion.Networks;

/// <summary>Checks that a UNet's description hangs together, before anything is built from it.</summary>
internal static class UNetConfigs
{
    /// <exception cref="DiffusionException">It is of an unsupported kind, or its numbers contradict each other.</exception>
    public static void Check(UNetConfig config)
    {
        if (config.UseTemporalAttention || config.UseTemporalResblock)
        {
            throw new DiffusionException(DiffusionCodes.FamilyUnsupported, "Video UNets (Stable Video Diffusion) are not supported yet.");
        }

        if (config.ClassCount is not null)
        {
            throw new DiffusionException(DiffusionCodes.FamilyUnsupported, "UNets with a table of noise levels (the x4 upscaler) are not supported yet.");
        }

        int down = config.NumResBlocks.Sum();
        if (config.Levels == 0 || config.NumResBlocks.Length != config.Levels || config.TransformerDepth.Length != down
            || config.TransformerDepthOutput.Length != down + config.Levels)
        {
            throw new DiffusionException(
                DiffusionCodes.FamilyUnsupported,
                $"A UNet of {config.Levels} levels, {down} residual blocks and {config.TransformerDepth.Length} and {config.TransformerDepthOutput.Length} transformers does not exist.");
        }

        bool hasTransformers = config.TransformerDepth.Any(depth => depth > 0) || config.TransformerDepthMiddle > 0;
        if (hasTransformers && config.ChannelMult.Any(mult => config.HeadsFor(config.ModelChannels * mult) is var heads
            && (heads < 1 || config.ModelChannels * mult % heads != 0)))
        {
            throw new DiffusionException(DiffusionCodes.FamilyUnsupported, $"{config.ModelChannels} channels do not divide into attention heads.");
        }
    }
}
