using Vortex.Diffusion.Layers;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Networks;

/// <summary>The UNet of Stable Diffusion 1, 2 and XL, with inpainting channels or the refiner's shape where the configuration says so.</summary>
/// <remarks>
/// Memory: the skips (one tensor for each input block) stay until their output block; within a block at most a handful of tensors of its size
/// live at a time. A picture of odd size works: every enlargement goes to the size of the skip that follows. Safe to use from several threads.
/// </remarks>
public sealed class UNet : IDiffusionNetwork
{
    private readonly UNetEncoder _encoder;
    private readonly UNetBlock[] _outputs;
    private readonly GroupNorm _norm;
    private readonly Conv2d _out;

    /// <summary>Takes the weights.</summary>
    /// <param name="weights">Below <c>model.diffusion_model.</c>, in the original layout.</param>
    /// <param name="config">What they are.</param>
    /// <exception cref="DiffusionException">Weights are missing or wrongly shaped (all are listed), or the network is of a kind that is not supported.</exception>
    public UNet(WeightSet weights, UNetConfig config)
    {
        UNetConfigs.Check(config);
        Config = config;
        _encoder = new UNetEncoder(weights, config);
        Stack<int> skips = new(_encoder.Channels);
        Stack<int> depths = new(config.TransformerDepthOutput);
        WeightSet blocks = weights.Under("output_blocks");
        List<UNetBlock> outputs = [];
        int channels = _encoder.Channels[^1];
        for (int level = config.Levels - 1; level >= 0; level--)
        {
            int width = config.ModelChannels * config.ChannelMult[level];
            for (int i = 0; i <= config.NumResBlocks[level]; i++)
            {
                bool isLast = level > 0 && i == config.NumResBlocks[level];
                outputs.Add(UNetBlock.Output(blocks.Under(outputs.Count), outputs.Count, config, channels + skips.Pop(), width, depths.Pop(), level, isLast));
                channels = width;
            }
        }

        _outputs = [.. outputs];
        _norm = new GroupNorm(weights.Under("out").Under(0), channels, config.NormGroups);
        _out = new Conv2d(weights.Under("out").Under(2), channels, config.OutChannels, 3);
        weights.ThrowIfIncomplete("a UNet of this kind");
    }

    /// <summary>Gets what the network is.</summary>
    public UNetConfig Config { get; }

    /// <summary>Gets the channels that each input block hands to its output block, in the order they run.</summary>
    public IReadOnlyList<int> SkipChannels => _encoder.Channels;

    /// <inheritdoc/>
    /// <exception cref="DiffusionException">The latent, the text or the vector is not of this network's kind: <see cref="DiffusionCodes.Mismatch"/>.</exception>
    public Tensor Forward(NetworkInput input)
    {
        _encoder.Check(input, "The UNet");
        using TensorScope scope = TensorScope.Begin();
        Tensor time = _encoder.Embed(input).Silu();
        Stack<Tensor> skips = Down(input, time);
        Tensor h = skips.Peek();
        if (_encoder.Middle is { } middle)
        {
            h = middle.Forward(h, time, input);
        }

        Tensor? residual = input.Control?.Middle is [.., { } last] ? last : null;
        if (residual is not null)
        {
            // Without a middle h is a skip still, which must stay as it is.
            h = _encoder.Middle is null ? h.Clone() : h;
            Add(h, residual);
        }

        for (int i = 0; i < _outputs.Length; i++)
        {
            using TensorScope block = TensorScope.Begin();
            Tensor joined = Join(ref h, skips, input);
            Tensor result = _outputs[i].Forward(joined, time, input, skips.TryPeek(out Tensor? next) ? (next.Shape[2], next.Shape[3]) : null);
            h = block.Keep(result);
        }

        Tensor normed = _norm.Forward(h, Activation.Silu);
        h.Dispose();
        return scope.Keep(_out.Forward(normed));
    }

    /// <inheritdoc/>
    public long PeakBytes(int batch, int height, int width)
    {
        // What a block of a level holds at once, in tensors of its channels: hidden state and skip, joined, normalised, and the result; with a transformer
        // its tokens, and the gate of its feed-forward, which is eight times as wide, with what comes out of it.
        const double Block = 6;
        const double Transformer = 16;
        const double Surplus = 1.15;
        (double skips, double most, int level, int transformer) = (0, 0, 0, 0);
        double Pixels(int at) => Math.Ceiling(height / (double)(1 << at)) * Math.Ceiling(width / (double)(1 << at));
        for (; level < Config.Levels; level++)
        {
            double values = Config.ModelChannels * (double)Config.ChannelMult[level] * Pixels(level);
            int blocks = Config.NumResBlocks[level];
            skips += values * (blocks + 1);
            most = Math.Max(most, values * (Config.TransformerDepth.AsSpan(transformer, blocks).ContainsAnyExcept(0) ? Transformer : Block));
            transformer += blocks;
        }

        return (long)(batch * (skips + most) * Surplus * sizeof(float));
    }

    /// <summary>Returns the time embedding with the vector conditioning, as the blocks see it before SiLU; for comparisons.</summary>
    public Tensor Embed(NetworkInput input) => _encoder.Embed(input);

    /// <summary>Returns what the vector conditioning adds to the time embedding, or null for networks without one; for comparisons.</summary>
    public Tensor? EmbedVector(NetworkInput input) => _encoder.EmbedVector(input);

    private Stack<Tensor> Down(NetworkInput input, Tensor time)
    {
        Stack<Tensor> skips = new();
        Tensor h = input.Latent;
        for (int i = 0; i < _encoder.Blocks.Count; i++)
        {
            h = _encoder.Blocks[i].Forward(h, time, input);
            if (input.Control is { } control && i < control.Input.Count && control.Input[i] is { } residual)
            {
                Add(h, residual);
            }

            skips.Push(h);
        }

        return skips;
    }

    // Joins the hidden state with the last skip; both go as soon as they are copied.
    private static Tensor Join(ref Tensor h, Stack<Tensor> skips, NetworkInput input)
    {
        int index = skips.Count - 1;
        Tensor skip = skips.Pop();
        bool isShared = ReferenceEquals(h, skip);
        Tensor joinedSkip = skip;
        if (input.Control is { } control && index < control.Output.Count && control.Output[index] is { } residual)
        {
            joinedSkip = isShared ? skip.Clone() : skip;
            Add(joinedSkip, residual);
        }

        Tensor hidden = h;
        foreach (Func<Tensor, Tensor, NetworkInput, (Tensor Hidden, Tensor Skip)> hook in input.Hooks.OutputBlocks)
        {
            (hidden, joinedSkip) = hook(hidden, joinedSkip, input);
        }

        Tensor joined = hidden.Backend.Concat([hidden, joinedSkip], 1);
        h.Dispose();
        skip.Dispose();
        return joined;
    }

    // A residual of one entry counts for the whole batch.
    private static void Add(Tensor target, Tensor residual)
    {
        if (residual.Rank != 4 || residual.Shape[1] != target.Shape[1] || residual.Shape[2] != target.Shape[2] || residual.Shape[3] != target.Shape[3]
            || (residual.Shape[0] != 1 && residual.Shape[0] != target.Shape[0]))
        {
            throw new DiffusionException(
                DiffusionCodes.Mismatch,
                $"The control network gives {residual.Shape} where the model has {target.Shape}: it was made for another kind of model.");
        }

        target.Backend.BinaryInPlace(BinaryOp.Add, target, residual);
    }
}
