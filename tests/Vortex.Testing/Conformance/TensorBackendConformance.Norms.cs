using Vortex.Tensors;

namespace Vortex.Testing;

// Reductions, softmax and normalisations.
public abstract partial class TensorBackendConformance
{
    private static readonly Dictionary<ReduceOp, Func<double[], double>> s_reductions = new()
    {
        [ReduceOp.Sum] = values => values.Sum(),
        [ReduceOp.Mean] = values => values.Average(),
        [ReduceOp.Max] = values => values.Max(),
        [ReduceOp.Min] = values => values.Min(),
        [ReduceOp.Product] = values => values.Aggregate(1.0, (product, value) => product * value),
        [ReduceOp.Variance] = values => Spread(values) / (values.Length - 1),
        [ReduceOp.PopulationVariance] = values => Spread(values) / values.Length,
        [ReduceOp.Norm] = values => Math.Sqrt(values.Sum(value => value * value)),
    };

    /// <summary>Gets all reductions.</summary>
    public static TheoryData<ReduceOp> ReduceOps => [.. Enum.GetValues<ReduceOp>()];

    [Theory]
    [MemberData(nameof(ReduceOps))]
    public void Reduction_takes_any_dimensions_of_any_layout(ReduceOp op)
    {
        foreach (int size in new[] { 2, 9, 17, 40 })
        {
            Plain x = Plain.Random(size, 3, size, 4);
            foreach (int[] dimensions in new int[][] { [0], [1], [2], [-1], [0, 1], [1, 2], [2, 0], [] })
            {
                bool[] reduced = [.. Enumerable.Range(0, 3).Select(i => dimensions.Length == 0 || dimensions.Contains(i) || dimensions.Contains(i - 3))];
                int[] kept = [.. x.Sizes.Select((n, i) => reduced[i] ? 1 : n)];
                Plain expected = Plain.Of(kept, at => s_reductions[op]([.. Line(x, at, reduced)]));
                foreach ((string name, Tensor tensor) in Layouts(x))
                {
                    string what = $"{op} of {string.Join(',', dimensions)}, {name}, {size}";
                    Near(Backend.Reduce(op, tensor, dimensions, keep: true), expected, what);
                    Tensor dropped = Backend.Reduce(op, tensor, dimensions);
                    Near(dropped, new Plain([.. x.Sizes.Where((_, i) => !reduced[i])], expected.Values), what);
                }
            }
        }
    }

    [Fact]
    public void Sum_of_many_values_and_variance_beside_a_large_mean_stay_exact()
    {
        float[] values = new float[1_000_003];
        Array.Fill(values, 0.1f);
        Assert.Equal(0.1f * (double)values.Length, Backend.Reduce(ReduceOp.Sum, Backend.From(values, [values.Length]), []).Item(), 0.01);
        Plain far = Plain.Random(1, 500).Map(value => (float)(value + 4096));
        Near(Backend.Reduce(ReduceOp.Variance, Make(far), []), new Plain([], [s_reductions[ReduceOp.Variance](far.Values)]));
    }

    [Fact]
    public void Reductions_of_nothing_and_of_NaN()
    {
        Tensor none = Backend.Empty([3, 0]);
        Assert.Equal([0, 0, 0], Backend.Reduce(ReduceOp.Sum, none, [1]).ToArray());
        Assert.Equal([1, 1, 1], Backend.Reduce(ReduceOp.Product, none, [1]).ToArray());
        Assert.All(Backend.Reduce(ReduceOp.Mean, none, [1]).ToArray(), value => Assert.True(float.IsNaN(value)));
        Assert.Equal(new Shape([0]), Backend.Reduce(ReduceOp.Max, none, [0]).Shape);
        Assert.Throws<TensorShapeException>(() => Backend.Reduce(ReduceOp.Max, none, [1]));
        Assert.Throws<TensorShapeException>(() => Backend.Reduce(ReduceOp.Sum, none, [2]));
        Assert.Throws<TensorShapeException>(() => Backend.Reduce(ReduceOp.Sum, none, [0, -2]));
        float[] values = new float[40];
        values[29] = float.NaN;
        Tensor hidden = Backend.From(values, [40]);
        Assert.True(float.IsNaN(Backend.Reduce(ReduceOp.Max, hidden, []).Item()));
        Assert.True(float.IsNaN(Backend.Reduce(ReduceOp.Min, hidden, []).Item()));
        Assert.True(float.IsNaN(Backend.Reduce(ReduceOp.Variance, Backend.From([1f], [1]), []).Item()));
    }

