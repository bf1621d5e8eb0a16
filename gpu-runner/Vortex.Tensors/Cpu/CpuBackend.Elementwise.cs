using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Vortex.Tensors.Cpu.Elements;
using Vortex.Tensors.Cpu.Vectors;
using Vortex.Tensors.Shapes;

namespace Vortex.Tensors.Cpu;

// Functions of values.
public sealed unsafe partial class CpuBackend
{
    // Below this many values a second thread costs more than it brings.
    private const long ValuesPerBand = 16_384;

    /// <inheritdoc/>
    public Tensor Unary(UnaryOp op, Tensor x)
    {
        CpuTensor source = Own(x);
        CpuTensor result = Make(x.Shape);
        Map(op, result, source);
        return result;
    }

    /// <inheritdoc/>
    public void UnaryInPlace(UnaryOp op, Tensor x)
    {
        CpuTensor target = Target(x);
        Map(op, target, target);
    }

    /// <inheritdoc/>
    public Tensor Affine(Tensor x, float scale, float shift) => MapNew(new AffineKernel(scale, shift), x);

    /// <inheritdoc/>
    public Tensor Clamp(Tensor x, float min, float max) => MapNew(new ClampKernel(min, max), x);

    /// <inheritdoc/>
    public Tensor LeakyRelu(Tensor x, float slope) => MapNew(new LeakyReluKernel(slope), x);

    /// <inheritdoc/>
    public Tensor PRelu(Tensor x, Tensor slope)
    {
        (CpuTensor source, CpuTensor slopes) = (Own(x), Own(slope));
        bool perChannel = OpShapes.SlopesPerChannel(x.Shape, slope.Shape);
        CpuTensor result = Make(x.Shape);
        long[] strides = new long[x.Rank];
        if (perChannel)
        {
            strides[1] = slopes.Strides[0];
        }

        ElementLoop loop = new(x.Shape, Operand.Of(result, x.Shape), Operand.Of(source, x.Shape), new Operand(slopes.Bytes, slopes.DType, strides, slopes.Storage));
        Walk2(loop, new PReluKernel(), result.Count);
        return result;
    }

    /// <inheritdoc/>
    public Tensor Geglu(Tensor x)
    {
        CpuTensor source = Own(x);
        int half = OpShapes.Halves("Geglu", x.Shape);
        Shape shape = x.Shape.With(-1, half);
        CpuTensor result = Make(shape);
        byte* gate = source.Bytes + (half * source.Strides[^1] * source.DType.Size());
        Operand value = new(source.Bytes, source.DType, source.Strides);
        ElementLoop loop = new(shape, Operand.Of(result, shape), value, new Operand(gate, source.DType, source.Strides));
        Walk2(loop, new GegluKernel(), result.Count);
        return result;
    }

    private void Map(UnaryOp op, CpuTensor target, CpuTensor source)
    {
        switch (op)
        {
            case UnaryOp.Negate: Map1(new NegateKernel(), target, source); break;
            case UnaryOp.Abs: Map1(new AbsKernel(), target, source); break;
            case UnaryOp.Exp: Map1(new ExpKernel(), target, source); break;
            case UnaryOp.Sqrt: Map1(new SqrtKernel(), target, source); break;
            case UnaryOp.Rsqrt: Map1(new RsqrtKernel(), target, source); break;
            case UnaryOp.Reciprocal: Map1(new ReciprocalKernel(), target, source); break;
            case UnaryOp.Square: Map1(new SquareKernel(), target, source); break;
            case UnaryOp.Tanh: Map1(new TanhKernel(), target, source); break;
            case UnaryOp.Sigmoid: Map1(new SigmoidKernel(), target, source); break;
            case UnaryOp.Silu: Map1(new SiluKernel(), target, source); break;
            case UnaryOp.Gelu: Map1(new GeluKernel(), target, source); break;
            case UnaryOp.GeluTanh: Map1(new GeluTanhKernel(), target, source); break;
            case UnaryOp.QuickGelu: Map1(new QuickGeluKernel(), target, source); break;
            case UnaryOp.Relu: Map1(new ReluKernel(), target, source); break;
            case UnaryOp.Round: Map1(new RoundKernel(), target, source); break;
            case UnaryOp.Floor: Map1(new FloorKernel(), target, source); break;
            case UnaryOp.Ceiling: Map1(new CeilingKernel(), target, source); break;
            case UnaryOp.Sign: Map1(new SignKernel(), target, source); break;
            case UnaryOp.Log: MapPlain(&ScalarFunctions.Log, target, source); break;
            case UnaryOp.Sin: MapPlain(&ScalarFunctions.Sin, target, source); break;
            case UnaryOp.Cos: MapPlain(&ScalarFunctions.Cos, target, source); break;
            case UnaryOp.Softplus: MapPlain(&ScalarFunctions.Softplus, target, source); break;
            default: throw new ArgumentOutOfRangeException(nameof(op), op, "There is no such function.");
        }
    }

