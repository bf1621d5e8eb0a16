using Vortex.Tensors;

namespace Vortex.Testing;

/// <summary>What every tensor backend does. Ops are compared with their definitions in double precision.</summary>
/// <remarks>Each test makes its own backend. Arguments come in several layouts of memory, with NaN where no value belongs, so that a stray read shows.</remarks>
public abstract partial class TensorBackendConformance : IDisposable
{
    private readonly TensorScope _scope = TensorScope.Begin();
    private ITensorBackend? _backend;

    /// <summary>Gets sizes around the widths of vectors, where loops have ends.</summary>
    protected static int[] Tails { get; } = [1, 2, 7, 8, 9, 15, 16, 17, 33, 77];

    /// <summary>Gets the backend of this test.</summary>
    protected ITensorBackend Backend => _backend ??= Open();

    /// <summary>Gets how far a result may lie from its definition, relative to the value and to the largest one.</summary>
    protected virtual double Tolerance => 2e-6;

    /// <summary>Gets how far GELU may lie from its definition at values below 0, where 1 + erf cancels.</summary>
    protected virtual double Cancellation => 0;

    /// <inheritdoc/>
    public void Dispose()
    {
        _scope.Dispose();
        (_backend as IDisposable)?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes a backend.</summary>
    /// <param name="memoryLimit">The most bytes that tensors may hold; 0 for no limit.</param>
    /// <param name="threads">How many threads work, where it has threads; null for the number this class tests.</param>
    protected abstract ITensorBackend Open(long memoryLimit = 0, int? threads = null);

    /// <summary>Makes a tensor.</summary>
    protected Tensor Make(Plain plain) => Backend.From(plain.Floats(), new Shape(plain.Sizes));

    /// <summary>The same tensor in several layouts: contiguous, with its dimensions reversed in memory, as a part of a larger one, as every second value.</summary>
    protected IEnumerable<(string Name, Tensor Tensor)> Layouts(Plain plain)
    {
        yield return ("contiguous", Make(plain));
        int rank = plain.Sizes.Length;
        if (rank == 0)
        {
            yield break;
        }

        int[] back = [.. Enumerable.Range(0, rank).Reverse()];
        Plain reversed = Plain.Of([.. plain.Sizes.Reverse()], place => plain[[.. place.Reverse()]]);
        yield return ("reversed", Backend.Permute(Make(reversed), back));

        Plain larger = Plain.Of([.. plain.Sizes.Select(size => size + 3)], place =>
            place.Select((at, i) => at >= 1 && at <= plain.Sizes[i]).All(inside => inside) ? plain[[.. place.Select(at => at - 1)]] : double.NaN);
        Tensor part = Make(larger);
        for (int i = 0; i < rank; i++)
        {
            part = Backend.Slice(part, i, 1, plain.Sizes[i]);
        }

        yield return ("part", part);

        int[] doubled = [.. plain.Sizes];
        doubled[^1] *= 2;
        Plain spaced = Plain.Of(doubled, place => place[^1] % 2 == 0 ? plain[[.. place[..^1], place[^1] / 2]] : double.NaN);
        yield return ("spaced", plain.Sizes[^1] == 0 ? Make(plain) : Backend.Slice(Make(spaced), rank - 1, 0, plain.Sizes[^1], 2));
    }

    /// <summary>Asserts that a tensor has the shape and, within the tolerance, the values.</summary>
    protected void Near(Tensor actual, Plain expected, string what = "", double factor = 1, double floor = 1e-37, bool flat = false)
    {
        if (!flat)
        {
            Assert.Equal(new Shape(expected.Sizes), actual.Shape);
        }

        float[] values = actual.ToArray();
        Assert.Equal(expected.Values.Length, values.Length);
        double largest = expected.Values.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        for (int i = 0; i < values.Length; i++)
        {
            double wanted = expected.Values[i];
            bool same = values[i].Equals((float)wanted) || values[i] == (float)wanted;
            double bound = (factor * Tolerance * (Math.Abs(wanted) + (0.1 * largest))) + floor;
            Assert.True(same || Math.Abs(values[i] - wanted) <= bound, $"{what}: value {i} of {expected.Values.Length} is {values[i]:R} and should be {wanted:R}.");
        }
    }
}
