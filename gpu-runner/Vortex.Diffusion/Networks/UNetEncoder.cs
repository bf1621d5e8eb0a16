using Vortex.Diffusion.Layers;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Networks;

/// <summary>The half of a UNet that a ControlNet has too: embeddings, the blocks on the way down, the middle.</summary>
internal sealed class UNetEncoder
{
    private readonly UNetConfig _config;
    private readonly Linear _time0;
    private readonly Linear _time2;
    private readonly Linear? _label0;
    private readonly Linear? _label2;

    public UNetEncoder(WeightSet weights, UNetConfig config)
    {
        _config = config;
        int width = 4 * config.ModelChannels;
        _time0 = new Linear(weights.Under("time_embed").Under(0), config.ModelChannels, width);
        _time2 = new Linear(weights.Under("time_embed").Under(2), width, width);
        if (config.AdmInChannels is { } adm)
        {
            WeightSet label = weights.Under("label_emb").Under(0);
            _label0 = new Linear(label.Under(0), adm, width);
            _label2 = new Linear(label.Under(2), width, width);
        }

        WeightSet blocks = weights.Under("input_blocks");
        List<UNetBlock> list = [new UNetBlock("input", 0) { First = new Conv2d(blocks.Under(0).Under(0), config.InChannels, config.ModelChannels, 3) }];
        List<int> channels = [config.ModelChannels];
        int transformer = 0;
        for (int level = 0; level < config.Levels; level++)
        {
            int outputs = config.ModelChannels * config.ChannelMult[level];
            for (int i = 0; i < config.NumResBlocks[level]; i++)
            {
                list.Add(UNetBlock.Input(blocks.Under(list.Count), list.Count, config, channels[^1], outputs, config.TransformerDepth[transformer++], level));
                channels.Add(outputs);
            }

            if (level < config.Levels - 1)
            {
                Conv2d down = new(blocks.Under(list.Count).Under(0).Under("op"), outputs, outputs, 3, new ConvOptions(2, 1));
                list.Add(new UNetBlock("input", list.Count) { Down = down });
                channels.Add(outputs);
            }
        }

        (Blocks, Channels) = (list, channels);
        Middle = UNetBlock.Middle(weights.Under("middle_block"), config, channels[^1]);
    }

    /// <summary>Gets the blocks on the way down.</summary>
    public IReadOnlyList<UNetBlock> Blocks { get; }

    /// <summary>Gets the channels that each block gives.</summary>
    public IReadOnlyList<int> Channels { get; }

    public UNetBlock? Middle { get; }

    /// <summary>Returns the time embedding with the vector conditioning added, before SiLU: [batch, 4 * model channels].</summary>
    public Tensor Embed(NetworkInput input)
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor waves = TimestepEmbedding.Create(input.Latent.Backend, input.Timesteps.ToArray(), _config.ModelChannels);
        Tensor time = _time2.Forward(_time0.Forward(waves, Activation.Silu));
        if (EmbedVector(input) is { } vector)
        {
            time.Backend.BinaryInPlace(BinaryOp.Add, time, vector);
        }

        return scope.Keep(time);
    }

    /// <summary>Returns what the vector conditioning adds to the time, or null for networks without.</summary>
    public Tensor? EmbedVector(NetworkInput input) => _label0 is null ? null : _label2!.Forward(_label0.Forward(input.Vector!, Activation.Silu));

    /// <summary>Checks what was asked against what the network was built for.</summary>
    /// <exception cref="DiffusionException"><see cref="DiffusionCodes.Mismatch"/>.</exception>
    public void Check(NetworkInput input, string what)
    {
        Shape latent = input.Latent.Shape;
        if (latent.Rank != 4 || latent[1] != _config.InChannels)
        {
            throw Mismatch($"{what} takes a latent of {_config.InChannels} channels, not {latent}. Use the model with a latent (and for inpainting models a mask) of its own kind.");
        }

        if (latent.Count == 0)
        {
            throw Mismatch($"A latent of shape {latent} is empty.");
        }

        if (input.Context.Rank != 3 || input.Context.Shape[2] != _config.ContextDim)
        {
            throw Mismatch($"{what} takes text of width {_config.ContextDim}, not {input.Context.Shape}. Use the text encoder of the same model family.");
        }

        if (_config.AdmInChannels is { } adm && input.Vector?.Shape[-1] != adm)
        {
            throw Mismatch($"{what} takes a vector conditioning of width {adm}, not {input.Vector?.Shape.ToString() ?? "none"}. Use the text encoders of the same model family.");
        }

        if (input.Timesteps.Count != latent[0] || input.Context.Shape[0] != latent[0])
        {
            throw Mismatch($"{latent[0]} latents have {input.Timesteps.Count} timesteps and {input.Context.Shape[0]} texts.");
        }
    }

    private static DiffusionException Mismatch(string message) => new(DiffusionCodes.Mismatch, message);
}