    [Fact]
    public void Greatest_value_is_found_and_the_first_of_equal_ones_counts()
    {
        long[] found = new long[2];
        Tensor x = Backend.From([1, 5, 5, -1, 2, 3, 9, 9], [2, 4]);
        Backend.Read(Backend.ArgMax(x, -1), found);
        Assert.Equal([1, 2], found);
        long[] down = new long[4];
        Backend.Read(Backend.ArgMax(x, 0), down);
        Assert.Equal([1, 0, 1, 1], down);
        Backend.Read(Backend.ArgMax(Backend.From([1, float.NaN, 7, -3, -2, -9], [2, 3]), 1), found);
        Assert.Equal([1, 1], found);
        Assert.Equal(new Shape([2]), Backend.ArgMax(x, 1).Shape);
    }

    [Fact]
    public void Running_sums_go_along_any_dimension()
    {
        Plain x = Plain.Random(3, 4, 33, 3);
        foreach ((string name, Tensor tensor) in Layouts(x))
        {
            for (int axis = 0; axis < 3; axis++)
            {
                int along = axis;
                Plain expected = Plain.Of(x.Sizes, at => Enumerable.Range(0, at[along] + 1).Sum(i => x[[.. at.Select((n, d) => d == along ? i : n)]]));
                Near(Backend.CumulativeSum(tensor, axis), expected, name);
            }
        }
    }

    [Fact]
    public void Softmax_goes_along_any_dimension()
    {
        foreach (int size in Tails)
        {
            Plain x = Plain.Random(size, 3, size, 2).Map(value => (float)(value * 5));
            for (int axis = 0; axis < 3; axis++)
            {
                bool[] along = [.. Enumerable.Range(0, 3).Select(i => i == axis)];
                Plain expected = Plain.Of(x.Sizes, at =>
                {
                    double[] line = [.. Line(x, at, along)];
                    return Math.Exp(x[at] - line.Max()) / line.Sum(value => Math.Exp(value - line.Max()));
                });
                foreach ((string name, Tensor tensor) in Layouts(x))
                {
                    Near(Backend.Softmax(tensor, axis), expected, $"{name}, {size}, {axis}", factor: 2);
                }
            }
        }
    }

    [Fact]
    public void Softmax_gives_nothing_to_negative_infinity_and_survives_large_values()
    {
        float[] values = new float[37];
        Array.Fill(values, float.NegativeInfinity);
        (values[3], values[36]) = (1e30f, 1e30f);
        float[] result = Backend.Softmax(Backend.From(values, [37]), 0).ToArray();
        Assert.Equal(0.5f, result[3]);
        Assert.Equal(0.5f, result[36]);
        Assert.Equal(35, result.Count(value => value == 0));
        Array.Fill(values, float.NegativeInfinity);
        Assert.All(Backend.Softmax(Backend.From(values, [37]), 0).ToArray(), value => Assert.True(float.IsNaN(value)));
    }

