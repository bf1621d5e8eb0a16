using Vortex.Tensors;

namespace Vortex.Testing;

// Making, reading, views, putting together.
public abstract partial class TensorBackendConformance
{
    [Fact]
    public void Values_come_out_as_they_went_in_whatever_the_layout()
    {
        Plain x = Plain.Random(1, 3, 5, 7);
        foreach ((string name, Tensor tensor) in Layouts(x))
        {
            Near(tensor, x, name);
            Near(Backend.Contiguous(tensor), x, name);
            Near(Backend.Clone(tensor), x, name);
            Assert.NotSame(tensor, Backend.Clone(tensor));
        }

        Tensor made = Make(x);
        Assert.Same(made, Backend.Contiguous(made));
        Assert.Equal([2.5f, 2.5f], Backend.Full([2], 2.5f).ToArray());
        Assert.Equal([2.5f], Backend.Full([], 2.5f).ToArray());
        long[] numbers = new long[3];
        Backend.Read(Backend.From([1L, -2, 1L << 40], [3]), numbers);
        Assert.Equal([1, -2, 1L << 40], numbers);
    }

    [Fact]
    public void Views_share_memory_and_show_the_same_values()
    {
        Plain x = Plain.Random(1, 4, 6, 5);
        foreach ((string name, Tensor tensor) in Layouts(x))
        {
            Near(tensor.Permute(2, 0, 1), Plain.Of([5, 4, 6], at => x[at[1], at[2], at[0]]), name);
            Near(tensor.Slice(1, 1, 3, 2), Plain.Of([4, 3, 5], at => x[at[0], 1 + (2 * at[1]), at[2]]), name);
            Near(tensor.Reshape(2, -1, 3), new Plain([2, 20, 3], x.Values), name);
            Near(tensor.Select(1, 2), Plain.Of([4, 5], at => x[at[0], 2, at[1]]), name);
            Near(tensor.Unsqueeze(0).Expand(3, 4, 6, 5), Plain.Of([3, 4, 6, 5], at => x[[.. at[1..]]]), name);
            Near(tensor.Transpose(0, 2), Plain.Of([5, 6, 4], at => x[at[2], at[1], at[0]]), name);
            Assert.Equal(3, tensor.Chunk(3, 1).Length);
        }

        Tensor whole = Make(x);
        Backend.CopyInto(whole.Slice(0, 1, 2), Backend.Full([6, 1], 9));
        Near(whole, Plain.Of(x.Sizes, at => at[0] is 1 or 2 ? 9 : x[at]));
        Backend.BinaryInPlace(BinaryOp.Multiply, whole.Permute(2, 1, 0), 2);
        Near(whole, Plain.Of(x.Sizes, at => at[0] is 1 or 2 ? 18 : x[at] * 2));
    }

    [Fact]
    public void Tensors_are_joined_repeated_turned_and_picked()
    {
        (Plain x, Plain y) = (Plain.Random(1, 2, 3, 4), Plain.Random(2, 2, 5, 4));
        foreach (((string name, Tensor a), (_, Tensor b)) in Layouts(x).Zip(Layouts(y).Reverse()))
        {
            Near(Backend.Concat([a, b, a], 1), Plain.Of([2, 11, 4], at => at[1] < 3 ? x[at] : at[1] < 8 ? y[at[0], at[1] - 3, at[2]] : x[at[0], at[1] - 8, at[2]]), name);
            Near(Backend.Repeat(a, [2, 1, 3]), Plain.Of([4, 3, 12], at => x[at[0] % 2, at[1], at[2] % 4]), name);
            Near(Backend.Repeat(a, [2, 1, 1, 1]), Plain.Of([2, 2, 3, 4], at => x[[.. at[1..]]]), name);
            Near(Backend.Flip(a, -2), Plain.Of([2, 3, 4], at => x[at[0], 2 - at[1], at[2]]), name);
            Near(Backend.IndexSelect(a, 2, [3, 0, 3]), Plain.Of([2, 3, 3], at => x[at[0], at[1], at[2] == 1 ? 0 : 3]), name);
        }

        Plain table = Plain.Random(3, 10, 6).Map(value => Math.Round(value * 8) / 8);
        Tensor ids = Backend.From([9L, 0, 3, 3], [2, 2]);
        foreach (DType format in new[] { DType.Float32, DType.Float16, DType.BFloat16 })
        {
            Near(Backend.Embedding(Make(table).To(format), ids), Plain.Of([2, 2, 6], at => table[(int)new[] { 9, 0, 3, 3 }[(at[0] * 2) + at[1]], at[2]]), $"{format}");
        }
    }

