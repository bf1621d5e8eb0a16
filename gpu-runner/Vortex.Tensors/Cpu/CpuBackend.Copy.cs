using Vortex.Tensors.Formats;
using Vortex.Tensors.Shapes;

namespace Vortex.Tensors.Cpu;

// Copies and putting together.
public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public Tensor Contiguous(Tensor tensor)
    {
        CpuTensor own = Own(tensor);
        return own.IsContiguous ? own : Copy(own);
    }

    /// <inheritdoc/>
    public Tensor Clone(Tensor tensor) => Copy(Own(tensor));

    /// <inheritdoc/>
    public void CopyInto(Tensor target, Tensor source)
    {
        CpuTensor to = Own(target);
        if (to.Storage.IsBorrowed)
        {
            throw new InvalidOperationException("The tensor lies over memory that must not be written to.");
        }

        CpuTensor from = Own(source);
        CpuTensor same = from.DType == to.DType ? from : Own(Convert(from, to.DType));
        StridedCopy.Run(_threads, to.DType.Size(), to.Bytes, to.Strides, same.Bytes, ExpandedStrides(same, to.Shape), to.Shape.Span);
        if (same != from)
        {
            same.Dispose();
        }

        GC.KeepAlive(to);
        GC.KeepAlive(from);
    }

    /// <inheritdoc/>
    public Tensor Concat(IReadOnlyList<Tensor> tensors, int dimension)
    {
        CpuTensor result = Make(OpShapes.Concat(tensors, dimension), tensors[0].DType);
        int known = result.Shape.Dimension(dimension);
        int size = result.DType.Size();
        byte* to = result.Bytes;
        foreach (Tensor tensor in tensors)
        {
            CpuTensor part = Own(tensor);
            StridedCopy.Run(_threads, size, to, result.Strides, part.Bytes, part.Strides, part.Shape.Span);
            to += part.Shape[known] * result.Strides[known] * size;
            GC.KeepAlive(part);
        }

        return result;
    }

    /// <inheritdoc/>
    public Tensor Repeat(Tensor tensor, ReadOnlySpan<int> times)
    {
        CpuTensor own = Own(tensor);
        Shape shape = OpShapes.Repeat(own.Shape, times);
        int extra = times.Length - own.Rank;
        // Each dimension becomes (times, size): the copy of an expanded view.
        int[] sizes = new int[times.Length * 2];
        long[] strides = new long[times.Length * 2];
        for (int i = 0; i < times.Length; i++)
        {
            sizes[2 * i] = times[i];
            sizes[(2 * i) + 1] = i < extra ? 1 : own.Shape[i - extra];
            strides[(2 * i) + 1] = i < extra ? 0 : own.Strides[i - extra];
        }

        CpuTensor copy = Make(shape, own.DType);
        StridedCopy.Run(_threads, own.DType.Size(), copy.Bytes, CpuTensor.RowMajor(new Shape(sizes)), own.Bytes, strides, sizes);
        GC.KeepAlive(own);
        return copy;
    }

    /// <inheritdoc/>
    public Tensor Flip(Tensor tensor, int dimension)
    {
        CpuTensor own = Own(tensor);
        int known = own.Shape.Dimension(dimension);
        long[] strides = [.. own.Strides];
        strides[known] = -strides[known];
        CpuTensor result = Make(own.Shape, own.DType);
        int size = own.DType.Size();
        byte* last = own.Bytes + (Math.Max(0, own.Shape[known] - 1) * own.Strides[known] * size);
        StridedCopy.Run(_threads, size, result.Bytes, result.Strides, last, strides, own.Shape.Span);
        GC.KeepAlive(own);
        return result;
    }

    /// <inheritdoc/>
    public Tensor IndexSelect(Tensor tensor, int dimension, ReadOnlySpan<int> indices)
    {
        CpuTensor own = Own(tensor);
        int known = own.Shape.Dimension(dimension);
        OpShapes.Indices(own.Shape, known, indices);
        CpuTensor result = Make(own.Shape.With(known, indices.Length), own.DType);
        int[] slice = own.Shape.With(known, 1).Span.ToArray();
        int size = own.DType.Size();
        for (int i = 0; i < indices.Length; i++)
        {
            int index = indices[i];
            StridedCopy.Run(
                _threads, size, result.Bytes + (i * result.Strides[known] * size), result.Strides, own.Bytes + (index * own.Strides[known] * size), own.Strides, slice);
        }

        GC.KeepAlive(own);
        return result;
    }

    /// <inheritdoc/>
    public Tensor Embedding(Tensor weight, Tensor ids)
    {
        CpuTensor table = Own(weight);
        OpShapes.Table(table);
        (int count, int width) = (table.Shape[0], table.Shape[1]);
        long[] rows = new long[ids.Count];
        Read(ids, rows);
        OpShapes.Rows(rows, count);
        CpuTensor result = Make(new Shape([.. ids.Shape, width]));
        CpuTensor dense = table.Strides[1] == 1 || width == 1 ? table : Copy(table);
        for (int i = 0; i < rows.Length; i++)
        {
            NumberFormats.ToFloats(dense.DType, dense.Bytes + (rows[i] * dense.Strides[0] * dense.DType.Size()), result.Floats + ((long)i * width), width);
        }

        if (dense != table)
        {
            dense.Dispose();
        }

        GC.KeepAlive(table);
        return result;
    }

    private CpuTensor Copy(CpuTensor tensor)
    {
        CpuTensor copy = Make(tensor.Shape, tensor.DType);
        StridedCopy.Run(_threads, tensor.DType.Size(), copy.Bytes, copy.Strides, tensor.Bytes, tensor.Strides, tensor.Shape.Span);
        GC.KeepAlive(tensor);
        return copy;
    }
}
