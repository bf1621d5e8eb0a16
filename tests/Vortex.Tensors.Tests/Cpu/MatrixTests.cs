using Vortex.Tensors.Cpu;

namespace Vortex.Tensors.Tests.Cpu;

public sealed class MatrixTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 37, 129)]
    [InlineData(3, 20, 64)]
    [InlineData(5, 7, 9)]
    [InlineData(7, 100, 340)]
    [InlineData(64, 70, 33)]
    [InlineData(77, 96, 700)]
    [InlineData(130, 33, 41)]
    [InlineData(515, 49, 345)]
    [InlineData(600, 640, 20)]
    public void Linear_maps_agree_with_their_definition(int m, int n, int k)
    {
        (float[] x, float[] weight, float[] bias) = (KernelPaths.Noise(m * k, 1), KernelPaths.Noise(n * k, 2), KernelPaths.Noise(n, 3));
        KernelPaths.Agree(
            Definitions.Linear(x, weight, bias, m, n, k), 2e-6, backend => backend.Linear(backend.From(x, [m, k]), backend.From(weight, [n, k]), backend.From(bias, [n])));
    }

    [Fact]
    public void Every_tail_of_rows_and_columns_agrees()
    {
        for (int m = 5; m < 20; m++)
        {
            for (int n = 1; n < 36; n += 3)
            {
                (float[] x, float[] weight) = (KernelPaths.Noise(m * 11, m), KernelPaths.Noise(n * 11, n));
                KernelPaths.Agree(Definitions.Linear(x, weight, null, m, n, 11), 2e-6, backend => backend.Linear(backend.From(x, [m, 11]), backend.From(weight, [n, 11])));
            }
        }
    }

    [Theory]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    [InlineData(DType.Float8E4M3)]
    [InlineData(DType.Float8E5M2)]
    public void Weights_are_read_in_the_format_they_are_stored_in(DType type)
    {
        foreach (int m in (int[])[1, 40, 600])
        {
            (int n, int k) = (50, 45);
            using CpuBackend reference = new();
            float[] x = KernelPaths.Noise(m * k, 1);
            float[] weight = reference.From(KernelPaths.Noise(n * k, 2), [n, k]).To(type).To(DType.Float32).ToArray();
            KernelPaths.Agree(
                Definitions.Linear(x, weight, null, m, n, k, Activation.Silu), 2e-6,
                backend => backend.Linear(backend.From(x, [m, k]), backend.From(weight, [n, k]).To(type), null, Activation.Silu));
        }
    }

    [Theory]
    [InlineData(Activation.Silu)]
    [InlineData(Activation.Gelu)]
    [InlineData(Activation.QuickGelu)]
    [InlineData(Activation.Relu)]
    public void Activations_are_applied_to_sums_with_bias(Activation activation)
    {
        foreach (int m in (int[])[2, 30])
        {
            (float[] x, float[] weight, float[] bias) = (KernelPaths.Noise(m * 8, 1), KernelPaths.Noise(24 * 8, 2), KernelPaths.Noise(24, 3));
            KernelPaths.Agree(
                Definitions.Linear(x, weight, bias, m, 24, 8, activation), 2e-6,
                backend => backend.Linear(backend.From(x, [1, m, 8]), backend.From(weight, [24, 8]), backend.From(bias, [24]), activation));
        }
    }

    [Fact]
    public void Products_broadcast_and_take_any_view()
    {
        (float[] a, float[] b) = (KernelPaths.Noise(2 * 3 * 10 * 7, 1), KernelPaths.Noise(3 * 21 * 7, 2));
        float[] expected = new float[2 * 3 * 10 * 21];
        for (int i = 0; i < 6; i++)
        {
            Definitions.Linear(a[(i * 70)..((i + 1) * 70)], b[(i % 3 * 147)..((i % 3 * 147) + 147)], null, 10, 21, 7).CopyTo(expected, i * 210);
        }

        KernelPaths.Agree(expected, 2e-6, backend => backend.From(a, [2, 3, 10, 7]).MatMul(backend.From(b, [3, 21, 7]).Transpose(1, 2)));
        KernelPaths.Agree(expected, 2e-6, backend => backend.From(a, [2, 3, 10, 7]).MatMul(backend.From(b, [3, 21, 7]).Transpose(1, 2).Clone()));
        KernelPaths.Agree(expected, 2e-6, backend => backend.From(a, [2, 3, 10, 7]).Transpose(2, 3).Clone().Transpose(2, 3).MatMul(backend.From(b, [3, 21, 7]).Transpose(1, 2)));
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        using CpuBackend backend = new();
        Assert.Throws<TensorShapeException>(() => backend.Linear(backend.Full([2, 3], 1), backend.Full([4, 5], 1)));
        Assert.Throws<TensorShapeException>(() => backend.MatMul(backend.Full([2, 3], 1), backend.Full([2, 3], 1)));
        Assert.Throws<TensorShapeException>(() => backend.Conv2d(backend.Full([1, 3, 4, 4], 1), backend.Full([2, 4, 3, 3], 1), null, ConvOptions.Plain));
    }
}