    [Theory]
    [InlineData(PadMode.Constant)]
    [InlineData(PadMode.Reflect)]
    [InlineData(PadMode.Replicate)]
    [InlineData(PadMode.Circular)]
    public void Edges_are_padded_by_mode(PadMode mode)
    {
        Plain x = Plain.Random(1, 2, 3, 4, 5);
        int Source(int i, int size) => mode switch
        {
            PadMode.Reflect => i < 0 ? -i : i >= size ? (2 * size) - 2 - i : i,
            PadMode.Replicate => Math.Clamp(i, 0, size - 1),
            PadMode.Circular => (i + size) % size,
            _ => i >= 0 && i < size ? i : -1,
        };
        Plain expected = Plain.Of([2, 3, 4 + 3, 5 + 3], at =>
        {
            (int row, int column) = (Source(at[2] - 2, 4), Source(at[3] - 1, 5));
            return row < 0 || column < 0 ? 1.5 : x[at[0], at[1], row, column];
        });
        foreach ((string name, Tensor tensor) in Layouts(x))
        {
            Near(Backend.Pad(tensor, [1, 2, 2, 1], mode, 1.5f), expected, name);
        }
    }

    [Theory]
    [InlineData(DType.Float16, 11, 65504)]
    [InlineData(DType.BFloat16, 8, 3e38)]
    [InlineData(DType.Float8E4M3, 4, 448)]
    [InlineData(DType.Float8E5M2, 3, 57344)]
    public void Formats_round_to_nearest_and_come_back(DType format, int digits, double most)
    {
        Plain x = Plain.Random(1, 5, 200).Map(value => (float)value);
        Tensor stored = Make(x).To(format);
        Assert.Equal(format, stored.DType);
        float[] back = stored.ToArray();
        for (int i = 0; i < back.Length; i++)
        {
            double step = Math.Pow(2, Math.Floor(Math.Log2(Math.Abs(x.Values[i]))) + 1 - digits);
            Assert.True(Math.Abs(back[i] - x.Values[i]) <= Math.Max(step, most < 60000 && digits == 4 ? 1.0 / 512 : 0) / 2, $"{x.Values[i]} became {back[i]}");
        }

        Assert.Equal(back, stored.To(DType.Float32).To(format).ToArray());
        Assert.Equal((float)most, Backend.From([(float)most], [1]).To(format).Item(), (float)(most * 0.01));
        float[] ends = Backend.From([float.NaN, float.PositiveInfinity, -0f], [3]).To(format).ToArray();
        Assert.True(float.IsNaN(ends[0]));
        Assert.True(format == DType.Float8E4M3 ? float.IsNaN(ends[1]) : float.IsPositiveInfinity(ends[1]));
        Assert.True(float.IsNegative(ends[2]));
        // Arithmetic on stored values is float32.
        Near(stored + stored, new Plain(x.Sizes, [.. back.Select(value => 2.0 * value)]));
        Near(stored.Transpose(0, 1) * 3, Plain.Of([200, 5], at => 3.0 * back[(at[1] * 200) + at[0]]));
    }

    [Fact]
    public void Views_and_joins_refuse_what_does_not_fit()
    {
        Tensor x = Make(Plain.Random(1, 2, 3, 4));
        Assert.Throws<TensorShapeException>(() => x.Reshape(5, 5));
        Assert.Throws<TensorShapeException>(() => x.Reshape(-1, -1));
        Assert.Throws<TensorShapeException>(() => x.Permute(0, 1));
        Assert.Throws<TensorShapeException>(() => x.Permute(0, 1, 1));
        Assert.Throws<TensorShapeException>(() => x.Slice(1, 2, 2));
        Assert.Throws<TensorShapeException>(() => x.Slice(3, 0, 1));
        Assert.Throws<TensorShapeException>(() => x.Expand(2, 6, 4));
        Assert.Throws<TensorShapeException>(() => Backend.Concat([x, Make(Plain.Random(1, 2, 3, 5))], 1));
        Assert.Throws<TensorShapeException>(() => Backend.Concat([x, x.To(DType.Float16)], 1));
        Assert.Throws<TensorShapeException>(() => Backend.Concat([], 0));
        Assert.Throws<TensorShapeException>(() => Backend.IndexSelect(x, 1, [3]));
        Assert.Throws<TensorShapeException>(() => Backend.CopyInto(x, Make(Plain.Random(1, 2, 3, 5))));
        Assert.Throws<TensorShapeException>(() => Backend.Pad(x, [4, 0], PadMode.Reflect));
        Assert.Throws<TensorShapeException>(() => Backend.Embedding(Make(Plain.Random(1, 3, 2)), Backend.From([3L], [1])));
        Assert.Throws<TensorShapeException>(() => Backend.From([1f, 2], [3]));
    }
}
