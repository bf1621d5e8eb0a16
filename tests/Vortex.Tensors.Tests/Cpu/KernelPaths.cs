using System.Runtime.Intrinsics.X86;
using Vortex.Tensors.Cpu;

namespace Vortex.Tensors.Tests.Cpu;

/// <summary>Every way this machine can compute: instruction sets, and one to three threads.</summary>
internal static class KernelPaths
{
    /// <summary>Runs an op on each path; holds paths of one instruction set to equal bits, and all to the expected values.</summary>
    /// <param name="expected">The definition's result.</param>
    /// <param name="tolerance">The greatest difference, relative to the greatest expected value.</param>
    /// <param name="op">Computes.</param>
    /// <param name="winograd">Whether the fast convolution may be used.</param>
    public static void Agree(float[] expected, double tolerance, Func<CpuBackend, Tensor> op, bool winograd = false)
    {
        double size = expected.Length == 0 ? 1 : Math.Max(1e-6, expected.Max(Math.Abs));
        foreach (CpuInstructions instructions in All())
        {
            float[]? first = null;
            foreach (int threads in (int[])[1, 2, 3])
            {
                using CpuBackend backend = new(new CpuBackendOptions { Threads = threads, Instructions = instructions, Winograd = winograd });
                float[] result;
                using (TensorScope scope = TensorScope.Begin())
                {
                    result = op(backend).ToArray();
                }

                Assert.Equal(expected.Length, result.Length);
                for (int i = 0; i < result.Length; i++)
                {
                    double difference = Math.Abs(result[i] - expected[i]) / size;
                    Assert.True(difference <= tolerance || float.IsNaN(result[i]) && float.IsNaN(expected[i]), $"{instructions}, {threads} threads, value {i}: {result[i]} for {expected[i]}");
                }

                first ??= result;
                Assert.Equal(first, result);
                Assert.Equal(0, backend.Memory.Tensors);
            }
        }
    }

    public static float[] Noise(int count, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];
    }

    private static IEnumerable<CpuInstructions> All() =>
        Avx2.IsSupported && Fma.IsSupported ? [CpuInstructions.Portable, CpuInstructions.Avx2, CpuInstructions.Avx512] : [CpuInstructions.Portable];
}
