using System.Runtime.InteropServices;
using TorchSharp;
using Vortex.Tensors.Formats;
using Vortex.Tensors.Shapes;
using Vortex.Tensors.Torch.Formats;
using Vortex.Tensors.Torch.Memory;

namespace Vortex.Tensors.Torch;

// Making, reading and converting.
public sealed unsafe partial class TorchBackend
{
    // The binding's spans are counted in int.
    private const long ValuesAtOnce = 1 << 27;

    /// <inheritdoc/>
    public Tensor Full(Shape shape, float value) => Make(shape, () => torch.full(shape.Sizes(), value, torch.ScalarType.Float32, _device));

    /// <inheritdoc/>
    public Tensor From(ReadOnlySpan<float> values, Shape shape)
    {
        OpShapes.Fills(values.Length, shape);
        fixed (float* source = values)
        {
            return Brought((byte*)source, DType.Float32, shape);
        }
    }

    /// <inheritdoc/>
    public Tensor From(ReadOnlySpan<long> values, Shape shape)
    {
        OpShapes.Fills(values.Length, shape);
        fixed (long* source = values)
        {
            return Brought((byte*)source, DType.Int64, shape);
        }
    }

    /// <inheritdoc/>
    /// <remarks>The values are copied: to the GPU in any case, and on the CPU because the binding cannot lay a tensor over memory of others.</remarks>
    public Tensor Wrap(NativeRegion region, DType type, Shape shape)
    {
        OpShapes.Covers(region, type, shape);
        TorchTensor result = Brought((byte*)region.Address, type, shape, borrowed: true);
        GC.KeepAlive(region.Owner);
        return result;
    }

    /// <inheritdoc/>
    public void Read(Tensor tensor, Span<float> values)
    {
        OpShapes.ReadsInto(tensor.Shape, values.Length);
        fixed (float* target = values)
        {
            Fetch(tensor, () => Values(tensor), (byte*)target);
        }
    }

    /// <inheritdoc/>
    public void Read(Tensor tensor, Span<long> values)
    {
        if (values.Length != tensor.Count || tensor.DType.IsFloat())
        {
            throw new TensorShapeException($"{tensor} does not read into {values.Length} whole numbers.");
        }

        fixed (long* target = values)
        {
            Fetch(tensor, () => To(Own(tensor).Value, torch.ScalarType.Int64), (byte*)target);
        }
    }

    /// <inheritdoc/>
    public Tensor Convert(Tensor tensor, DType type)
    {
        TorchTensor own = Own(tensor);
        if (own.DType == type)
        {
            return own;
        }

        if (type.IsFloat8())
        {
            return Narrowed(own, type);
        }

        // What is no float32 is rounded twice on the way to a narrower format, as the other backends do.
        bool isByFloat = own.DType.IsFloat8() || (type is DType.Float16 or DType.BFloat16 && own.DType != DType.Float32);
        return Make(own.Shape, type, () => isByFloat && type == DType.Float32 ? Values(own) : (isByFloat ? Values(own) : own.Value).to(TorchFormats.Stored(type)));
    }

    /// <summary>Rounds to float8 with the library's own code, on all processors: libtorch's is out of the binding's reach.</summary>
    private TorchTensor Narrowed(TorchTensor tensor, DType type)
    {
        float[] wide = GC.AllocateUninitializedArray<float>(checked((int)tensor.Count));
        byte[] narrow = GC.AllocateUninitializedArray<byte>(wide.Length);
        Read(tensor, wide);
        const int Block = 1 << 16;
        Parallel.For(0, (wide.Length + Block - 1) / Block, block =>
        {
            int start = block * Block;
            fixed (float* from = wide)
            {
                fixed (byte* to = narrow)
                {
                    NumberFormats.FromFloats(type, from + start, to + start, Math.Min(Block, wide.Length - start));
                }
            }
        });
        fixed (byte* source = narrow)
        {
            return Brought(source, type, tensor.Shape);
        }
    }

    private TorchTensor Brought(byte* source, DType type, Shape shape, bool borrowed = false)
    {
        nint address = (nint)source;
        return Make(shape, type, () => Upload((byte*)address, TorchFormats.Stored(type), shape.Sizes()), borrowed);
    }

    private torch.Tensor Upload(float[] values)
    {
        fixed (float* source = values)
        {
            nint address = (nint)source;
            return Run(values.Length * sizeof(float), () => Upload((byte*)address, torch.ScalarType.Float32, [values.Length]));
        }
    }

    private torch.Tensor Upload(byte* source, torch.ScalarType type, long[] sizes)
    {
        torch.Tensor host = torch.empty(sizes, type, torch.CPU);
        foreach ((torch.Tensor piece, long start) in Pieces(host))
        {
            Span<byte> target = piece.bytes;
            new ReadOnlySpan<byte>(source + (start * host.ElementSize), target.Length).CopyTo(target);
        }

        return IsCuda ? host.to(_device) : host;
    }

    private void Fetch(Tensor tensor, Func<torch.Tensor> values, byte* target)
    {
        if (tensor.Count == 0)
        {
            return;
        }

        using torch.Tensor host = Run(tensor.Count * sizeof(float), () =>
        {
            torch.Tensor here = values();
            return IsCuda ? here.contiguous().cpu() : here.is_contiguous() ? here.alias() : here.contiguous();
        });
        using DisposeScope scope = torch.NewDisposeScope();
        foreach ((torch.Tensor piece, long start) in Pieces(host))
        {
            ReadOnlySpan<byte> source = piece.bytes;
            source.CopyTo(new Span<byte>(target + (start * host.ElementSize), source.Length));
        }

        GC.KeepAlive(tensor);
    }

    private static List<(torch.Tensor Piece, long Start)> Pieces(torch.Tensor host)
    {
        torch.Tensor flat = host.view(-1);
        List<(torch.Tensor, long)> pieces = [];
        for (long start = 0; start < flat.numel(); start += ValuesAtOnce)
        {
            pieces.Add((flat.narrow(0, start, Math.Min(ValuesAtOnce, flat.numel() - start)), start));
        }

        return pieces;
    }
}
