using TorchSharp;
using Vortex.Tensors.Cpu;
using Vortex.Tensors.Shapes;
using Vortex.Tensors.Torch.Formats;
using Vortex.Tensors.Torch.Memory;
using F = TorchSharp.torch.nn.functional;

namespace Vortex.Tensors.Torch;

// Products, convolutions, attention and normalisations.
public sealed unsafe partial class TorchBackend
{
    /// <inheritdoc/>
    public Tensor MatMul(Tensor a, Tensor b)
    {
        Shape shape = [.. OpShapes.MatMulOuter(a.Shape, b.Shape), a.Shape[-2], b.Shape[-1]];
        return Make(shape, () => Single(Operand(a).matmul(Operand(b))));
    }

    /// <inheritdoc/>
    public Tensor Linear(Tensor x, Tensor weight, Tensor? bias = null, Activation activation = Activation.None)
    {
        Shape shape = OpShapes.Linear(x.Shape, weight.Shape, bias?.Shape);
        return Make(shape, () => Activated(Single(F.linear(Operand(x), Weight(weight), OperandOrNull(bias))), activation));
    }

    /// <inheritdoc/>
    public Tensor Conv2d(Tensor x, Tensor weight, Tensor? bias, ConvOptions options)
    {
        ConvShape shape = ConvShape.Of(x.Shape, weight.Shape, bias?.Shape, options);
        return Make([shape.Batch, shape.OutChannels, shape.OutHeight, shape.OutWidth], () => Activated(
            Single(F.conv2d(Operand(x), Weight(weight), OperandOrNull(bias)?.reshape(-1), Both(options.Stride), Both(options.Padding), Both(options.Dilation), options.Groups)),
            options.Activation));
    }

    /// <inheritdoc/>
    public Tensor ConvTranspose2d(Tensor x, Tensor weight, Tensor? bias, ConvOptions options, int outputPadding = 0)
    {
        Shape shape = OpShapes.ConvTranspose2d(x.Shape, weight.Shape, bias?.Shape, options, outputPadding);
        return Make(shape, () => Activated(
            Single(F.conv_transpose2d(
                Operand(x), Weight(weight), OperandOrNull(bias)?.reshape(-1), Both(options.Stride), Both(options.Padding), Both(outputPadding), Both(options.Dilation), options.Groups)),
            options.Activation));
    }

    /// <inheritdoc/>
    public Tensor Attention(Tensor q, Tensor k, Tensor v, Tensor? mask = null, float? scale = null, bool causal = false)
    {
        OpShapes.Attention(q.Shape, k.Shape, v.Shape);
        (int batch, int heads, int queries, int width, int keys) = (q.Shape[0], q.Shape[1], q.Shape[2], q.Shape[3], k.Shape[2]);
        Shape scores = [batch, heads, queries, keys];
        if (mask is not null)
        {
            _ = OpShapes.ExpandedStrides(mask.Shape, Own(mask).Strides, scores);
        }

        if (keys == 0)
        {
            return Full([batch, heads, queries, v.Shape[3]], 0);
        }

        return Make([batch, heads, queries, v.Shape[3]], () =>
        {
            // libtorch divides by the root of the width; any other scale is brought about through the queries.
            torch.Tensor asked = scale is { } factor ? To(Values(q).mul(factor * MathF.Sqrt(width)), _operands) : Operand(q);
            torch.Tensor? added = mask is null ? null : Values(mask).expand(scores.Sizes());
            if (added is not null && causal)
            {
                added = added.add(torch.full([queries, keys], float.NegativeInfinity, torch.ScalarType.Float32, _device).triu(1));
            }

            torch.Tensor result = F.scaled_dot_product_attention(
                Rows(asked), Rows(Operand(k)), Rows(Operand(v)), added is null ? null : To(added, _operands), is_casual: causal && added is null);
            // As the port lays it out: [batch, queries, heads, width] without gaps.
            return Single(result).transpose(1, 2).contiguous().transpose(1, 2);
        });
    }

    /// <inheritdoc/>
    public Tensor GroupNorm(Tensor x, int groups, Tensor? weight, Tensor? bias, float epsilon, Activation activation = Activation.None)
    {
        OpShapes.GroupNorm(x.Shape, groups);
        OpShapes.PerEntry("GroupNorm", weight?.Shape, x.Shape[1]);
        OpShapes.PerEntry("GroupNorm", bias?.Shape, x.Shape[1]);
        return Make(x.Shape, () => Activated(F.group_norm(Values(x), groups, ValuesOrNull(weight), ValuesOrNull(bias), epsilon), activation));
    }

    /// <inheritdoc/>
    public Tensor LayerNorm(Tensor x, Tensor? weight, Tensor? bias, float epsilon)
    {
        int width = OpShapes.Width("LayerNorm", x.Shape);
        OpShapes.PerEntry("LayerNorm", weight?.Shape, width);
        OpShapes.PerEntry("LayerNorm", bias?.Shape, width);
        return Make(x.Shape, () => F.layer_norm(Values(x), [width], ValuesOrNull(weight), ValuesOrNull(bias), epsilon));
    }

    /// <inheritdoc/>
    public Tensor RmsNorm(Tensor x, Tensor? weight, float epsilon)
    {
        int width = OpShapes.Width("RmsNorm", x.Shape);
        OpShapes.PerEntry("RmsNorm", weight?.Shape, width);
        return Make(x.Shape, () =>
        {
            torch.Tensor values = Values(x);
            torch.Tensor result = values.mul(values.square().mean([-1], keepdim: true).add(epsilon).rsqrt());
            if (weight is not null)
            {
                result.mul_(Values(weight));
            }

            return result;
        });
    }

    private static torch.Tensor Single(torch.Tensor value) => value.dtype == torch.ScalarType.Float32 ? value : value.to(torch.ScalarType.Float32);

    // The fast kernels read rows whose values lie side by side.
    private static torch.Tensor Rows(torch.Tensor value) => value.stride(3) == 1 ? value : value.contiguous();

    private static long[] Both(int value) => [value, value];
}
