using System.Collections.Immutable;

namespace Vortex.Diffusion.Networks;

/// <summary>The build of a UNet of the Stable Diffusion line, as a checkpoint's keys and shapes tell it. Field names follow the original configuration files.</summary>
public sealed record UNetConfig
{
    /// <summary>Gets the channels of the input: 4, or more for inpainting (9), instruct-pix2pix (8) and upscaling (7).</summary>
    public int InChannels { get; init; } = 4;

    /// <summary>Gets the channels of the output.</summary>
    public int OutChannels { get; init; } = 4;

    /// <summary>Gets the channels of the first level; others are multiples of it.</summary>
    public required int ModelChannels { get; init; }

    /// <summary>Gets the channels of each level as a multiple of <see cref="ModelChannels"/>.</summary>
    public required ImmutableArray<int> ChannelMult { get; init; }

    /// <summary>Gets the residual blocks of each level on the way down; the way up has one more.</summary>
    public required ImmutableArray<int> NumResBlocks { get; init; }

    /// <summary>Gets the transformer blocks after each residual block on the way down, in the order they run; 0 for no transformer.</summary>
    public required ImmutableArray<int> TransformerDepth { get; init; }

    /// <summary>Gets the transformer blocks after each residual block on the way up, listed from the top level: the last entry runs first.</summary>
    public required ImmutableArray<int> TransformerDepthOutput { get; init; }

    /// <summary>Gets the transformer blocks in the middle: 0 for residual blocks only, -1 for a single residual block without a transformer, -2 for no middle at all.</summary>
    public int TransformerDepthMiddle { get; init; }

    /// <summary>Gets the width of the text that cross attention sees; 0 where no block has cross attention.</summary>
    public int ContextDim { get; init; }

    /// <summary>Gets the attention heads of every level, or -1 where <see cref="NumHeadChannels"/> rules.</summary>
    public int NumHeads { get; init; } = -1;

    /// <summary>Gets the channels of one attention head, or -1 where <see cref="NumHeads"/> rules.</summary>
    public int NumHeadChannels { get; init; } = -1;

    /// <summary>Gets whether a transformer's <c>proj_in</c> and <c>proj_out</c> are linear maps (SD2, SDXL) and not 1x1 convolutions (SD1).</summary>
    public bool UseLinearInTransformer { get; init; }

    /// <summary>Gets the width of the vector conditioning through <c>label_emb</c>, or null where there is none.</summary>
    public int? AdmInChannels { get; init; }

    /// <summary>Gets the number of classes where <c>label_emb</c> is a table of noise levels (the x4 upscaler), or null.</summary>
    public int? ClassCount { get; init; }

    /// <summary>Gets, per level, whether the first attention of a block looks at the text too instead of at itself; empty for never.</summary>
    public ImmutableArray<bool> DisableSelfAttentions { get; init; } = [];

    /// <summary>Gets whether residual blocks have a time dimension (video models).</summary>
    public bool UseTemporalResblock { get; init; }

    /// <summary>Gets whether transformers have a time dimension (video models).</summary>
    public bool UseTemporalAttention { get; init; }

    /// <summary>Gets the groups of the group norms.</summary>
    public int NormGroups { get; init; } = 32;

    /// <summary>Gets the number of levels.</summary>
    public int Levels => ChannelMult.Length;

    /// <summary>Returns the attention heads for a block of that many channels.</summary>
    public int HeadsFor(int channels) => NumHeadChannels > 0 ? channels / NumHeadChannels : NumHeads;
}
