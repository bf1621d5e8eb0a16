using Vortex.Tensors;

namespace Vortex.Testing;

// Windows and scaling.
public abstract partial class TensorBackendConformance
{
    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(2, 2, 0)]
    [InlineData(3, 1, 1)]
    [InlineData(3, 2, 1)]
    [InlineData(4, 3, 2)]
    public void Windows_are_averaged_and_their_greatest_taken(int kernel, int stride, int padding)
    {
        foreach (int size in new[] { 4, 5, 8, 17, 33 })
        {
            Plain x = Plain.Random(size, 2, 3, 7, size);
            int Count(int length) => ((length + (2 * padding) - kernel) / stride) + 1;
            IEnumerable<(int Y, int X)> Window(int[] at) => Enumerable.Range(0, kernel * kernel)
                .Select(i => ((at[2] * stride) - padding + (i / kernel), (at[3] * stride) - padding + (i % kernel)));
            int[] sizes = [2, 3, Count(7), Count(size)];
            Plain mean = Plain.Of(sizes, at => Window(at).Sum(p => x.OrZero(at[0], at[1], p.Y, p.X)) / (kernel * kernel));
            Plain most = Plain.Of(sizes, at => Window(at).Where(p => p.Y >= 0 && p.X >= 0 && p.Y < 7 && p.X < size).Max(p => x[at[0], at[1], p.Y, p.X]));
            foreach ((string name, Tensor tensor) in Layouts(x))
            {
                Near(Backend.AveragePool2d(tensor, kernel, stride, padding), mean, $"{name}, {size}");
                Near(Backend.MaxPool2d(tensor, kernel, stride, padding), most, $"{name}, {size}");
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Channels_become_pixels_and_back(int factor)
    {
        Plain few = Plain.Random(1, 2, 3, 4 * factor, 5 * factor);
        Plain many = Plain.Of([2, 3 * factor * factor, 4, 5], at =>
            few[at[0], at[1] / factor / factor, (at[2] * factor) + (at[1] / factor % factor), (at[3] * factor) + (at[1] % factor)]);
        foreach ((string name, Tensor tensor) in Layouts(few))
        {
            Near(Backend.PixelUnshuffle(tensor, factor), many, name);
        }

        foreach ((string name, Tensor tensor) in Layouts(many))
        {
            Near(Backend.PixelShuffle(tensor, factor), few, name);
        }
    }

    [Theory]
    [InlineData(InterpolationMode.Nearest, false)]
    [InlineData(InterpolationMode.NearestExact, false)]
    [InlineData(InterpolationMode.Bilinear, false)]
    [InlineData(InterpolationMode.Bilinear, true)]
    [InlineData(InterpolationMode.Bicubic, false)]
    [InlineData(InterpolationMode.Bicubic, true)]
    [InlineData(InterpolationMode.Area, false)]
    public void Pictures_are_scaled_by_the_definition_of_the_mode(InterpolationMode mode, bool alignCorners)
    {
        foreach ((int height, int width) in new[] { (1, 1), (6, 9), (12, 18), (3, 33), (7, 4), (6, 27), (17, 1) })
        {
            Plain x = Plain.Random(height, 2, 2, 6, 9);
            Plain expected = Plain.Of([2, 2, height, width], at =>
            {
                double sum = 0;
                foreach ((int row, double part) in Taps(mode, alignCorners, at[2], 6, height))
                {
                    foreach ((int column, double share) in Taps(mode, alignCorners, at[3], 9, width))
                    {
                        sum += part * share * x[at[0], at[1], row, column];
                    }
                }

                return sum;
            });
            foreach ((string name, Tensor tensor) in Layouts(x))
            {
                // Positions are found in float32, which shows where they fall between pixels.
                Near(Backend.Interpolate(tensor, height, width, mode, alignCorners), expected, $"{name}, {height} x {width}", factor: 8);
            }
        }
    }

    [Fact]
    public void Scaling_to_the_same_size_changes_nothing_and_a_filter_that_widens_keeps_the_mean()
    {
        Plain x = Plain.Random(1, 1, 2, 12, 16);
        foreach (InterpolationMode mode in Enum.GetValues<InterpolationMode>())
        {
            Near(Backend.Interpolate(Make(x), 12, 16, mode), x, $"{mode}");
        }

        foreach (InterpolationMode mode in new[] { InterpolationMode.Bilinear, InterpolationMode.Bicubic })
        {
            Near(Backend.Interpolate(Backend.Full([1, 1, 12, 16], 0.7f), 5, 3, mode, antialias: true), Plain.Of([1, 1, 5, 3], _ => 0.7f), $"{mode}");
            Near(Backend.Interpolate(Make(x), 12, 16, mode, antialias: true), x, $"{mode}, same size");
        }
    }

    [Fact]
    public void Pictures_refuse_shapes_that_do_not_fit()
    {
        Tensor x = Make(Plain.Random(1, 1, 3, 6, 6));
        Tensor flat = Make(Plain.Random(1, 6, 6));
        Assert.Throws<TensorShapeException>(() => Backend.AveragePool2d(flat, 2, 2));
        Assert.Throws<TensorShapeException>(() => Backend.MaxPool2d(x, 7, 1));
        Assert.Throws<TensorShapeException>(() => Backend.MaxPool2d(x, 2, 0));
        Assert.Throws<TensorShapeException>(() => Backend.AveragePool2d(x, 2, 1, 2));
        Assert.Throws<TensorShapeException>(() => Backend.PixelShuffle(x, 2));
        Assert.Throws<TensorShapeException>(() => Backend.PixelUnshuffle(x, 4));
        Assert.Throws<TensorShapeException>(() => Backend.Interpolate(flat, 3, 3, InterpolationMode.Nearest));
        Assert.Throws<TensorShapeException>(() => Backend.Interpolate(x, 0, 3, InterpolationMode.Nearest));
        Assert.Throws<TensorShapeException>(() => Backend.Interpolate(x, 3, 3, InterpolationMode.Area, alignCorners: true));
    }

    // The pixels one new pixel is made of, and their shares.
    private static IEnumerable<(int Pixel, double Share)> Taps(InterpolationMode mode, bool alignCorners, int i, int from, int to)
    {
        double scale = alignCorners ? to > 1 ? (from - 1.0) / (to - 1) : 0 : (double)from / to;
        double place = alignCorners ? i * scale : ((i + 0.5) * scale) - 0.5;
        switch (mode)
        {
            case InterpolationMode.Nearest:
                return [((int)Math.Floor(i * scale), 1)];
            case InterpolationMode.NearestExact:
                return [((int)Math.Floor((i + 0.5) * scale), 1)];
            case InterpolationMode.Area:
                int start = i * from / to;
                int end = (((i + 1) * from) + to - 1) / to;
                return Enumerable.Range(start, end - start).Select(pixel => (pixel, 1.0 / (end - start)));
            case InterpolationMode.Bilinear:
                place = Math.Max(0, place);
                return Enumerable.Range((int)place, 2).Select(pixel => (Math.Min(pixel, from - 1), 1 - Math.Abs(place - pixel)));
            default:
                int floor = (int)Math.Floor(place);
                return Enumerable.Range(floor - 1, 4).Select(pixel => (Math.Clamp(pixel, 0, from - 1), Cubic(Math.Abs(place - pixel))));
        }

        static double Cubic(double x) => x < 1 ? (1.25 * x * x * x) - (2.25 * x * x) + 1 : -0.75 * ((x * x * x) - (5 * x * x) + (8 * x) - 4);
    }
}
