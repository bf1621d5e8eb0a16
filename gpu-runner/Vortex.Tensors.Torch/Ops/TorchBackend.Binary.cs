using TorchSharp;
using Vortex.Tensors.Shapes;
using Vortex.Tensors.Torch.Formats;
using Vortex.Tensors.Torch.Memory;

namespace Vortex.Tensors.Torch;

// Functions of two and three values, broadcast.
public sealed unsafe partial class TorchBackend
{
    /// <inheritdoc/>
    public Tensor Binary(BinaryOp op, Tensor a, Tensor b) => Make(Shape.Broadcast(a.Shape, b.Shape), () => Combine(op, Values(a), Values(b)));

    /// <inheritdoc/>
    public Tensor Binary(BinaryOp op, Tensor a, float b) => Make(a.Shape, () => Combine(op, Values(a), b));

    /// <inheritdoc/>
    public void BinaryInPlace(BinaryOp op, Tensor target, Tensor b)
    {
        TorchTensor result = Target(target);
        OpShapes.Fits("BinaryInPlace", result.Shape, b.Shape);
        Change(result, () =>
        {
            torch.Tensor argument = Argument(result, b);
            _ = op switch
            {
                BinaryOp.Add => result.Value.add_(argument),
                BinaryOp.Subtract => result.Value.sub_(argument),
                BinaryOp.Multiply => result.Value.mul_(argument),
                BinaryOp.Divide => result.Value.div_(argument),
                _ => result.Value.copy_(Combine(op, result.Value, argument)),
            };
        });
    }

    /// <inheritdoc/>
    public void BinaryInPlace(BinaryOp op, Tensor target, float b)
    {
        TorchTensor result = Target(target);
        Change(result, () => _ = op switch
        {
            BinaryOp.Add => result.Value.add_(b),
            BinaryOp.Subtract => result.Value.sub_(b),
            BinaryOp.Multiply => result.Value.mul_(b),
            BinaryOp.Divide => result.Value.div_(b),
            _ => result.Value.copy_(Combine(op, result.Value, b)),
        });
    }

    /// <inheritdoc/>
    public void AddScaledInPlace(Tensor target, Tensor x, float scale)
    {
        TorchTensor result = Target(target);
        OpShapes.Fits("AddScaledInPlace", result.Shape, x.Shape);
        Change(result, () => result.Value.add_(Argument(result, x), scale));
    }

    /// <inheritdoc/>
    public Tensor Lerp(Tensor a, Tensor b, float weight) => Make(Shape.Broadcast(a.Shape, b.Shape), () =>
    {
        torch.Tensor start = Values(a);
        return start.add(Values(b).sub(start), weight);
    });

    /// <inheritdoc/>
    public Tensor Where(Tensor condition, Tensor a, Tensor b) =>
        Make(Shape.Broadcast(condition.Shape, Shape.Broadcast(a.Shape, b.Shape)), () => torch.where(Values(condition).ne(0), Values(a), Values(b)));

    private torch.Tensor Argument(TorchTensor target, Tensor argument) =>
        argument.DType == DType.Float32 ? Apart(target, Own(argument)) : Values(argument);

    private static torch.Tensor Combine(BinaryOp op, torch.Tensor a, torch.Tensor b) => op switch
    {
        BinaryOp.Add => a.add(b),
        BinaryOp.Subtract => a.sub(b),
        BinaryOp.Multiply => a.mul(b),
        BinaryOp.Divide => a.div(b),
        BinaryOp.Minimum => torch.minimum(a, b),
        BinaryOp.Maximum => torch.maximum(a, b),
        BinaryOp.Power => a.pow(b),
        BinaryOp.Greater => a.gt(b).to(torch.ScalarType.Float32),
        BinaryOp.GreaterOrEqual => a.ge(b).to(torch.ScalarType.Float32),
        BinaryOp.Equal => a.eq(b).to(torch.ScalarType.Float32),
        _ => throw new ArgumentOutOfRangeException(nameof(op), op, "There is no such function."),
    };

    private static torch.Tensor Combine(BinaryOp op, torch.Tensor a, float b) => op switch
    {
        BinaryOp.Add => a.add(b),
        BinaryOp.Subtract => a.sub(b),
        BinaryOp.Multiply => a.mul(b),
        BinaryOp.Divide => a.div(b),
        BinaryOp.Minimum => a.clamp_max(b),
        BinaryOp.Maximum => a.clamp_min(b),
        BinaryOp.Power => a.pow(b),
        BinaryOp.Greater => a.gt(b).to(torch.ScalarType.Float32),
        BinaryOp.GreaterOrEqual => a.ge(b).to(torch.ScalarType.Float32),
        BinaryOp.Equal => a.eq(b).to(torch.ScalarType.Float32),
        _ => throw new ArgumentOutOfRangeException(nameof(op), op, "There is no such function."),
    };
}
