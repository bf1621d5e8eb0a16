using Vortex.Tensors;

namespace Vortex.Testing;

public abstract partial class TensorBackendConformance
{
    private static readonly Dictionary<UnaryOp, Func<double, double>> s_unary = new()
    {
        [UnaryOp.Negate] = x => -x,
        [UnaryOp.Abs] = Math.Abs,
        [UnaryOp.Exp] = Math.Exp,
        [UnaryOp.Log] = Math.Log,
        [UnaryOp.Sqrt] = Math.Sqrt,
        [UnaryOp.Rsqrt] = x => 1 / Math.Sqrt(x),
        [UnaryOp.Reciprocal] = x => 1 / x,
        [UnaryOp.Square] = x => x * x,
        [UnaryOp.Sin] = Math.Sin,
        [UnaryOp.Cos] = Math.Cos,
        [UnaryOp.Tanh] = Math.Tanh,
        [UnaryOp.Sigmoid] = x => 1 / (1 + Math.Exp(-x)),
        [UnaryOp.Silu] = x => x / (1 + Math.Exp(-x)),
        [UnaryOp.Gelu] = x => Plain.Apply(Activation.Gelu, x),
        [UnaryOp.GeluTanh] = x => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))),
        [UnaryOp.QuickGelu] = x => x / (1 + Math.Exp(-1.702 * x)),
        [UnaryOp.Relu] = x => double.IsNaN(x) ? x : Math.Max(x, 0),
        [UnaryOp.Round] = x => Math.Round(x, MidpointRounding.ToEven),
        [UnaryOp.Floor] = Math.Floor,
        [UnaryOp.Ceiling] = Math.Ceiling,
        [UnaryOp.Sign] = x => double.IsNaN(x) ? x : Math.Sign(x),
        [UnaryOp.Softplus] = x => x > 20 ? x : Math.Log(1 + Math.Exp(x)),
    };

    private static readonly Dictionary<BinaryOp, Func<double, double, double>> s_binary = new()
    {
        [BinaryOp.Add] = (a, b) => a + b,
        [BinaryOp.Subtract] = (a, b) => a - b,
        [BinaryOp.Multiply] = (a, b) => a * b,
        [BinaryOp.Divide] = (a, b) => a / b,
        [BinaryOp.Minimum] = Math.Min,
        [BinaryOp.Maximum] = Math.Max,
        [BinaryOp.Power] = Math.Pow,
        [BinaryOp.Greater] = (a, b) => a > b ? 1 : 0,
        [BinaryOp.GreaterOrEqual] = (a, b) => a >= b ? 1 : 0,
        [BinaryOp.Equal] = (a, b) => a == b ? 1 : 0,
    };

    /// <summary>Gets all functions of one value.</summary>
    public static TheoryData<UnaryOp> UnaryOps => [.. Enum.GetValues<UnaryOp>()];

    /// <summary>Gets all functions of two values.</summary>
    public static TheoryData<BinaryOp> BinaryOps => [.. Enum.GetValues<BinaryOp>()];

    [Theory]
    [MemberData(nameof(UnaryOps))]
    public void Function_of_one_value_is_applied_to_every_value_of_every_layout(UnaryOp op)
    {
        bool positive = op is UnaryOp.Log or UnaryOp.Sqrt or UnaryOp.Rsqrt;
        foreach (int size in (int[])[.. Tails, 1025])
        {
            Plain x = Plain.Random(size, 3, size).Map(value => (float)(positive ? Math.Abs(value) + 0.01 : value * 4));
            foreach ((string name, Tensor tensor) in Layouts(x))
            {
                Near(Backend.Unary(op, tensor), x.Map(s_unary[op]), $"{op}, {name}, {size}");
                Backend.UnaryInPlace(op, tensor);
                Near(tensor, x.Map(s_unary[op]), $"{op} in place, {name}, {size}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(UnaryOps))]
    public void Function_of_one_value_takes_the_whole_range(UnaryOp op)
    {
        double[] values = [0, 1, -1, 0.5, 1.5, 2.5, -2.5, 10, -10, 19.9, 20.1, 40, -40, 86, -86, double.NaN, 1e-3, -1e-3, 1e-20, 1e-7, 3.9, -3.9, 0.9, -0.9, 6, -6];
        bool positive = op is UnaryOp.Log or UnaryOp.Sqrt or UnaryOp.Rsqrt;
        // Where these come close to 0, only that counts.
        double floor = op is UnaryOp.Gelu or UnaryOp.GeluTanh or UnaryOp.QuickGelu or UnaryOp.Softplus ? 1e-8 : 1e-35;
        foreach (double value in values.Where(value => !positive || !(value < 0)))
        {
            // One at a time, so that no large value hides a small one's error.
            Plain x = new([1], [(float)value]);
            Near(Backend.Unary(op, Make(x)), x.Map(s_unary[op]), $"{op} of {value}", factor: 2, floor: floor + (op == UnaryOp.Gelu && value < 0 ? Cancellation : 0));
        }
    }

    [Fact]
    public void Infinities_and_the_ends_of_the_range_come_out_as_they_should()
    {
        const float Infinity = float.PositiveInfinity;
        Tensor ends = Backend.From([Infinity, -Infinity, 90, -110, 3e38f, -3e38f, -100], [7]);
        Assert.Equal([Infinity, 0, Infinity, 0, Infinity, 0, MathF.Exp(-100)], Backend.Unary(UnaryOp.Exp, ends).ToArray());
        Assert.Equal([1, -1, 1, -1, 1, -1, -1], Backend.Unary(UnaryOp.Tanh, ends).ToArray());
        float[] sigmoid = Backend.Unary(UnaryOp.Sigmoid, ends).ToArray();
        Assert.Equal([1, 0, 1, 0, 1, 0, 0], sigmoid.Select(value => value < 1e-38f ? 0 : value));
        foreach (UnaryOp op in new[] { UnaryOp.Silu, UnaryOp.Gelu, UnaryOp.GeluTanh, UnaryOp.QuickGelu, UnaryOp.Relu })
        {
            float[] values = Backend.Unary(op, ends).ToArray();
            Assert.Equal([Infinity, 90, 3e38f], [values[0], values[2], values[4]]);
            Assert.Equal(0, values[3], 1e-6f);
            Assert.Equal(0, values[6], 1e-6f);
        }

        Assert.Equal([-Infinity, Infinity, float.NaN], Backend.Unary(UnaryOp.Log, Backend.From([0, Infinity, -1], [3])).ToArray());
        Assert.Equal([Infinity, 0, float.NaN], Backend.Unary(UnaryOp.Rsqrt, Backend.From([0, Infinity, -1], [3])).ToArray());
    }

    [Theory]
    [MemberData(nameof(BinaryOps))]
    public void Function_of_two_values_broadcasts(BinaryOp op)
    {
        foreach (int size in Tails)
        {
            foreach ((int[] left, int[] right, int[] result) in Broadcasts(size))
            {
                Plain a = Plain.Random(1, left).Map(Coarse);
                Plain b = Plain.Random(2, right).Map(Coarse);
                Plain expected = Plain.Of(result, place => s_binary[op](a.Broadcast(place), b.Broadcast(place)));
                (string Name, Tensor Tensor)[] others = [.. Layouts(b)];
                int i = 0;
                foreach ((string name, Tensor tensor) in Layouts(a))
                {
                    Tensor other = others[i++ % others.Length].Tensor;
                    Near(Backend.Binary(op, tensor, other), expected, $"{op}, {name}, {size}");
                    if (new Shape(left) == new Shape(result))
                    {
                        Backend.BinaryInPlace(op, tensor, other);
                        Near(tensor, expected, $"{op} in place, {name}, {size}");
                    }
                }
            }
        }

        // Multiples of a half, so that equal values occur, never 0 below a fraction.
        double Coarse(double value) => op == BinaryOp.Power ? Math.Abs(Math.Round(value * 2) / 2) + 0.5
            : op == BinaryOp.Divide ? (Math.Round(value * 2) / 2) + 20.25 : Math.Round(value * 2) / 2;
    }

    [Theory]
    [MemberData(nameof(BinaryOps))]
    public void Function_of_a_tensor_and_a_number(BinaryOp op)
    {
        Plain x = Plain.Random(3, 5, 33).Map(value => Math.Abs((float)value) + 0.1);
        Plain expected = x.Map(value => s_binary[op]((float)value, 1.25));
        foreach ((string name, Tensor tensor) in Layouts(x))
        {
            Near(Backend.Binary(op, tensor, 1.25f), expected, $"{op}, {name}");
            Backend.BinaryInPlace(op, tensor, 1.25f);
            Near(tensor, expected, $"{op} in place, {name}");
        }
    }

    [Fact]
    public void Lesser_and_greater_of_NaN_are_NaN_and_bounds_leave_it()
    {
        Tensor a = Backend.From([float.NaN, 1, float.NaN, 2], [4]);
        Tensor b = Backend.From([1, float.NaN, float.NaN, 1], [4]);
        Assert.Equal([float.NaN, float.NaN, float.NaN, 1], Backend.Binary(BinaryOp.Minimum, a, b).ToArray());
        Assert.Equal([float.NaN, float.NaN, float.NaN, 2], Backend.Binary(BinaryOp.Maximum, a, b).ToArray());
        Assert.Equal([float.NaN, 1, float.NaN, 1.5f], Backend.Clamp(a, 0, 1.5f).ToArray());
        Assert.Equal([0, 0, 0, 1f], Backend.Binary(BinaryOp.GreaterOrEqual, a, b).ToArray());
    }

    [Fact]
    public void Linear_functions_follow_their_definitions()
    {
        foreach (int size in Tails)
        {
            Plain a = Plain.Random(1, 2, size);
            Plain b = Plain.Random(2, 2, size);
            foreach (((string name, Tensor x), (_, Tensor y)) in Layouts(a).Zip(Layouts(b).Reverse()))
            {
                Near(Backend.Affine(x, 1.5f, -0.25f), a.Map(value => (value * 1.5) - 0.25), name);
                Near(Backend.Lerp(x, y, 0.3f), Plain.Of(a.Sizes, at => a[at] + ((b[at] - a[at]) * 0.3f)), name);
                Near(Backend.Clamp(x, -0.5f, 0.25f), a.Map(value => Math.Clamp(value, -0.5, 0.25)), name);
                Near(Backend.LeakyRelu(x, 0.2f), a.Map(value => value > 0 ? value : value * 0.2f), name);
                Near(Backend.Where(Backend.Binary(BinaryOp.Greater, x, 0), y, Backend.From([7], [1])), Plain.Of(a.Sizes, at => a[at] > 0 ? b[at] : 7), name);
                Backend.AddScaledInPlace(x, y, 0.75f);
                Near(x, Plain.Of(a.Sizes, at => a[at] + (b[at] * 0.75)), name);
            }
        }
    }

    [Fact]
    public void Gated_and_channelwise_functions_follow_their_definitions()
    {
        foreach (int size in Tails)
        {
            Plain x = Plain.Random(4, 3, size * 2);
            Plain gated = Plain.Of([3, size], at => x[at] * Plain.Apply(Activation.Gelu, x[at[0], at[1] + size]));
            Plain picture = Plain.Random(5, 2, 3, size);
            Plain slope = Plain.Random(6, 3);
            foreach ((string name, Tensor tensor) in Layouts(x))
            {
                Near(Backend.Geglu(tensor), gated, $"{name}, {size}");
            }

            foreach ((string name, Tensor tensor) in Layouts(picture))
            {
                Near(Backend.PRelu(tensor, Make(slope)), Plain.Of(picture.Sizes, at => picture[at] > 0 ? picture[at] : picture[at] * slope[at[1]]), name);
                Near(Backend.PRelu(tensor, Backend.From([0.25f], [1])), picture.Map(value => value > 0 ? value : value * 0.25), name);
            }
        }
    }

    [Fact]
    public void Writing_over_an_argument_that_overlaps_gives_what_a_copy_would()
    {
        Plain x = Plain.Random(7, 9, 9);
        Tensor square = Make(x);
        Backend.BinaryInPlace(BinaryOp.Add, square, square.Transpose(0, 1));
        Near(square, Plain.Of(x.Sizes, at => x[at] + x[at[1], at[0]]));
        Tensor line = Make(Plain.Random(8, 40));
        float[] before = line.ToArray();
        Backend.AddScaledInPlace(line.Slice(0, 1, 39), line.Slice(0, 0, 39), 2);
        Assert.Equal([before[0], .. Enumerable.Range(1, 39).Select(i => before[i] + (before[i - 1] * 2))], line.ToArray());
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        Tensor x = Make(Plain.Random(1, 3, 4));
        Assert.Throws<TensorShapeException>(() => x + Make(Plain.Random(1, 3)));
        Assert.Throws<TensorShapeException>(() => Backend.BinaryInPlace(BinaryOp.Add, Make(Plain.Random(1, 4)), x));
        Assert.Throws<TensorShapeException>(() => Backend.AddScaledInPlace(x, Make(Plain.Random(1, 2, 3, 4)), 1));
        Assert.Throws<TensorShapeException>(() => Backend.Geglu(Make(Plain.Random(1, 3, 5))));
        Assert.Throws<TensorShapeException>(() => Backend.PRelu(x, Make(Plain.Random(1, 3))));
        Assert.Throws<TensorShapeException>(() => Backend.Where(x, x, Make(Plain.Random(1, 3))));
    }

    private static IEnumerable<(int[] Left, int[] Right, int[] Result)> Broadcasts(int size)
    {
        yield return ([3, size], [3, size], [3, size]);
        yield return ([3, size], [size], [3, size]);
        yield return ([3, size], [3, 1], [3, size]);
        yield return ([3, size], [1], [3, size]);
        yield return ([2, 1, size], [3, 1], [2, 3, size]);
        yield return ([1, 3, 1], [2, 1, size], [2, 3, size]);
        yield return ([], [size], [size]);
    }
}
