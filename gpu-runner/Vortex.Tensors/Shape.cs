using System.Collections;
using System.Runtime.CompilerServices;

namespace Vortex.Tensors;

/// <summary>The sizes of a tensor's dimensions, outermost first. A scalar has none. Equal by value.</summary>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IEquatable<Shape>, IReadOnlyList<int>
{
    private readonly int[]? _sizes;

    /// <summary>Makes a shape.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative.</exception>
    public Shape(ReadOnlySpan<int> sizes)
    {
        foreach (int size in sizes)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(size, nameof(sizes));
        }

        _sizes = sizes.ToArray();
    }

    /// <summary>Gets the number of dimensions.</summary>
    public int Rank => _sizes?.Length ?? 0;

    /// <summary>Gets the number of values: the product of the sizes, 1 for a scalar.</summary>
    public long Count
    {
        get
        {
            long count = 1;
            foreach (int size in Span)
            {
                count = checked(count * size);
            }

            return count;
        }
    }

    /// <summary>Gets the sizes.</summary>
    public ReadOnlySpan<int> Span => _sizes;

    int IReadOnlyCollection<int>.Count => Rank;

    /// <summary>Gets the size of a dimension; a negative index counts from the last one.</summary>
    public int this[int dimension] => Span[dimension < 0 ? dimension + Rank : dimension];

    /// <summary>Compares by value.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Compares by value.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <summary>Makes a shape; for collection expressions such as <c>[1, 4, 64, 64]</c>.</summary>
    public static Shape Create(ReadOnlySpan<int> sizes) => new(sizes);

    /// <summary>Returns the dimension that a possibly negative index means.</summary>
    /// <exception cref="TensorShapeException">There is no such dimension.</exception>
    public int Dimension(int dimension)
    {
        int known = dimension < 0 ? dimension + Rank : dimension;
        return known >= 0 && known < Rank ? known : throw new TensorShapeException($"Dimension {dimension} of a tensor of shape {this}.");
    }

    /// <summary>Returns the shape with one size replaced.</summary>
    public Shape With(int dimension, int size)
    {
        int[] sizes = Span.ToArray();
        sizes[Dimension(dimension)] = size;
        return new Shape(sizes);
    }

    /// <summary>Returns the shape two tensors broadcast to, by NumPy's rule.</summary>
    /// <exception cref="TensorShapeException">They do not fit.</exception>
    public static Shape Broadcast(Shape left, Shape right)
    {
        int rank = Math.Max(left.Rank, right.Rank);
        int[] sizes = new int[rank];
        for (int i = 1; i <= rank; i++)
        {
            int a = i <= left.Rank ? left[-i] : 1;
            int b = i <= right.Rank ? right[-i] : 1;
            sizes[^i] = a == b || b == 1 ? a : a == 1 ? b : throw new TensorShapeException($"Shapes {left} and {right} do not broadcast.");
        }

        return new Shape(sizes);
    }

    /// <inheritdoc/>
    public bool Equals(Shape other) => Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (int size in Span)
        {
            hash.Add(size);
        }

        return hash.ToHashCode();
    }

    /// <summary>Returns <c>[1, 4, 64, 64]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", this)}]";

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)(_sizes ?? [])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
