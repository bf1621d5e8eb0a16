using Vortex.Tensors;

namespace Vortex.Testing;

// Memory, empty tensors, threads.
public abstract partial class TensorBackendConformance
{
    [Fact]
    public void Scope_frees_all_but_what_it_kept()
    {
        Tensor x = Make(Plain.Random(1, 3, 16, 16));
        MemoryUse before = Backend.Memory;
        Tensor kept;
        using (TensorScope scope = TensorScope.Begin())
        {
            Tensor y = Backend.GroupNorm(x.Reshape(1, 3, 16, 16).Permute(0, 1, 3, 2), 1, null, null, 1e-5f);
            y = Backend.Softmax((y + x).Transpose(1, 2), 1);
            kept = scope.Keep(Backend.Interpolate(y.Reshape(1, 3, 16, 16), 5, 5, InterpolationMode.Bicubic));
            Assert.True(Backend.Memory.InUse > before.InUse);
        }

        MemoryUse after = Backend.Memory;
        Assert.Equal(before.Tensors + 1, after.Tensors);
        Assert.Equal(before.InUse + (kept.Count * 4), after.InUse);
        Assert.True(after.Peak > after.InUse);
        kept.Dispose();
        kept.Dispose();
        Assert.Equal(before.Tensors, Backend.Memory.Tensors);
        Assert.Equal(before.InUse, Backend.Memory.InUse);
    }

    [Fact]
    public void Ops_leave_nothing_behind_but_their_result()
    {
        Plain plain = Plain.Random(1, 1, 4, 6, 6);
        foreach ((string name, Tensor x) in Layouts(plain))
        {
            Tensor half = Make(Plain.Random(2, 4)).To(DType.Float16);
            Tensor kernel = Make(Plain.Random(3, 4, 4, 3, 3)).To(DType.BFloat16);
            Tensor matrix = Make(Plain.Random(3, 6, 6)).To(DType.BFloat16);
            Func<Tensor>[] ops =
            [
                () => x.Silu(), () => x + x, () => x * 2, () => Backend.Geglu(x), () => Backend.PRelu(x, half), () => Backend.Where(x, x, half.Reshape(4, 1, 1)),
                () => Backend.Reduce(ReduceOp.Mean, x, [1]), () => Backend.ArgMax(x, 1), () => Backend.CumulativeSum(x, 1), () => Backend.Softmax(x, 1),
                () => Backend.GroupNorm(x, 2, half, half, 1e-5f), () => Backend.LayerNorm(x, null, null, 1e-5f), () => Backend.RmsNorm(x, null, 1e-5f),
                () => Backend.AveragePool2d(x, 2, 2), () => Backend.MaxPool2d(x, 2, 2), () => Backend.PixelShuffle(x, 2), () => Backend.PixelUnshuffle(x, 2),
                () => Backend.Interpolate(x, 9, 3, InterpolationMode.Bilinear), () => Backend.Interpolate(x, 12, 12, InterpolationMode.Nearest),
                () => Backend.MatMul(x, x), () => Backend.Linear(x, matrix), () => Backend.Conv2d(x, kernel, half, ConvOptions.Same(3)),
                () => Backend.ConvTranspose2d(x, kernel, half, ConvOptions.Same(3)), () => Backend.Attention(x, x, x), () => Backend.Clone(x),
                () => Backend.Concat([x, x], 1), () => Backend.Pad(x, [1, 1, 1, 1], PadMode.Reflect), () => Backend.Repeat(x, [1, 2, 1, 1]), () => Backend.Flip(x, 2),
                () => Backend.IndexSelect(x, 1, [0, 3]), () => x.To(DType.Float16),
            ];
            for (int i = 0; i < ops.Length; i++)
            {
                MemoryUse before = Backend.Memory;
                Tensor result = ops[i]();
                // What an op keeps for later, such as packed weights, is no tensor.
                Assert.True(Backend.Memory.Tensors == before.Tensors + 1, $"op {i}, {name}: {Backend.Memory.Tensors - before.Tensors} blocks are held.");
                result.Dispose();
            }
        }
    }

