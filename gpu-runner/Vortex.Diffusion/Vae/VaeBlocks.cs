using Vortex.Diffusion.Layers;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Vae;

/// <summary>A step of an autoencoder. Returns a new tensor and leaves its argument as it is.</summary>
internal interface IVaeStep
{
    /// <summary>Gets the name below <c>encoder.</c> or <c>decoder.</c>, for traces.</summary>
    string Name { get; }

    Tensor Forward(Tensor x);
}

/// <summary>Two normalised convolutions added to what came in.</summary>
internal sealed class VaeResBlock(WeightSet weights, string name, int inputs, int outputs) : IVaeStep
{
    private readonly GroupNorm _norm1 = new(weights.Under("norm1"), inputs, epsilon: 1e-6f);
    private readonly Conv2d _conv1 = new(weights.Under("conv1"), inputs, outputs, 3);
    private readonly GroupNorm _norm2 = new(weights.Under("norm2"), outputs, epsilon: 1e-6f);
    private readonly Conv2d _conv2 = new(weights.Under("conv2"), outputs, outputs, 3);
    private readonly Conv2d? _skip = inputs == outputs ? null : new(weights.Under("nin_shortcut"), inputs, outputs, 1);

    public string Name => name;

    public Tensor Forward(Tensor x)
    {
        // At 512x512 one tensor is 134 MB: each goes as soon as the next one is there.
        using TensorScope scope = TensorScope.Begin();
        Tensor normed = _norm1.Forward(x, Activation.Silu);
        Tensor h = _conv1.Forward(normed);
        normed.Dispose();
        Tensor normed2 = _norm2.Forward(h, Activation.Silu);
        h.Dispose();
        Tensor result = _conv2.Forward(normed2);
        normed2.Dispose();
        x.Backend.BinaryInPlace(BinaryOp.Add, result, _skip is null ? x : _skip.Forward(x));
        return scope.Keep(result);
    }
}

/// <summary>Attention of every pixel to every other, one head as wide as the channels.</summary>
internal sealed class VaeAttention(WeightSet weights, string name, int channels) : IVaeStep
{
    private readonly GroupNorm _norm = new(weights.Under("norm"), channels, epsilon: 1e-6f);
    private readonly Linear _query = new(weights.Under("q"), channels, channels);
    private readonly Linear _key = new(weights.Under("k"), channels, channels);
    private readonly Linear _value = new(weights.Under("v"), channels, channels);
    private readonly Linear _out = new(weights.Under("proj_out"), channels, channels);

    public string Name => name;

    public Tensor Forward(Tensor x)
    {
        using TensorScope scope = TensorScope.Begin();
        (int batch, int height, int width) = (x.Shape[0], x.Shape[2], x.Shape[3]);
        Tensor tokens = x.Backend.Contiguous(_norm.Forward(x).Reshape(batch, channels, height * width).Permute(0, 2, 1));
        Tensor attended = x.Backend.Attention(Head(_query.Forward(tokens)), Head(_key.Forward(tokens)), Head(_value.Forward(tokens)));
        Tensor result = _out.Forward(attended.Reshape(batch, height * width, channels));
        return scope.Keep(x.Backend.Binary(BinaryOp.Add, result.Permute(0, 2, 1).Reshape(batch, channels, height, width), x));
    }

    private static Tensor Head(Tensor x) => x.Reshape(x.Shape[0], 1, x.Shape[1], x.Shape[2]);
}

/// <summary>Halves the size: a row and a column of zeros at the end, then a convolution of stride 2.</summary>
internal sealed class VaeDown(WeightSet weights, string name, int channels) : IVaeStep
{
    private readonly Conv2d _conv = new(weights.Under("conv"), channels, channels, 3, new ConvOptions(2, 0));

    public string Name => name;

    public Tensor Forward(Tensor x)
    {
        using TensorScope scope = TensorScope.Begin();
        return scope.Keep(_conv.Forward(x.Backend.Pad(x, [0, 1, 0, 1])));
    }
}

/// <summary>Doubles the size: nearest pixels, then a convolution.</summary>
internal sealed class VaeUp(WeightSet weights, string name, int channels) : IVaeStep
{
    private readonly Conv2d _conv = new(weights.Under("conv"), channels, channels, 3);

    public string Name => name;

    public Tensor Forward(Tensor x)
    {
        using TensorScope scope = TensorScope.Begin();
        return scope.Keep(_conv.Forward(x.Backend.Interpolate(x, x.Shape[2] * 2, x.Shape[3] * 2, InterpolationMode.Nearest)));
    }
}

/// <summary>A convolution that stands alone.</summary>
internal sealed class VaeConv(WeightSet weights, string name, int inputs, int outputs, int kernel) : IVaeStep
{
    private readonly Conv2d _conv = new(weights, inputs, outputs, kernel);

    public string Name => name;

    public Tensor Forward(Tensor x) => _conv.Forward(x);
}

/// <summary>The norm before the last convolution, with SiLU.</summary>
internal sealed class VaeNorm(WeightSet weights, string name, int channels) : IVaeStep
{
    private readonly GroupNorm _norm = new(weights, channels, epsilon: 1e-6f);

    public string Name => name;

    public Tensor Forward(Tensor x) => _norm.Forward(x, Activation.Silu);
}
