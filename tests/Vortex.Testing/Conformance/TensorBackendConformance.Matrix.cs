using Vortex.Tensors;

namespace Vortex.Testing;

// Products, convolutions, attention.
public abstract partial class TensorBackendConformance
{
    /// <summary>Gets the floating formats that weights come in.</summary>
    public static TheoryData<DType> WeightFormats => [DType.Float32, DType.Float16, DType.BFloat16, DType.Float8E4M3, DType.Float8E5M2];

    [Fact]
    public void Matrix_product_takes_every_size_and_layout_and_broadcasts_what_lies_before()
    {
        foreach ((int m, int k, int n) in new[] { (1, 1, 1), (1, 7, 33), (3, 16, 1), (5, 17, 9), (14, 40, 32), (15, 33, 31), (64, 77, 48), (2, 300, 65) })
        {
            Plain a = Plain.Random(m, 2, m, k);
            Plain b = Plain.Random(n, 2, k, n);
            Plain expected = Plain.Of([2, m, n], at => Enumerable.Range(0, k).Sum(i => a[at[0], at[1], i] * b[at[0], i, at[2]]));
            foreach (((string left, Tensor x), (string right, Tensor y)) in Layouts(a).SelectMany(x => Layouts(b).Select(y => (x, y))))
            {
                Near(Backend.MatMul(x, y), expected, $"{m}x{k}x{n}, {left}, {right}", factor: 4);
            }

            Plain single = Plain.Random(n, k, n);
            Plain shared = Plain.Of([3, 2, m, n], at => Enumerable.Range(0, k).Sum(i => a[at[1], at[2], i] * single[i, at[3]]));
            Near(Backend.MatMul(Make(a).Reshape(1, 2, m, k).Expand(3, 2, m, k), Make(single)), shared, $"{m}x{k}x{n}, shared", factor: 4);
        }

        Assert.Equal([0f, 0, 0, 0], Backend.MatMul(Backend.Empty([2, 0]), Backend.Empty([0, 2])).ToArray());
    }

    [Theory]
    [MemberData(nameof(WeightFormats))]
    public void Linear_map_takes_weights_of_every_format(DType format)
    {
        foreach ((int rows, int inputs, int outputs) in new[] { (1, 5, 3), (1, 320, 64), (2, 33, 17), (7, 64, 40), (77, 48, 33) })
        {
            Plain x = Plain.Random(rows, 2, rows, inputs);
            // Values that every format holds exactly.
            Plain weight = Plain.Random(outputs, outputs, inputs).Map(value => Math.Clamp(Math.Round(value * 2), -3, 3) / 4);
            Plain bias = Plain.Random(3, outputs).Map(value => Math.Clamp(Math.Round(value * 2), -3, 3) / 4);
            foreach (Activation activation in Enum.GetValues<Activation>())
            {
                Plain expected = Plain.Of([2, rows, outputs], at =>
                    Plain.Apply(activation, bias[at[2]] + Enumerable.Range(0, inputs).Sum(i => x[at[0], at[1], i] * weight[at[2], i])));
                foreach ((string name, Tensor tensor) in Layouts(x))
                {
                    Near(Backend.Linear(tensor, Make(weight).To(format), Make(bias).To(format), activation), expected, $"{name}, {rows}, {activation}", factor: 8);
                }
            }

            Plain plain = Plain.Of([2, rows, outputs], at => Enumerable.Range(0, inputs).Sum(i => x[at[0], at[1], i] * weight[at[2], i]));
            Near(Backend.Linear(Make(x), Make(weight).To(format)), plain, "no bias", factor: 4);
        }
    }

