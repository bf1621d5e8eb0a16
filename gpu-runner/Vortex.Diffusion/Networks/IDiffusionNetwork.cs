using Vortex.Tensors;

namespace Vortex.Diffusion.Networks;

/// <summary>The network of a diffusion model: predicts noise, velocity or picture from a noisy latent.</summary>
public interface IDiffusionNetwork
{
    /// <summary>Predicts. Returns a tensor of the latent's batch, channels out, height and width, kept for the caller's scope.</summary>
    /// <exception cref="OperationCanceledException">Between two blocks, when the input's token says so.</exception>
    Tensor Forward(NetworkInput input);

    /// <summary>Estimates the most memory that one evaluation takes beside the weights, in bytes; 0 where that is not known.</summary>
    /// <param name="batch">Entries of the batch.</param>
    /// <param name="height">Rows of the latent.</param>
    /// <param name="width">Columns of the latent.</param>
    long PeakBytes(int batch, int height, int width) => 0;
}

/// <summary>What one evaluation of a network takes. Batch entries may belong to different conditionings.</summary>
public sealed record NetworkInput
{
    /// <summary>Gets the scaled latent, with concatenated channels for inpainting models: [batch, channels, height, width].</summary>
    public required Tensor Latent { get; init; }

    /// <summary>Gets the timesteps: [batch], float32.</summary>
    public required Tensor Timesteps { get; init; }

    /// <summary>Gets the text: [batch, tokens, width].</summary>
    public required Tensor Context { get; init; }

    /// <summary>Gets the vector conditioning (SDXL, unCLIP): [batch, width], or null.</summary>
    public Tensor? Vector { get; init; }

    /// <summary>Gets residuals that a ControlNet or T2I-Adapter adds.</summary>
    public ControlResiduals? Control { get; init; }

    /// <summary>Gets what is done between the blocks.</summary>
    public NetworkHooks Hooks { get; init; } = NetworkHooks.None;

    /// <summary>Gets which list of prompts each conditioning belongs to, in the batch's order: 0 is what is wanted, 1 (and more) what it is guided away from.</summary>
    public IReadOnlyList<int> Kinds { get; init; } = [];

    /// <summary>Gets the noise level, for hooks.</summary>
    public float Sigma { get; init; }

    /// <summary>Gets the signal to stop.</summary>
    public CancellationToken CancellationToken { get; init; }
}

/// <summary>Residuals for the blocks of a UNet, each list in the order the blocks run; entries may be null.</summary>
/// <param name="Input">Added after input blocks (T2I-Adapter).</param>
/// <param name="Middle">Added after the middle block.</param>
/// <param name="Output">Added to the skips, in the order of the input blocks: the last is used first.</param>
public sealed record ControlResiduals(IReadOnlyList<Tensor?> Input, IReadOnlyList<Tensor?> Middle, IReadOnlyList<Tensor?> Output);

/// <summary>Changes that a patched model makes between the blocks of a UNet.</summary>
public sealed record NetworkHooks
{
    /// <summary>Gets hooks that do nothing.</summary>
    public static NetworkHooks None { get; } = new();

    /// <summary>Gets what is done to the hidden state and the skip before an output block joins them (FreeU): (hidden, skip, input) to both.</summary>
    public IReadOnlyList<Func<Tensor, Tensor, NetworkInput, (Tensor Hidden, Tensor Skip)>> OutputBlocks { get; init; } = [];

    /// <summary>Gets what replaces or changes cross attention (IP-Adapter, hypernetworks): called for each attention, null leaves it as it is.</summary>
    public IReadOnlyList<IAttentionHook> Attention { get; init; } = [];
}

/// <summary>Changes attention inside of transformer blocks.</summary>
public interface IAttentionHook
{
    /// <summary>Changes keys and values before they are projected; or returns them as they are.</summary>
    (Tensor Keys, Tensor Values) Context(AttentionPlace place, Tensor keys, Tensor values) => (keys, values);

    /// <summary>Attends in place of the network, or looks on and returns null. The first hook that answers counts; all are asked.</summary>
    /// <param name="place">Where.</param>
    /// <param name="query">[batch, tokens, width], projected.</param>
    /// <param name="keys">[batch, keys, width], projected.</param>
    /// <param name="values">[batch, keys, width], projected.</param>
    /// <returns>[batch, tokens, width] in the caller's scope, or null.</returns>
    Tensor? Attend(AttentionPlace place, Tensor query, Tensor keys, Tensor values) => null;

    /// <summary>Changes the hidden state in place, after a transformer block's self attention was added to it and before the text is looked at.</summary>
    /// <param name="place">Where; <see cref="AttentionPlace.IsCross"/> says nothing here.</param>
    /// <param name="x">[batch, tokens, width].</param>
    void Between(AttentionPlace place, Tensor x)
    {
    }

    /// <summary>Adds to the result before the output projection; or returns it as it is.</summary>
    Tensor Result(AttentionPlace place, Tensor query, Tensor result) => result;
}

/// <summary>Where an attention is.</summary>
/// <param name="Block"><c>input</c>, <c>middle</c> or <c>output</c>.</param>
/// <param name="Index">The block's number.</param>
/// <param name="Depth">The transformer block inside of it.</param>
/// <param name="IsCross">Whether keys come from the text.</param>
/// <param name="Heads">Attention heads.</param>
/// <param name="Input">What the network was asked.</param>
public sealed record AttentionPlace(string Block, int Index, int Depth, bool IsCross, int Heads, NetworkInput Input);
