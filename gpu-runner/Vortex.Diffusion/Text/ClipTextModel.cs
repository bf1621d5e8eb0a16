using Vortex.Diffusion.Layers;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Text;

/// <summary>CLIP's text transformer: every token sees itself and those before it.</summary>
/// <remarks>Immutable; may be used from several threads.</remarks>
public sealed class ClipTextModel
{
    private readonly Tensor _tokens;
    private readonly Tensor _positions;
    private readonly ClipBlock[] _blocks;
    private readonly LayerNorm _finalNorm;
    private readonly Tensor? _projection;

    /// <summary>Takes the weights. What is missing is put down in <paramref name="weights"/>.</summary>
    /// <param name="weights">Below <c>clip_l.transformer</c> and the like; see <see cref="TextWeights"/>.</param>
    /// <param name="config">The sizes.</param>
    public ClipTextModel(WeightSet weights, ClipTextConfig config)
    {
        Config = config;
        WeightSet model = weights.Under("text_model");
        _tokens = model.Get("embeddings.token_embedding.weight", [config.Vocabulary, config.Width]);
        _positions = model.Get("embeddings.position_embedding.weight", [config.Positions, config.Width]);
        _blocks = [.. Enumerable.Range(0, config.Layers).Select(i =>
            new ClipBlock(model.Under("encoder").Under("layers").Under(i), config.Width, config.Heads, config.Inner, config.Activation))];
        _finalNorm = new LayerNorm(model.Under("final_layer_norm"), config.Width);
        _projection = weights.ShapeOf("text_projection.weight") is { Rank: 2 } shape
            ? weights.Get("text_projection.weight", [shape[0], config.Width])
            : null;
    }

    /// <summary>Gets the sizes.</summary>
    public ClipTextConfig Config { get; }

    /// <summary>Gets what computes.</summary>
    public ITensorBackend Backend => _tokens.Backend;

    /// <summary>Looks tokens up, without positions: ids [chunks, tokens] to [chunks, tokens, width].</summary>
    internal Tensor Embed(Tensor ids) => Backend.Embedding(_tokens, ids);

    /// <summary>Adds the positions to embedded tokens in place.</summary>
    internal void AddPositions(Tensor x)
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor positions = _positions.To(DType.Float32);
        Backend.BinaryInPlace(BinaryOp.Add, x, x.Shape[1] == Config.Positions ? positions : positions.Slice(0, 0, x.Shape[1]));
    }

    /// <summary>Applies blocks <paramref name="from"/> up to <paramref name="to"/> to x [chunks, tokens, width] in place.</summary>
    /// <exception cref="OperationCanceledException">Between two blocks, when the token says so.</exception>
    internal void Apply(Tensor x, int from, int to, CancellationToken cancellationToken)
    {
        for (int i = from; i < to; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _blocks[i].Apply(x, causal: true);
        }
    }

    /// <summary>Normalises as after the last block.</summary>
    internal Tensor Normalize(Tensor x) => _finalNorm.Forward(x);

    /// <summary>Projects pooled text [n, width]; the same where the model has no projection.</summary>
    internal Tensor Project(Tensor pooled) => _projection is null ? pooled : Backend.Linear(pooled, _projection);
}
