using Vortex.Tensors.Cpu;

namespace Vortex.Tensors.Tests.Cpu;

public sealed class ConvolutionTests
{
    public static TheoryData<int[], int[], int, int, int, int> Cases => new()
    {
        // x: batch, channels, height, width; weight: out, in / groups, kernel height, kernel width; stride, padding, dilation, groups
        { [1, 4, 8, 8], [10, 4, 3, 3], 1, 1, 1, 1 },
        { [2, 40, 9, 7], [33, 40, 3, 3], 1, 1, 1, 1 },
        { [1, 50, 16, 16], [7, 50, 3, 3], 1, 1, 1, 1 },
        { [1, 3, 37, 45], [20, 3, 3, 3], 2, 1, 1, 1 },
        { [1, 20, 12, 35], [13, 20, 1, 1], 1, 0, 1, 1 },
        { [2, 6, 10, 11], [5, 6, 1, 1], 2, 0, 1, 1 },
        { [1, 6, 14, 15], [8, 3, 3, 3], 1, 2, 2, 2 },
        { [1, 8, 9, 9], [8, 1, 3, 3], 1, 1, 1, 8 },
        { [1, 3, 28, 28], [6, 3, 14, 14], 14, 0, 1, 1 },
        { [1, 2, 5, 40], [3, 2, 2, 5], 3, 3, 1, 1 },
        { [1, 4, 70, 70], [6, 4, 3, 3], 1, 1, 1, 1 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Convolutions_agree_with_their_definition(int[] x, int[] weight, int stride, int padding, int dilation, int groups)
    {
        ConvOptions options = new(stride, padding, dilation, groups) { Activation = Activation.Relu };
        ConvShape shape = ConvShape.Of(new Shape(x), new Shape(weight), null, options);
        (float[] pixels, float[] taps, float[] bias) = (KernelPaths.Noise((int)new Shape(x).Count, 1), KernelPaths.Noise((int)new Shape(weight).Count, 2), KernelPaths.Noise(weight[0], 3));
        KernelPaths.Agree(
            Definitions.Convolution(pixels, taps, bias, shape), 2e-6,
            backend => backend.Conv2d(backend.From(pixels, new Shape(x)), backend.From(taps, new Shape(weight)), backend.From(bias, [weight[0]]), options));
    }

    [Theory]
    [InlineData(1, 16, 32, 32, 16, 1)]
    [InlineData(1, 100, 33, 47, 30, 1)]
    [InlineData(2, 18, 40, 37, 25, 1)]
    [InlineData(1, 16, 64, 64, 49, 0)]
    [InlineData(1, 20, 70, 130, 17, 1)]
    [InlineData(1, 18, 90, 93, 50, 1)]
    [InlineData(3, 16, 66, 71, 19, 0)]
    public void Winograd_agrees_within_a_hundred_thousandth(int batch, int channels, int height, int width, int outChannels, int padding)
    {
        ConvOptions options = new(1, padding);
        Shape x = [batch, channels, height, width];
        Shape weight = [outChannels, channels, 3, 3];
        ConvShape shape = ConvShape.Of(x, weight, null, options);
        Assert.True(WinogradJob.Fits(shape) || padding == 0);
        (float[] pixels, float[] taps, float[] bias) = (KernelPaths.Noise((int)x.Count, 1), KernelPaths.Noise((int)weight.Count, 2), KernelPaths.Noise(outChannels, 3));
        KernelPaths.Agree(
            Definitions.Convolution(pixels, taps, bias, shape), 1e-5,
            backend => backend.Conv2d(backend.From(pixels, x), backend.From(taps, weight), backend.From(bias, [outChannels]), options), winograd: true);
    }

    [Theory]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    public void Filters_are_read_in_the_format_they_are_stored_in(DType type)
    {
        foreach (int size in (int[])[8, 33])
        {
            Shape x = [1, 20, size, size];
            Shape weight = [18, 20, 3, 3];
            using CpuBackend reference = new();
            float[] pixels = KernelPaths.Noise((int)x.Count, 1);
            float[] taps = reference.From(KernelPaths.Noise((int)weight.Count, 2), weight).To(type).To(DType.Float32).ToArray();
            KernelPaths.Agree(
                Definitions.Convolution(pixels, taps, null, ConvShape.Of(x, weight, null, ConvOptions.Same(3))), 1e-5,
                backend => backend.Conv2d(backend.From(pixels, x), backend.From(taps, weight).To(type), null, ConvOptions.Same(3)), winograd: true);
        }
    }

    [Fact]
    public void Transposed_convolution_is_the_gradient_of_a_convolution()
    {
        // <conv(x), y> = <x, transposed(y)> for any x and y.
        using CpuBackend backend = new();
        ConvOptions options = new(2, 1, 1, 2);
        Tensor x = backend.From(KernelPaths.Noise(4 * 9 * 11, 1), [1, 4, 9, 11]);
        Tensor weight = backend.From(KernelPaths.Noise(6 * 2 * 9, 2), [6, 2, 3, 3]);
        Tensor there = backend.Conv2d(x, weight, null, options);
        Tensor y = backend.From(KernelPaths.Noise((int)there.Count, 3), there.Shape);
        Tensor back = backend.ConvTranspose2d(y, weight, null, options);
        Assert.Equal(x.Shape, back.Shape);
        Assert.Equal(Dot(there, y), Dot(x, back), 1e-4);
    }

    private static double Dot(Tensor a, Tensor b) => a.ToArray().Zip(b.ToArray()).Sum(pair => (double)pair.First * pair.Second);
}