    [Fact]
    public void Limit_of_memory_is_kept_and_the_backend_goes_on_after_it()
    {
        using TensorScope scope = TensorScope.Begin();
        ITensorBackend small = Open(memoryLimit: 1 << 20);
        try
        {
            Tensor half = small.Full([128, 1024], 1);
            TensorMemoryException refused = Assert.Throws<TensorMemoryException>(() => small.Full([256, 1024], 1));
            Assert.Equal(1 << 20, refused.Limit);
            Assert.Equal(1 << 20, refused.Requested);
            Assert.Equal(1 << 19, refused.InUse);
            Assert.Throws<TensorMemoryException>(() => small.Concat([half, half], 0));
            Assert.Throws<TensorMemoryException>(() => small.Full([65536, 65536, 4], 1));
            Assert.Equal(1 << 19, small.Memory.InUse);
            Assert.Equal(2, (half + 1).ToArray()[^1]);
            Assert.True(small.Memory.Peak <= 1 << 20);
        }
        finally
        {
            scope.Dispose();
            (small as IDisposable)?.Dispose();
        }
    }

    [Fact]
    public void Empty_tensors_go_through_every_op()
    {
        Tensor none = Backend.Empty([0, 4, 6, 6]);
        Tensor[] results =
        [
            none.Silu(), none + none, none * 2, Backend.Softmax(none, 1), Backend.GroupNorm(none, 2, null, null, 1e-5f), Backend.LayerNorm(none, null, null, 1e-5f),
            none.Permute(0, 2, 3, 1).Reshape(0, 36, 4), Backend.Concat([none, none], 1), Backend.Interpolate(none, 3, 3, InterpolationMode.Bilinear),
            Backend.AveragePool2d(none, 2, 2), Backend.Reduce(ReduceOp.Sum, none, [1]), Backend.Linear(none, Make(Plain.Random(1, 5, 6))),
            Backend.Conv2d(none, Make(Plain.Random(1, 2, 4, 3, 3)), null, ConvOptions.Same(3)), Backend.MatMul(none, none), Backend.Attention(none, none, none),
        ];
        Assert.All(results, result => Assert.Empty(result.ToArray()));
        Assert.Equal(0, Backend.Reduce(ReduceOp.Sum, none, []).Item());
    }

    [Fact]
    public void Number_of_threads_does_not_show_in_any_bit()
    {
        Plain x = Plain.Random(1, 1, 32, 48, 50);
        List<float[]> Results(int threads)
        {
            using TensorScope scope = TensorScope.Begin();
            ITensorBackend backend = Open(threads: threads);
            try
            {
                Tensor a = backend.From(x.Floats(), new Shape(x.Sizes));
                Tensor rows = a.Reshape(48, 1600);
                Tensor tokens = a.Reshape(1, 32, 2400).Permute(0, 2, 1);
                Tensor heads = tokens.Reshape(1, 2400, 2, 16).Slice(1, 0, 600).Permute(0, 2, 1, 3);
                Tensor kernel = backend.Reshape(a.Slice(1, 0, 8).Slice(2, 0, 18).Slice(3, 0, 32), [16, 32, 3, 3]);
                Tensor[] results =
                [
                    a.Silu(), a.Map(UnaryOp.Gelu), a + a.Slice(1, 3, 1), backend.Softmax(rows, 1), backend.Softmax(a, 1), backend.Reduce(ReduceOp.Mean, a, []),
                    backend.Reduce(ReduceOp.Variance, a, [2]), backend.GroupNorm(a, 8, null, null, 1e-5f, Activation.Silu), backend.LayerNorm(rows, null, null, 1e-5f),
                    backend.Interpolate(a, 70, 31, InterpolationMode.Bicubic), backend.MaxPool2d(a, 3, 2, 1), backend.MatMul(rows, rows.Transpose(0, 1)),
                    backend.Linear(tokens, a.Reshape(2400, 32).Slice(0, 0, 64)), backend.Conv2d(a, kernel, null, ConvOptions.Same(3)), backend.Attention(heads, heads, heads),
                ];
                return [.. results.Select(result => result.ToArray())];
            }
            finally
            {
                scope.Dispose();
                (backend as IDisposable)?.Dispose();
            }
        }

        List<float[]> one = Results(1);
        foreach (int threads in new[] { 2, 3, 5 })
        {
            Assert.All(Results(threads).Zip(one), pair => Assert.Equal(pair.Second, pair.First));
        }
    }
}
