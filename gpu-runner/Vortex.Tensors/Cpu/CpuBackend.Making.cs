using Vortex.Tensors.Formats;
using Vortex.Tensors.Shapes;

namespace Vortex.Tensors.Cpu;

// Making, reading and converting.
public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public Tensor Full(Shape shape, float value)
    {
        CpuTensor result = Make(shape);
        Fill(result, value);
        return result;
    }

    /// <inheritdoc/>
    public Tensor From(ReadOnlySpan<float> values, Shape shape)
    {
        OpShapes.Fills(values.Length, shape);
        CpuTensor result = Make(shape);
        values.CopyTo(new Span<float>(result.Floats, values.Length));
        return result;
    }

    /// <inheritdoc/>
    public Tensor From(ReadOnlySpan<long> values, Shape shape)
    {
        OpShapes.Fills(values.Length, shape);
        CpuTensor result = Make(shape, DType.Int64);
        values.CopyTo(new Span<long>(result.Bytes, values.Length));
        return result;
    }

    /// <inheritdoc/>
    public Tensor Wrap(NativeRegion region, DType type, Shape shape)
    {
        OpShapes.Covers(region, type, shape);
        return new CpuTensor(this, new CpuStorage(region), type, shape, CpuTensor.RowMajor(shape), 0);
    }

    /// <inheritdoc/>
    public void Read(Tensor tensor, Span<float> values)
    {
        OpShapes.ReadsInto(tensor.Shape, values.Length);
        using Dense dense = Floats(tensor);
        new ReadOnlySpan<float>(dense.Floats, values.Length).CopyTo(values);
    }

    /// <inheritdoc/>
    public void Read(Tensor tensor, Span<long> values)
    {
        if (values.Length != tensor.Count || tensor.DType.IsFloat())
        {
            throw new TensorShapeException($"{tensor} does not read into {values.Length} whole numbers.");
        }

        CpuTensor own = Own(tensor);
        CpuTensor dense = own.IsContiguous ? own : Copy(own);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = NumberFormats.ReadInteger(dense.DType, dense.Bytes, i);
        }

        if (dense != own)
        {
            dense.Dispose();
        }

        GC.KeepAlive(own);
    }

    /// <inheritdoc/>
    public Tensor Convert(Tensor tensor, DType type)
    {
        CpuTensor own = Own(tensor);
        if (own.DType == type)
        {
            return own;
        }

        CpuTensor dense = own.IsContiguous ? own : Copy(own);
        CpuTensor result = Converted(dense, type);
        if (dense != own)
        {
            dense.Dispose();
        }

        GC.KeepAlive(own);
        return result;
    }

    private static void Fill(CpuTensor target, float value)
    {
        long count = target.Count;
        if (value == 0 && !float.IsNegative(value))
        {
            new ByteBlock(target.Bytes, count * target.DType.Size()).Clear();
            return;
        }

        if (target.DType == DType.Float32)
        {
            float* p = target.Floats;
            for (long i = 0; i < count; i += int.MaxValue)
            {
                new Span<float>(p + i, (int)Math.Min(count - i, int.MaxValue)).Fill(value);
            }

            return;
        }

        int size = target.DType.Size();
        for (long i = 0; i < count; i++)
        {
            NumberFormats.FromFloats(target.DType, &value, target.Bytes + (i * size), 1);
        }
    }

    /// <summary>Converts contiguous values into a new tensor.</summary>
    private CpuTensor Converted(CpuTensor source, DType type)
    {
        CpuTensor result = Make(source.Shape, type);
        byte* from = source.Bytes;
        byte* to = result.Bytes;
        DType sourceType = source.DType;
        (int fromSize, int toSize) = (sourceType.Size(), type.Size());
        _threads.For(source.Count, 1 << 14, (start, end) =>
            ConvertRange(sourceType, from + (start * fromSize), type, to + (start * toSize), end - start));
        GC.KeepAlive(source);
        return result;
    }

    private static void ConvertRange(DType fromType, byte* from, DType toType, byte* to, long count)
    {
        if (toType == DType.Float32)
        {
            NumberFormats.ToFloats(fromType, from, (float*)to, count);
        }
        else if (fromType == DType.Float32)
        {
            NumberFormats.FromFloats(toType, (float*)from, to, count);
        }
        else if (!fromType.IsFloat() && (!toType.IsFloat() || toType == DType.Float64))
        {
            for (long i = 0; i < count; i++)
            {
                long value = NumberFormats.ReadInteger(fromType, from, i);
                if (toType == DType.Float64)
                {
                    ((double*)to)[i] = value;
                }
                else
                {
                    NumberFormats.WriteInteger(toType, to, i, value);
                }
            }
        }
        else if (fromType == DType.Float64 && !toType.IsFloat())
        {
            for (long i = 0; i < count; i++)
            {
                double value = ((double*)from)[i];
                NumberFormats.WriteInteger(toType, to, i, toType == DType.Bool ? (value != 0 ? 1 : 0) : (long)value);
            }
        }
        else
        {
            const int Block = 512;
            float* block = stackalloc float[Block];
            for (long i = 0; i < count; i += Block)
            {
                long n = Math.Min(Block, count - i);
                NumberFormats.ToFloats(fromType, from + (i * fromType.Size()), block, n);
                NumberFormats.FromFloats(toType, block, to + (i * toType.Size()), n);
            }
        }
    }
}