    [Theory]
    [InlineData(Activation.None)]
    [InlineData(Activation.Silu)]
    public void Groups_of_channels_are_normalised(Activation activation)
    {
        foreach (int size in Tails.Where(size => size > 0))
        {
            Plain x = Plain.Random(size, 2, 6, size).Map(value => (float)((value * 3) + 1.5));
            (Plain weight, Plain bias) = (Plain.Random(1, 6), Plain.Random(2, 6));
            foreach (int groups in new[] { 1, 2, 3, 6 })
            {
                Plain expected = Plain.Of(x.Sizes, at =>
                {
                    int width = 6 / groups;
                    int first = at[1] / width * width;
                    double[] group = [.. Enumerable.Range(0, width * size).Select(i => x[at[0], first + (i / size), i % size])];
                    return Plain.Apply(activation, (Standard(x[at], group, 1e-3) * weight[at[1]]) + bias[at[1]]);
                });
                foreach ((string name, Tensor tensor) in Layouts(x))
                {
                    Near(Backend.GroupNorm(tensor, groups, Make(weight), Make(bias), 1e-3f, activation), expected, $"{groups}, {name}, {size}", factor: 4);
                }
            }
        }
    }

    [Fact]
    public void Last_dimension_is_normalised_with_and_without_weights_of_any_format()
    {
        foreach (int size in Tails)
        {
            Plain x = Plain.Random(size, 2, 3, size).Map(value => (float)((value * 3) + 1.5));
            Plain weight = Plain.Random(1, size).Map(value => Math.Round(value * 16) / 16);
            Plain bias = Plain.Random(2, size).Map(value => Math.Round(value * 16) / 16);
            bool[] last = [false, false, true];
            Plain plain = Plain.Of(x.Sizes, at => Standard(x[at], [.. Line(x, at, last)], 1e-3));
            Plain weighted = Plain.Of(x.Sizes, at => (plain[at] * weight[at[2]]) + bias[at[2]]);
            Plain root = Plain.Of(x.Sizes, at => x[at] * weight[at[2]] / Math.Sqrt(Line(x, at, last).Average(value => value * value) + 1e-3));
            foreach ((string name, Tensor tensor) in Layouts(x))
            {
                Near(Backend.LayerNorm(tensor, null, null, 1e-3f), plain, $"{name}, {size}", factor: 2);
                Near(Backend.LayerNorm(tensor, Make(weight).To(DType.Float16), Make(bias).To(DType.BFloat16), 1e-3f), weighted, $"{name}, {size}", factor: 2);
                Near(Backend.RmsNorm(tensor, Make(weight).To(DType.BFloat16), 1e-3f), root, $"{name}, {size}", factor: 2);
            }
        }
    }

    [Fact]
    public void Norms_refuse_weights_and_groups_that_do_not_fit()
    {
        Tensor x = Make(Plain.Random(1, 2, 6, 4));
        Assert.Throws<TensorShapeException>(() => Backend.GroupNorm(x, 4, null, null, 1e-5f));
        Assert.Throws<TensorShapeException>(() => Backend.GroupNorm(x, 0, null, null, 1e-5f));
        Assert.Throws<TensorShapeException>(() => Backend.GroupNorm(x, 2, Make(Plain.Random(1, 4)), null, 1e-5f));
        Assert.Throws<TensorShapeException>(() => Backend.LayerNorm(x, null, Make(Plain.Random(1, 6)), 1e-5f));
        Assert.Throws<TensorShapeException>(() => Backend.RmsNorm(x, Make(Plain.Random(1, 4, 1)), 1e-5f));
        Assert.Throws<TensorShapeException>(() => Backend.Softmax(x, 3));
    }

    private static double Spread(double[] values)
    {
        double mean = values.Average();
        return values.Sum(value => (value - mean) * (value - mean));
    }

    private static double Standard(double value, double[] all, double epsilon) =>
        (value - all.Average()) / Math.Sqrt((Spread(all) / all.Length) + epsilon);

    // The values along some dimensions, at a place of the others.
    private static IEnumerable<double> Line(Plain x, int[] place, bool[] along)
    {
        Plain all = Plain.Of([.. x.Sizes.Select((n, i) => along[i] ? n : 1)], at => x[[.. at.Select((n, i) => along[i] ? n : place[i])]]);
        return all.Values;
    }
}
