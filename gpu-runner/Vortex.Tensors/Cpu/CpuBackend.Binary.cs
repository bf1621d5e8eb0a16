using Vortex.Tensors.Cpu.Elements;
using Vortex.Tensors.Shapes;

namespace Vortex.Tensors.Cpu;

// Functions of two and three values, broadcast.
public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public Tensor Binary(BinaryOp op, Tensor a, Tensor b)
    {
        (CpuTensor left, CpuTensor right) = (Own(a), Own(b));
        CpuTensor result = Make(Shape.Broadcast(a.Shape, b.Shape));
        Combine(op, result, left, right);
        return result;
    }

    /// <inheritdoc/>
    public Tensor Binary(BinaryOp op, Tensor a, float b)
    {
        CpuTensor left = Own(a);
        CpuTensor result = Make(a.Shape);
        Combine(op, result, left, Number(&b, a.Rank));
        return result;
    }

    /// <inheritdoc/>
    public void BinaryInPlace(BinaryOp op, Tensor target, Tensor b)
    {
        CpuTensor result = Target(target);
        CpuTensor right = Fitting("BinaryInPlace", result, b);
        CpuTensor apart = Apart(result, right);
        Combine(op, result, result, apart);
        GiveBack(apart, right);
    }

    /// <inheritdoc/>
    public void BinaryInPlace(BinaryOp op, Tensor target, float b)
    {
        CpuTensor result = Target(target);
        Combine(op, result, result, Number(&b, result.Rank));
    }

    /// <inheritdoc/>
    public void AddScaledInPlace(Tensor target, Tensor x, float scale)
    {
        CpuTensor result = Target(target);
        CpuTensor right = Fitting("AddScaledInPlace", result, x);
        CpuTensor apart = Apart(result, right);
        Operand place = Operand.Of(result, result.Shape);
        Walk2(new ElementLoop(result.Shape, place, place, Operand.Of(apart, result.Shape)), new AddScaledKernel(scale), result.Count);
        GiveBack(apart, right);
    }

    /// <inheritdoc/>
    public Tensor Lerp(Tensor a, Tensor b, float weight)
    {
        (CpuTensor left, CpuTensor right) = (Own(a), Own(b));
        CpuTensor result = Make(Shape.Broadcast(a.Shape, b.Shape));
        ElementLoop loop = new(result.Shape, Operand.Of(result, result.Shape), Operand.Of(left, result.Shape), Operand.Of(right, result.Shape));
        Walk2(loop, new LerpKernel(weight), result.Count);
        return result;
    }

    /// <inheritdoc/>
    public Tensor Where(Tensor condition, Tensor a, Tensor b)
    {
        (CpuTensor test, CpuTensor left, CpuTensor right) = (Own(condition), Own(a), Own(b));
        CpuTensor result = Make(Shape.Broadcast(condition.Shape, Shape.Broadcast(a.Shape, b.Shape)));
        Shape shape = result.Shape;
        ElementLoop loop = new(shape, Operand.Of(result, shape), Operand.Of(test, shape), Operand.Of(left, shape), Operand.Of(right, shape));
        Walk3(loop, new WhereKernel(), result.Count);
        return result;
    }

    private static Operand Number(float* value, int rank) => new((byte*)value, DType.Float32, new long[rank]);

    private void Combine(BinaryOp op, CpuTensor target, CpuTensor a, CpuTensor b) => Combine(op, target, a, Operand.Of(b, target.Shape));

    private void Combine(BinaryOp op, CpuTensor target, CpuTensor a, Operand b)
    {
        ElementLoop loop = new(target.Shape, Operand.Of(target, target.Shape), Operand.Of(a, target.Shape), b);
        switch (op)
        {
            case BinaryOp.Add: Walk2(loop, new AddKernel(), target.Count); break;
            case BinaryOp.Subtract: Walk2(loop, new SubtractKernel(), target.Count); break;
            case BinaryOp.Multiply: Walk2(loop, new MultiplyKernel(), target.Count); break;
            case BinaryOp.Divide: Walk2(loop, new DivideKernel(), target.Count); break;
            case BinaryOp.Minimum: Walk2(loop, new MinimumKernel(), target.Count); break;
            case BinaryOp.Maximum: Walk2(loop, new MaximumKernel(), target.Count); break;
            case BinaryOp.Greater: Walk2(loop, new GreaterKernel(), target.Count); break;
            case BinaryOp.GreaterOrEqual: Walk2(loop, new GreaterOrEqualKernel(), target.Count); break;
            case BinaryOp.Equal: Walk2(loop, new EqualKernel(), target.Count); break;
            case BinaryOp.Power: Walk(loop, &ScalarFunctions.Power, null, target.Count); break;
            default: throw new ArgumentOutOfRangeException(nameof(op), op, "There is no such function.");
        }
    }

    private CpuTensor Fitting(string op, CpuTensor target, Tensor argument)
    {
        CpuTensor own = Own(argument);
        OpShapes.Fits(op, target.Shape, own.Shape);
        return own;
    }

    // Another view of the memory that is written to would be read after parts of it have changed.
    private CpuTensor Apart(CpuTensor target, CpuTensor argument)
    {
        bool same = target.Offset == argument.Offset && target.Shape == argument.Shape && target.Strides.AsSpan().SequenceEqual(argument.Strides);
        if (target.Storage != argument.Storage || same)
        {
            return argument;
        }

        return Copy(argument);
    }

    private static void GiveBack(CpuTensor copy, CpuTensor argument)
    {
        if (copy != argument)
        {
            copy.Dispose();
        }
    }
}
