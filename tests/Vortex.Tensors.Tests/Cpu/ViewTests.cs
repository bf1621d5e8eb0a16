using Vortex.Tensors.Cpu;

namespace Vortex.Tensors.Tests.Cpu;

public sealed class ViewTests : IDisposable
{
    private readonly CpuBackend _backend = new(new CpuBackendOptions { Threads = 2 });

    public void Dispose() => _backend.Dispose();

    [Fact]
    public void Permuted_tensor_reads_in_its_new_order_and_reshapes()
    {
        Tensor x = Count([2, 3, 4]);
        Tensor turned = x.Permute(2, 0, 1);
        Assert.Equal([4, 2, 3], turned.Shape);
        Assert.Equal([0, 4, 8, 12, 16, 20, 1, 5, 9, 13, 17, 21, 2, 6, 10, 14, 18, 22, 3, 7, 11, 15, 19, 23], turned.ToArray());
        Assert.Equal(turned.ToArray(), turned.Reshape(4, 6).ToArray());
        Assert.Equal(turned.ToArray(), turned.Reshape(-1).ToArray());
        Assert.Equal(x.ToArray(), x.Reshape(6, 2, 2).Reshape(2, -1, 4).ToArray());
    }

    [Fact]
    public void Reshape_of_a_view_shares_memory_where_strides_allow_it()
    {
        Tensor x = Count([2, 6, 4]);
        Tensor part = x.Slice(1, 2, 3).Reshape(2, 3, 2, 2);
        Assert.Equal([8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43], part.ToArray());
        _backend.CopyInto(part, _backend.Full([1], -1));
        Assert.Equal(24, x.ToArray().Count(value => value == -1));
    }

    [Fact]
    public void Slices_take_steps_and_refuse_to_leave_the_tensor()
    {
        Tensor x = Count([10]);
        Assert.Equal([1, 4, 7], x.Slice(0, 1, 3, 3).ToArray());
        Assert.Throws<TensorShapeException>(() => x.Slice(0, 2, 4, 3));
        Assert.Empty(x.Slice(0, 10, 0).ToArray());
    }

    [Fact]
    public void Joining_repeating_flipping_and_picking_follow_PyTorch()
    {
        Tensor x = Count([2, 2]);
        Assert.Equal([0, 1, 0, 1, 2, 3, 2, 3], _backend.Concat([x, x], -1).ToArray());
        Assert.Equal([0, 1, 2, 3, 0, 2, 1, 3], _backend.Concat([x, x.Transpose(0, 1)], 0).ToArray());
        Assert.Equal([0, 1, 0, 1, 2, 3, 2, 3, 0, 1, 0, 1, 2, 3, 2, 3], _backend.Repeat(x, [2, 1, 2]).ToArray());
        Assert.Equal([1, 0, 3, 2], _backend.Flip(x, 1).ToArray());
        Assert.Equal([2, 3, 0, 1, 2, 3], _backend.IndexSelect(x, 0, [1, 0, 1]).ToArray());
        Assert.Equal([0, 1, 2, 3, 0, 1, 2, 3], x.Reshape(1, 2, 2).Expand(2, 2, 2).ToArray());
    }

    [Fact]
    public void Padding_reaches_beyond_the_edge_as_its_mode_says()
    {
        Tensor x = Count([1, 3]);
        Assert.Equal([9, 0, 1, 2, 9, 9], _backend.Pad(x, [1, 2], PadMode.Constant, 9).ToArray());
        Assert.Equal([2, 1, 0, 1, 2, 1], _backend.Pad(x, [2, 1], PadMode.Reflect).ToArray());
        Assert.Equal([0, 0, 0, 1, 2, 2], _backend.Pad(x, [2, 1], PadMode.Replicate).ToArray());
        Assert.Equal([1, 2, 0, 1, 2, 0], _backend.Pad(x, [2, 1], PadMode.Circular).ToArray());
        Assert.Equal([1, 2, 0, 0, 0, 0], _backend.Pad(x, [-1, 1, 0, 1]).ToArray());
        Assert.Throws<TensorShapeException>(() => _backend.Pad(x, [3, 0], PadMode.Reflect));
    }

    [Fact]
    public unsafe void Memory_of_others_may_lie_anywhere_and_is_not_written_to()
    {
        byte[] bytes = new byte[13];
        BitConverter.TryWriteBytes(bytes.AsSpan(1), 1.5f);
        BitConverter.TryWriteBytes(bytes.AsSpan(5), -2f);
        BitConverter.TryWriteBytes(bytes.AsSpan(9), 3f);
        fixed (byte* p = bytes)
        {
            Tensor x = _backend.Wrap(new NativeRegion((nint)p + 1, 12, bytes), DType.Float32, [3]);
            Assert.Equal([1.5f, -2, 3], x.ToArray());
            Assert.Equal([-2], _backend.Linear(x.Slice(0, 1, 1), _backend.Full([1, 1], 1)).ToArray());
            Assert.Throws<InvalidOperationException>(() => _backend.CopyInto(x, _backend.Full([1], 0)));
            NativeRegion odd = new((nint)p, 13, bytes);
            Assert.Throws<TensorShapeException>(() => _backend.Wrap(odd, DType.Float32, [3]));
        }
    }

    [Theory]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    [InlineData(DType.Float8E4M3)]
    [InlineData(DType.Float8E5M2)]
    [InlineData(DType.Float64)]
    [InlineData(DType.Int64)]
    [InlineData(DType.Int32)]
    [InlineData(DType.Int16)]
    [InlineData(DType.Int8)]
    public void Small_whole_numbers_survive_every_format(DType type)
    {
        float[] values = [-8, -7, -4, -1, 0, 1, 2, 3, 5, 6, 7, 8];
        Tensor x = _backend.From(values, [3, 4]);
        Assert.Equal(values, x.To(type).To(DType.Float32).ToArray());
        Assert.Equal(x.Transpose(0, 1).ToArray(), x.To(type).Transpose(0, 1).To(DType.Float64).ToArray());
    }

    [Fact]
    public void Rows_of_a_table_are_looked_up_in_any_format()
    {
        Tensor table = Count([3, 2]).To(DType.BFloat16);
        Assert.Equal([4, 5, 0, 1], _backend.Embedding(table, _backend.From([2L, 0L], [2])).ToArray());
        Assert.Throws<TensorShapeException>(() => _backend.Embedding(table, _backend.From([3L], [1])));
    }

    [Fact]
    public void Wide_copies_are_the_same_on_any_number_of_threads()
    {
        Tensor x = Count([64, 70, 40]);
        float[] turned = x.Permute(2, 1, 0).Clone().ToArray();
        Assert.Equal(x.ToArray(), _backend.From(turned, [40, 70, 64]).Permute(2, 1, 0).ToArray());
    }

    private Tensor Count(Shape shape) => _backend.From([.. Enumerable.Range(0, (int)shape.Count).Select(i => (float)i)], shape);
}