    [Theory]
    [InlineData(1, 1, 0, 1, 1)]
    [InlineData(3, 1, 1, 1, 1)]
    [InlineData(3, 2, 1, 1, 1)]
    [InlineData(3, 1, 2, 2, 1)]
    [InlineData(3, 1, 1, 1, 2)]
    [InlineData(2, 2, 0, 1, 1)]
    [InlineData(4, 2, 1, 1, 4)]
    [InlineData(5, 3, 2, 1, 1)]
    public void Convolution_follows_its_definition(int kernel, int stride, int padding, int dilation, int groups)
    {
        foreach ((int inputs, int outputs, int height, int width) in new[] { (4, 8, 9, 11), (8, 4, 7, 33), (32, 16, 16, 17) })
        {
            Plain x = Plain.Random(1, 2, inputs, height, width);
            Plain weight = Plain.Random(2, outputs, inputs / groups, kernel, kernel);
            Plain bias = Plain.Random(3, outputs);
            ConvOptions options = new(stride, padding, dilation, groups);
            int Size(int size) => ((size + (2 * padding) - (dilation * (kernel - 1)) - 1) / stride) + 1;
            Plain expected = Plain.Of([2, outputs, Size(height), Size(width)], at =>
            {
                double sum = bias[at[1]];
                int first = at[1] / (outputs / groups) * (inputs / groups);
                for (int c = 0; c < inputs / groups; c++)
                {
                    for (int i = 0; i < kernel * kernel; i++)
                    {
                        (int dy, int dx) = Math.DivRem(i, kernel);
                        int y = (at[2] * stride) - padding + (dy * dilation);
                        sum += x.OrZero(at[0], first + c, y, (at[3] * stride) - padding + (dx * dilation)) * weight[at[1], c, dy, dx];
                    }
                }

                return sum;
            });
            foreach ((string name, Tensor tensor) in Layouts(x))
            {
                Near(Backend.Conv2d(tensor, Make(weight), Make(bias), options), expected, name, factor: 4);
            }

            Near(Backend.Conv2d(Make(x), Make(weight), Make(bias), options with { Activation = Activation.Silu }), expected.Map(value => Plain.Apply(Activation.Silu, value)), "silu", factor: 8);
        }
    }

    [Fact]
    public void Large_convolution_of_three_by_three_stays_close_to_its_definition()
    {
        (Plain x, Plain weight) = (Plain.Random(1, 1, 16, 36, 40), Plain.Random(2, 16, 16, 3, 3));
        Plain expected = Plain.Of([1, 16, 36, 40], at =>
        {
            double sum = 0;
            for (int i = 0; i < 16 * 9; i++)
            {
                sum += x.OrZero(0, i / 9, at[2] + (i / 3 % 3) - 1, at[3] + (i % 3) - 1) * weight[at[1], i / 9, i / 3 % 3, i % 3];
            }

            return sum;
        });
        // A fast algorithm may lose a digit.
        Near(Backend.Conv2d(Make(x), Make(weight), null, ConvOptions.Same(3)), expected, "3x3", factor: 40);
        Near(Backend.Conv2d(Make(x), Make(weight).To(DType.Float16).To(DType.Float32), null, ConvOptions.Same(3)), Conv(Make(weight).To(DType.Float16)), "float16", factor: 40);

        Plain Conv(Tensor half)
        {
            Tensor result = Backend.Conv2d(Make(x), half, null, ConvOptions.Same(3));
            return new Plain(expected.Sizes, [.. result.ToArray().Select(value => (double)value)]);
        }
    }

    [Theory]
    [InlineData(2, 2, 0, 0, 1)]
    [InlineData(3, 2, 1, 1, 1)]
    [InlineData(4, 2, 1, 0, 2)]
    [InlineData(3, 1, 0, 0, 1)]
    public void Transposed_convolution_follows_its_definition(int kernel, int stride, int padding, int outputPadding, int groups)
    {
        Plain x = Plain.Random(1, 2, 4, 5, 6);
        Plain weight = Plain.Random(2, 4, 3, kernel, kernel);
        Plain bias = Plain.Random(3, 3 * groups);
        int Size(int size) => ((size - 1) * stride) - (2 * padding) + kernel + outputPadding;
        double[,,,] sums = new double[2, 3 * groups, Size(5), Size(6)];
        Plain.Of([2, 4, 5, 6], at =>
        {
            int group = at[1] / (4 / groups);
            for (int i = 0; i < 3 * kernel * kernel; i++)
            {
                (int c, int dy, int dx) = (i / kernel / kernel, i / kernel % kernel, i % kernel);
                (int row, int column) = ((at[2] * stride) - padding + dy, (at[3] * stride) - padding + dx);
                if (row >= 0 && column >= 0 && row < Size(5) && column < Size(6))
                {
                    sums[at[0], (group * 3) + c, row, column] += x[at] * weight[at[1], c, dy, dx];
                }
            }

            return 0;
        });
        Plain expected = Plain.Of([2, 3 * groups, Size(5), Size(6)], at => sums[at[0], at[1], at[2], at[3]] + bias[at[1]]);
        foreach ((string name, Tensor tensor) in Layouts(x))
        {
            Near(Backend.ConvTranspose2d(tensor, Make(weight), Make(bias), new ConvOptions(stride, padding, 1, groups), outputPadding), expected, name, factor: 4);
        }
    }

