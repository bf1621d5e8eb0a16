using Vortex.Tensors.Cpu;

namespace Vortex.Tensors.Tests.Cpu;

public sealed class AttentionTests
{
    [Theory]
    [InlineData(1, 1, 1, 1, 1, 1)]
    [InlineData(1, 2, 50, 77, 40, 40)]
    [InlineData(2, 3, 33, 33, 64, 64)]
    [InlineData(1, 1, 300, 300, 80, 80)]
    [InlineData(1, 2, 17, 600, 160, 13)]
    [InlineData(1, 1, 70, 130, 512, 512)]
    public void Attention_agrees_with_its_definition(int batch, int heads, int queries, int keys, int width, int valueWidth)
    {
        foreach (bool causal in (bool[])[false, true])
        {
            foreach (bool masked in (bool[])[false, true])
            {
                (float[] q, float[] k, float[] v) = Operands(batch * heads, queries, keys, width, valueWidth);
                float[]? mask = masked ? Mask(queries, keys) : null;
                float[] expected = Expected(q, k, v, mask, batch * heads, width, valueWidth, causal);
                KernelPaths.Agree(expected, 4e-6, backend => backend.Attention(
                    backend.From(q, [batch, heads, queries, width]), backend.From(k, [batch, heads, keys, width]), backend.From(v, [batch, heads, keys, valueWidth]),
                    mask is null ? null : backend.From(mask, [queries, keys]), null, causal));
            }
        }
    }

    [Fact]
    public void Heads_may_be_a_view_of_wider_rows_and_results_lie_row_by_row()
    {
        (float[] q, float[] k, float[] v) = Operands(2, 19, 23, 8, 8);
        float[] expected = Expected(q, k, v, null, 2, 8, 8, false);
        KernelPaths.Agree(expected, 4e-6, backend =>
        {
            Tensor result = backend.Attention(View(backend, q, 19), View(backend, k, 23), View(backend, v, 23));
            Assert.True(((CpuTensor)result.Permute(0, 2, 1, 3)).IsContiguous);
            return result;
        });
    }

    [Fact]
    public void Query_that_sees_nothing_in_the_first_blocks_is_not_disturbed_by_them()
    {
        (float[] q, float[] k, float[] v) = Operands(1, 4, 600, 40, 40);
        float[] mask = [.. Enumerable.Range(0, 600).Select(i => i < 550 ? float.NegativeInfinity : 0)];
        KernelPaths.Agree(
            Definitions.Attention(q, k, v, [.. mask, .. mask, .. mask, .. mask], 40, 40, 1 / Math.Sqrt(40), false), 4e-6,
            backend => backend.Attention(backend.From(q, [1, 1, 4, 40]), backend.From(k, [1, 1, 600, 40]), backend.From(v, [1, 1, 600, 40]), backend.From(mask, [1, 1, 1, 600])));
    }

    private static Tensor View(CpuBackend backend, float[] values, int rows) => backend.From(values, [1, 2, rows, 8]).Permute(0, 2, 1, 3).Clone().Permute(0, 2, 1, 3);

    private static (float[] Q, float[] K, float[] V) Operands(int heads, int queries, int keys, int width, int valueWidth) =>
        (KernelPaths.Noise(heads * queries * width, 1), KernelPaths.Noise(heads * keys * width, 2), KernelPaths.Noise(heads * keys * valueWidth, 3));

    private static float[] Mask(int queries, int keys) =>
        [.. KernelPaths.Noise(queries * keys, 4).Select((value, i) => value > 0.5 && i % keys != 0 ? float.NegativeInfinity : value * 5)];

    private static float[] Expected(float[] q, float[] k, float[] v, float[]? mask, int heads, int width, int valueWidth, bool causal) =>
    [
        .. Enumerable.Range(0, heads).SelectMany(h => Definitions.Attention(
            Part(q, h, heads), Part(k, h, heads), Part(v, h, heads), mask, width, valueWidth, 1 / Math.Sqrt(width), causal)),
    ];

    private static float[] Part(float[] values, int index, int parts) => values[(index * values.Length / parts)..((index + 1) * values.Length / parts)];
}
