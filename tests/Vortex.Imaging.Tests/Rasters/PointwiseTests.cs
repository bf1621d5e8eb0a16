using System.Numerics;
using Vortex.Imaging.Colour;
using Vortex.Imaging.Compositing;
using Vortex.Imaging.Masks;
using Vortex.Imaging.Morphology;
using Vortex.Imaging.Rasters;

namespace Vortex.Imaging.Tests.Rasters;

/// <summary>Vectors give what the scalar definition gives, bit for bit, at every length of the tail and with odd values.</summary>
public sealed class PointwiseTests
{
    private static readonly float[] s_odd = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f, 0f, 0.25f, 0.5f, 1f, -1f, 1e-40f];

    [Fact]
    public void Kernels_of_one_value_equal_their_definition()
    {
        Unary(default(Colours.Inversion));
        Unary(new MaskShapes.AboveKernel(0.5f));
        Unary(new MaskShapes.ScaleKernel(0.3f));
    }

    [Fact]
    public void Kernels_of_two_values_equal_their_definition()
    {
        Binary(new MixedKernel<NormalKernel>(default, 0.3f, 0.7f));
        Binary(new MixedKernel<MultiplyKernel>(default, 0.3f, 0.7f));
        Binary(new MixedKernel<ScreenKernel>(default, 0.3f, 0.7f));
        Binary(new MixedKernel<OverlayKernel>(default, 0.3f, 0.7f));
        Binary(new MixedKernel<SoftLightKernel>(default, 0.3f, 0.7f));
        Binary(new MixedKernel<DifferenceKernel>(default, 0.3f, 0.7f));
        Binary(default(MaskShapes.ProductKernel));
        Binary(default(SquareMorphology.Difference));
    }

    [Fact]
    public void Extremes_equal_their_definition()
    {
        Extremes<Greatest>();
        Extremes<Least>();
    }

    private static float[] Mixed(int length, int seed)
    {
        float[] values = Some.Values(length, seed);
        for (int i = seed % 3; i < length; i += 4)
        {
            values[i] = s_odd[(i + seed) % s_odd.Length];
        }

        return values;
    }

    private static IEnumerable<int> Lengths => Enumerable.Range(0, (3 * Vector<float>.Count) + 1);

    private static void Unary<TKernel>(TKernel kernel)
        where TKernel : struct, IUnaryKernel
    {
        foreach (int length in Lengths)
        {
            float[] source = Mixed(length, length);
            float[] result = new float[length];
            Pointwise.Run(kernel, source, result);
            Assert.Equal(source.Select(value => Bits(kernel.Invoke(value))), result.Select(Bits));
        }
    }

    private static void Binary<TKernel>(TKernel kernel)
        where TKernel : struct, IBinaryKernel
    {
        foreach (int length in Lengths)
        {
            (float[] a, float[] b) = (Mixed(length, length), Mixed(length, length + 5));
            float[] result = new float[length];
            Pointwise.Run(kernel, a, b, result);
            Assert.Equal(a.Zip(b, (x, y) => Bits(kernel.Invoke(x, y))), result.Select(Bits));
        }
    }

    private static void Extremes<TExtreme>()
        where TExtreme : struct, IExtreme
    {
        foreach (int length in Lengths)
        {
            (float[] a, float[] b) = (Mixed(length, length), Mixed(length, length + 5));
            float[] result = new float[length];
            Extreme.Of<TExtreme>(a, b, result);
            Assert.Equal(a.Zip(b, (x, y) => Bits(TExtreme.Of(x, y))), result.Select(Bits));
        }
    }

    // All NaNs count as one: which payload survives an addition is the machine's business.
    private static int Bits(float value) => float.IsNaN(value) ? int.MaxValue : BitConverter.SingleToInt32Bits(value);
}
