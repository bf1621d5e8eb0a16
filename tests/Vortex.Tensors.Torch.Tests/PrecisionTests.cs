using Vortex.Tensors.Cpu;
using Vortex.Testing;

namespace Vortex.Tensors.Torch.Tests;

/// <summary>Operands of products in fewer bits, and formats of storage.</summary>
public sealed class PrecisionTests : IDisposable
{
    private readonly TensorScope _scope = TensorScope.Begin();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(ComputePrecision.Float16, 2e-3)]
    [InlineData(ComputePrecision.BFloat16, 2e-2)]
    public void Products_in_fewer_bits_return_float32_close_to_the_exact_ones(ComputePrecision precision, double tolerance)
    {
        using TorchBackend exact = Natives.Open();
        using TorchBackend fast = Natives.Open(precision: precision);
        (float[] picture, float[] kernel) = (Plain.Random(1, 1, 8, 12, 12).Floats(), Plain.Random(2, 8, 8, 3, 3).Floats());
        foreach (Func<ITensorBackend, Tensor> op in (Func<ITensorBackend, Tensor>[])
        [
            backend => backend.Conv2d(backend.From(picture, [1, 8, 12, 12]), backend.From(kernel, [8, 8, 3, 3]).To(DType.Float8E5M2), null, ConvOptions.Same(3) with { Activation = Activation.Silu }),
            backend => backend.Linear(backend.From(picture, [96, 12]), backend.From(kernel, [48, 12]).To(DType.BFloat16), backend.From(kernel, [48, 12]).Slice(1, 0, 1).Reshape(48)),
            backend => backend.MatMul(backend.From(picture, [96, 12]), backend.From(kernel, [12, 48])),
            backend => backend.Attention(backend.From(picture, [1, 8, 12, 12]), backend.From(picture, [1, 8, 12, 12]), backend.From(picture, [1, 8, 12, 12]), scale: 0.4f, causal: true),
        ])
        {
            (Tensor wanted, Tensor found) = (op(exact), op(fast));
            Assert.Equal(DType.Float32, found.DType);
            float[] values = wanted.ToArray();
            float most = values.Max(MathF.Abs);
            Assert.All(found.ToArray().Zip(values), pair => Assert.True(Math.Abs(pair.First - pair.Second) <= tolerance * most, $"{pair.First} for {pair.Second}"));
            Assert.NotEqual(values, found.ToArray());
        }
    }

    [Fact]
    public void Norms_and_sums_stay_float32_whatever_the_operands_are()
    {
        using TorchBackend exact = Natives.Open();
        using TorchBackend fast = Natives.Open(precision: ComputePrecision.BFloat16);
        float[] values = Plain.Random(1, 4, 33).Floats();
        foreach (Func<ITensorBackend, Tensor> op in (Func<ITensorBackend, Tensor>[])
        [
            backend => backend.LayerNorm(backend.From(values, [4, 33]), null, null, 1e-5f), backend => backend.Reduce(ReduceOp.Sum, backend.From(values, [4, 33]), [1]),
            backend => backend.Softmax(backend.From(values, [4, 33]), 1),
        ])
        {
            Assert.Equal(op(exact).ToArray(), op(fast).ToArray());
        }
    }

    [Fact]
    public void Class_of_arithmetic_names_all_that_changes_numbers()
    {
        using TorchBackend exact = Natives.Open();
        using TorchBackend half = Natives.Open(precision: ComputePrecision.Float16);
        using TorchBackend brain = Natives.Open(precision: ComputePrecision.BFloat16);
        using CpuBackend managed = new();
        Assert.Equal(4, new HashSet<string> { exact.NumericClass, half.NumericClass, brain.NumericClass, managed.NumericClass }.Count);
        Assert.Matches("^torch-[0-9]+[.][0-9]+-cpu-[a-z0-9]+-f32$", exact.NumericClass);
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
    [InlineData(DType.Bool)]
    public void Formats_convert_to_the_same_values_as_in_managed_code(DType type)
    {
        using TorchBackend torch = Natives.Open();
        using CpuBackend managed = new();
        float[] values = [0, -0f, 1, -1, 0.4f, 2.5f, -3.7f, 100, 300, -400, 464, 30000, 1e-3f, 3e-6f, 0.33333334f, .. Plain.Random(1, 500).Floats()];
        Assert.Equal(managed.From(values, [values.Length]).To(type).ToArray(), torch.From(values, [values.Length]).To(type).ToArray());
        foreach (DType other in (DType[])[DType.Float32, DType.Float16, DType.Float8E5M2, DType.Int64])
        {
            // What no whole number stands for, such as NaN, may become any.
            float[] known = other == DType.Int64 ? [.. values.Where(value => Math.Abs(value) <= 448)] : values;
            Assert.Equal(managed.From(known, [known.Length]).To(type).To(other).ToArray(), torch.From(known, [known.Length]).To(type).To(other).ToArray());
        }
    }

    [Fact]
    public void Formats_of_storage_are_joined_cut_and_padded_as_they_are()
    {
        using TorchBackend backend = Natives.Open();
        Tensor x = backend.From([1f, -2, 3, 4], [2, 2]).To(DType.Float8E4M3);
        Tensor wide = backend.Pad(backend.Concat([x, backend.Flip(x, 0)], 0), [1, 0], value: 0.5f);
        Assert.Equal(DType.Float8E4M3, wide.DType);
        Assert.Equal([0.5f, 1, -2, 0.5f, 3, 4, 0.5f, 3, 4, 0.5f, 1, -2], wide.ToArray());
        Assert.Equal([4f, 0.5f], backend.IndexSelect(wide, 1, [2, 0]).Slice(0, 1, 1).ToArray());
        Assert.Equal([-2f, 1, -2, 3], backend.Pad(x, [1, 0], PadMode.Reflect).Slice(0, 0, 2).Reshape(6).ToArray()[..3].Append(3));
    }
}