    [Theory]
    [InlineData(1, 1, 8)]
    [InlineData(5, 77, 40)]
    [InlineData(33, 33, 64)]
    [InlineData(70, 300, 16)]
    public void Attention_follows_its_definition(int queries, int keys, int width)
    {
        Plain q = Plain.Random(1, 1, 2, queries, width);
        Plain k = Plain.Random(2, 1, 2, keys, width);
        Plain v = Plain.Random(3, 1, 2, keys, width);
        // Every query sees the first key: what comes of one that sees none is not defined.
        Plain drawn = Plain.Random(4, queries, keys);
        Plain mask = Plain.Of([queries, keys], at => drawn[at] > 1 && at[1] > 0 ? double.NegativeInfinity : drawn[at]);
        foreach (((string name, Tensor queriesTensor), (_, Tensor keysTensor), (_, Tensor valuesTensor)) in Layouts(q).Zip(Layouts(k).Reverse(), Layouts(v)))
        {
            Near(Backend.Attention(queriesTensor, keysTensor, valuesTensor), Attend((_, _) => 0, 1 / Math.Sqrt(width)), name, factor: 8);
        }

        Near(Backend.Attention(Make(q), Make(k), Make(v), Make(mask), 0.5f), Attend((i, j) => mask[i, j], 0.5), "mask", factor: 8);
        if (queries == keys)
        {
            Near(Backend.Attention(Make(q), Make(k), Make(v), causal: true), Attend((i, j) => j > i ? double.NegativeInfinity : 0, 1 / Math.Sqrt(width)), "causal", factor: 8);
        }

        // Heads as a view of [batch, queries, heads * width], as models make them; the result goes back without a copy.
        Plain flat = Plain.Of([1, queries, 2 * width], at => q[0, at[2] / width, at[1], at[2] % width]);
        Tensor view = Make(flat).Reshape(1, queries, 2, width).Permute(0, 2, 1, 3);
        Tensor result = Backend.Attention(view, Make(k), Make(v));
        Near(result, Attend((_, _) => 0, 1 / Math.Sqrt(width)), "view", factor: 8);
        long before = Backend.Memory.Tensors;
        Tensor back = result.Permute(0, 2, 1, 3).Reshape(1, queries, 2 * width);
        Assert.Equal(before, Backend.Memory.Tensors);
        Assert.Equal(new Shape([1, queries, 2 * width]), back.Shape);

        Plain Attend(Func<int, int, double> added, double scale) => Plain.Of([1, 2, queries, width], at =>
        {
            double[] scores = [.. Enumerable.Range(0, keys).Select(j => (scale * Enumerable.Range(0, width).Sum(i => q[0, at[1], at[2], i] * k[0, at[1], j, i])) + added(at[2], j))];
            double[] weights = [.. scores.Select(score => Math.Exp(score - scores.Max()))];
            return weights.Select((weight, j) => weight * v[0, at[1], j, at[3]]).Sum() / weights.Sum();
        });
    }

    [Fact]
    public void Products_and_convolutions_refuse_shapes_that_do_not_fit()
    {
        Tensor x = Make(Plain.Random(1, 2, 6, 4));
        Tensor picture = Make(Plain.Random(1, 1, 4, 8, 8));
        Assert.Throws<TensorShapeException>(() => x.MatMul(Make(Plain.Random(1, 6, 4))));
        Assert.Throws<TensorShapeException>(() => x.MatMul(Make(Plain.Random(1, 3, 4, 2))));
        Assert.Throws<TensorShapeException>(() => Backend.Linear(x, Make(Plain.Random(1, 3, 5))));
        Assert.Throws<TensorShapeException>(() => Backend.Linear(x, Make(Plain.Random(1, 3, 4)), Make(Plain.Random(1, 4))));
        Assert.Throws<TensorShapeException>(() => Backend.Conv2d(picture, Make(Plain.Random(1, 4, 3, 3, 3)), null, ConvOptions.Same(3)));
        Assert.Throws<TensorShapeException>(() => Backend.Conv2d(picture, Make(Plain.Random(1, 4, 4, 9, 9)), null, ConvOptions.Plain));
        Assert.Throws<TensorShapeException>(() => Backend.Conv2d(picture, Make(Plain.Random(1, 4, 4, 3, 3)), Make(Plain.Random(1, 3)), ConvOptions.Plain));
        Assert.Throws<TensorShapeException>(() => Backend.Conv2d(x, Make(Plain.Random(1, 4, 6, 1, 1)), null, ConvOptions.Plain));
        Assert.Throws<TensorShapeException>(() => Backend.ConvTranspose2d(picture, Make(Plain.Random(1, 3, 4, 3, 3)), null, ConvOptions.Plain));
        Assert.Throws<TensorShapeException>(() => Backend.Attention(picture, picture, Make(Plain.Random(1, 1, 4, 7, 8))));
        Assert.Throws<TensorShapeException>(() => Backend.Attention(picture, Make(Plain.Random(1, 1, 4, 8, 7)), picture));
    }
}
