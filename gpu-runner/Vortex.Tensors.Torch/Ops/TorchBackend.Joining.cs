using TorchSharp;
using Vortex.Tensors.Shapes;
using Vortex.Tensors.Torch.Formats;
using Vortex.Tensors.Torch.Memory;
using F = TorchSharp.torch.nn.functional;

namespace Vortex.Tensors.Torch;

// Tensors put together, repeated, picked and padded. Formats stay as they are.
public sealed unsafe partial class TorchBackend
{
    /// <inheritdoc/>
    public Tensor Concat(IReadOnlyList<Tensor> tensors, int dimension)
    {
        Shape shape = OpShapes.Concat(tensors, dimension);
        TorchTensor[] parts = [.. tensors.Select(Own)];
        return Make(shape, parts[0].DType, () => torch.cat(parts.Select(part => part.Value).ToArray(), shape.Dimension(dimension)));
    }

    /// <inheritdoc/>
    public Tensor Repeat(Tensor tensor, ReadOnlySpan<int> times)
    {
        TorchTensor own = Own(tensor);
        Shape shape = OpShapes.Repeat(own.Shape, times);
        long[] counts = [.. times.ToArray().Select(count => (long)count)];
        return Make(shape, own.DType, () => own.Value.repeat(counts));
    }

    /// <inheritdoc/>
    public Tensor Flip(Tensor tensor, int dimension)
    {
        TorchTensor own = Own(tensor);
        int known = own.Shape.Dimension(dimension);
        return Make(own.Shape, own.DType, () => own.Value.flip(known));
    }

    /// <inheritdoc/>
    public Tensor IndexSelect(Tensor tensor, int dimension, ReadOnlySpan<int> indices)
    {
        TorchTensor own = Own(tensor);
        int known = own.Shape.Dimension(dimension);
        OpShapes.Indices(own.Shape, known, indices);
        int[] picked = indices.ToArray();
        return Make(own.Shape.With(known, picked.Length), own.DType, () => own.Value.index_select(known, Places(picked)));
    }

    /// <inheritdoc/>
    public Tensor Embedding(Tensor weight, Tensor ids)
    {
        TorchTensor table = Own(weight);
        OpShapes.Table(table);
        // Read back to be checked: on a GPU, a row that is not there would end the process's use of the device.
        long[] rows = new long[ids.Count];
        Read(ids, rows);
        OpShapes.Rows(rows, table.Shape[0]);
        Shape shape = [.. ids.Shape, table.Shape[1]];
        if (rows.Length == 0)
        {
            return Empty(shape);
        }

        TorchTensor numbers = Own(ids);
        using TorchTensor found = Make([rows.Length, table.Shape[1]], table.DType, () => table.Value.index_select(0, To(numbers.Value, torch.ScalarType.Int64).reshape(-1)));
        return table.DType == DType.Float32
            ? Reshape(found, shape.Span)
            : Make(shape, () => Values(found).view(shape.Sizes()));
    }

    /// <inheritdoc/>
    public Tensor Pad(Tensor tensor, ReadOnlySpan<int> padding, PadMode mode = PadMode.Constant, float value = 0)
    {
        TorchTensor own = Own(tensor);
        OpShapes.Pads(own.Shape, padding);
        int[] pads = padding.ToArray();
        if (mode == PadMode.Constant)
        {
            return PadConstant(own, pads, value);
        }

        int[][] sources = [.. Enumerable.Range(0, pads.Length / 2).Select(i => OpShapes.PadSources(own.Shape[own.Rank - 1 - i], pads[2 * i], pads[(2 * i) + 1], mode))];
        Shape shape = own.Shape;
        for (int i = 0; i < sources.Length; i++)
        {
            shape = shape.With(own.Rank - 1 - i, sources[i].Length);
        }

        return Make(shape, own.DType, () =>
        {
            // libtorch pads pictures itself; any other rank is picked together, dimension by dimension.
            if (own.Rank == 4 && pads.Length == 4 && own.DType == DType.Float32)
            {
                return F.pad(own.Value, [.. pads.Select(pad => (long)pad)], mode switch
                {
                    PadMode.Reflect => PaddingModes.Reflect,
                    PadMode.Replicate => PaddingModes.Replicate,
                    _ => PaddingModes.Circular,
                });
            }

            torch.Tensor result = own.Value.clone();
            for (int i = 0; i < sources.Length; i++)
            {
                result = result.index_select(own.Rank - 1 - i, Places(sources[i]));
            }

            return result;
        });
    }

    private TorchTensor PadConstant(TorchTensor own, int[] pads, float value)
    {
        (Shape shape, _) = OpShapes.Pad(own.Shape, pads);
        float stored = value;
        if (own.DType.IsFloat8())
        {
            byte bits;
            Vortex.Tensors.Formats.NumberFormats.FromFloats(own.DType, &value, &bits, 1);
            stored = bits;
        }

        return Make(shape, own.DType, () => F.pad(own.Value, [.. pads.Select(pad => (long)pad)], PaddingModes.Constant, stored));
    }

    private torch.Tensor Places(int[] indices)
    {
        fixed (int* source = indices)
        {
            return Upload((byte*)source, torch.ScalarType.Int32, [indices.Length]).to(torch.ScalarType.Int64);
        }
    }
}
