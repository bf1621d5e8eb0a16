using TorchSharp;
using Vortex.Tensors.Shapes;
using Vortex.Tensors.Torch.Memory;
using F = TorchSharp.torch.nn.functional;

namespace Vortex.Tensors.Torch;

// Functions of values.
public sealed unsafe partial class TorchBackend
{
    /// <inheritdoc/>
    public Tensor Unary(UnaryOp op, Tensor x) => Make(x.Shape, () => Apply(op, Values(x)));

    /// <inheritdoc/>
    public void UnaryInPlace(UnaryOp op, Tensor x)
    {
        TorchTensor target = Target(x);
        Change(target, () => target.Value.copy_(Apply(op, target.Value)));
    }

    /// <inheritdoc/>
    public Tensor Affine(Tensor x, float scale, float shift) => Make(x.Shape, () =>
    {
        torch.Tensor result = Values(x).mul(scale);
        result.add_(shift);
        return result;
    });

    /// <inheritdoc/>
    public Tensor Clamp(Tensor x, float min, float max) => Make(x.Shape, () => Values(x).clamp((Scalar)min, (Scalar)max));

    /// <inheritdoc/>
    public Tensor LeakyRelu(Tensor x, float slope) => Make(x.Shape, () => F.leaky_relu(Values(x), slope));

    /// <inheritdoc/>
    public Tensor PRelu(Tensor x, Tensor slope)
    {
        bool perChannel = OpShapes.SlopesPerChannel(x.Shape, slope.Shape);
        long[] sizes = [.. Enumerable.Range(0, x.Rank).Select(i => perChannel && i == 1 ? slope.Count : 1)];
        return Make(x.Shape, () =>
        {
            torch.Tensor values = Values(x);
            return torch.where(values.gt(0), values, values.mul(Values(slope).reshape(sizes)));
        });
    }

    /// <inheritdoc/>
    public Tensor Geglu(Tensor x)
    {
        int half = OpShapes.Halves("Geglu", x.Shape);
        return Make(x.Shape.With(-1, half), () =>
        {
            torch.Tensor values = Values(x);
            torch.Tensor gate = Gelu(values.narrow(x.Rank - 1, half, half));
            gate.mul_(values.narrow(x.Rank - 1, 0, half));
            return gate;
        });
    }

    /// <summary>Applies a function; the result is new memory.</summary>
    private static torch.Tensor Apply(UnaryOp op, torch.Tensor x) => op switch
    {
        UnaryOp.Negate => x.neg(),
        UnaryOp.Abs => x.abs(),
        UnaryOp.Exp => x.exp(),
        UnaryOp.Log => x.log(),
        UnaryOp.Sqrt => x.sqrt(),
        UnaryOp.Rsqrt => x.rsqrt(),
        UnaryOp.Reciprocal => x.reciprocal(),
        UnaryOp.Square => x.square(),
        UnaryOp.Sin => x.sin(),
        UnaryOp.Cos => x.cos(),
        UnaryOp.Tanh => x.tanh(),
        UnaryOp.Sigmoid => x.sigmoid(),
        UnaryOp.Silu => F.silu(x),
        UnaryOp.Gelu => Gelu(x),
        UnaryOp.GeluTanh => GeluTanh(x),
        UnaryOp.QuickGelu => QuickGelu(x),
        UnaryOp.Relu => x.relu(),
        UnaryOp.Round => x.round(),
        UnaryOp.Floor => x.floor(),
        UnaryOp.Ceiling => x.ceil(),
        // libtorch's sign of NaN is 0.
        UnaryOp.Sign => torch.where(x.isnan(), x, x.sign()),
        UnaryOp.Softplus => F.softplus(x),
        _ => throw new ArgumentOutOfRangeException(nameof(op), op, "There is no such function."),
    };

    /// <summary>Applies an activation to memory that nobody else sees.</summary>
    private static torch.Tensor Activated(torch.Tensor x, Activation activation)
    {
        switch (activation)
        {
            case Activation.None:
                return x;
            case Activation.Silu:
                F.silu(x, inplace: true);
                return x;
            case Activation.Relu:
                F.relu(x, inplace: true);
                return x;
            case Activation.Gelu:
                return Gelu(x);
            case Activation.QuickGelu:
                return QuickGelu(x);
            default:
                throw new ArgumentOutOfRangeException(nameof(activation), activation, "There is no such activation.");
        }
    }

    // On the CPU, libtorch's own goes through oneDNN, which makes NaN of infinity.
    private static torch.Tensor Gelu(torch.Tensor x)
    {
        if (x.device_type != DeviceType.CPU)
        {
            return F.gelu(x);
        }

        torch.Tensor result = x.mul(0.70710678f).erf();
        result.add_(1);
        result.mul_(x.mul(0.5f));
        return result;
    }

    private static torch.Tensor QuickGelu(torch.Tensor x)
    {
        torch.Tensor result = x.mul(1.702f).sigmoid();
        result.mul_(x);
        return result;
    }

    // (1 + tanh u) / 2 is the sigmoid of 2u, which loses nothing for negative values. The binding's gelu takes no approximation.
    private static torch.Tensor GeluTanh(torch.Tensor x)
    {
        const float Factor = 1.5957691216057308f; // 2 * sqrt(2 / pi)
        torch.Tensor inner = x.square();
        inner.mul_(0.044715f * Factor);
        inner.add_(Factor);
        inner.mul_(x);
        torch.Tensor result = inner.sigmoid();
        result.mul_(x);
        return result;
    }

    /// <summary>Returns a tensor that an op may write to.</summary>
    private TorchTensor Target(Tensor tensor)
    {
        TorchTensor target = Own(tensor);
        Writable(target);
        return target.DType == DType.Float32 ? target : throw new TensorShapeException($"An op in place needs float32 values, not {target.DType}.");
    }
}