    private CpuTensor MapNew<TK>(TK kernel, Tensor x)
        where TK : unmanaged, IUnaryKernel
    {
        CpuTensor source = Own(x);
        CpuTensor result = Make(x.Shape);
        Map1(kernel, result, source);
        return result;
    }

    private void Map1<TK>(TK kernel, CpuTensor target, CpuTensor source)
        where TK : unmanaged, IUnaryKernel
    {
        ElementLoop loop = new(target.Shape, Operand.Of(target, target.Shape), Operand.Of(source, target.Shape));
        Walk(loop, Wide switch
        {
            CpuInstructions.Avx512 => &Runs.Unary<TK, Simd512, Vector512<float>>,
            CpuInstructions.Avx2 => &Runs.Unary<TK, Simd256, Vector256<float>>,
            _ => &Runs.Unary<TK, SimdScalar, float>,
        }, &kernel, target.Count);
    }

    private void MapPlain(delegate*<void*, float*, float**, long*, long, void> function, CpuTensor target, CpuTensor source)
    {
        ElementLoop loop = new(target.Shape, Operand.Of(target, target.Shape), Operand.Of(source, target.Shape));
        Walk(loop, function, null, target.Count);
    }

    private void Walk2<TK>(ElementLoop loop, TK kernel, long count)
        where TK : unmanaged, IBinaryKernel => Walk(loop, Wide switch
        {
            CpuInstructions.Avx512 => &Runs.Binary<TK, Simd512, Vector512<float>>,
            CpuInstructions.Avx2 => &Runs.Binary<TK, Simd256, Vector256<float>>,
            _ => &Runs.Binary<TK, SimdScalar, float>,
        }, &kernel, count);

    private void Walk3<TK>(ElementLoop loop, TK kernel, long count)
        where TK : unmanaged, ITernaryKernel => Walk(loop, Wide switch
        {
            CpuInstructions.Avx512 => &Runs.Ternary<TK, Simd512, Vector512<float>>,
            CpuInstructions.Avx2 => &Runs.Ternary<TK, Simd256, Vector256<float>>,
            _ => &Runs.Ternary<TK, SimdScalar, float>,
        }, &kernel, count);

    private void Walk(ElementLoop loop, delegate*<void*, float*, float**, long*, long, void> kernel, void* state, long count)
    {
        _threads.For(count, ValuesPerBand, (first, end) => loop.Run(kernel, state, first, end));
        GC.KeepAlive(loop);
    }

    /// <summary>Gets the instructions that kernels of values are chosen by.</summary>
    private CpuInstructions Wide => Options.Instructions != CpuInstructions.Best
        ? Options.Instructions
        : Avx512F.IsSupported ? CpuInstructions.Avx512 : Avx2.IsSupported ? CpuInstructions.Avx2 : CpuInstructions.Portable;

    /// <summary>Returns a tensor that an op may write to.</summary>
    private CpuTensor Target(Tensor tensor)
    {
        CpuTensor target = Own(tensor);
        return target.DType != DType.Float32
            ? throw new TensorShapeException($"An op in place needs float32 values, not {target.DType}.")
            : target.Storage.IsBorrowed
                ? throw new InvalidOperationException("The tensor's memory is not the backend's and must not be written to.")
                : target;
    }
}
