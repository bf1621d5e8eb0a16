namespace Vortex.Tensors;

public partial interface ITensorBackend
{
    /// <summary>Applies a function to every value.</summary>
    Tensor Unary(UnaryOp op, Tensor x);

    /// <summary>Applies a function to every value in place.</summary>
    void UnaryInPlace(UnaryOp op, Tensor x);

    /// <summary>Combines two tensors value by value, broadcast.</summary>
    Tensor Binary(BinaryOp op, Tensor a, Tensor b);

    /// <summary>Combines a tensor with one number.</summary>
    Tensor Binary(BinaryOp op, Tensor a, float b);

    /// <summary>Combines in place: target = op(target, b); b broadcasts to the target's shape.</summary>
    void BinaryInPlace(BinaryOp op, Tensor target, Tensor b);

    /// <summary>Combines with one number in place.</summary>
    void BinaryInPlace(BinaryOp op, Tensor target, float b);

    /// <summary>Returns x * scale + shift.</summary>
    Tensor Affine(Tensor x, float scale, float shift);

    /// <summary>target += x * scale; x broadcasts to the target's shape.</summary>
    void AddScaledInPlace(Tensor target, Tensor x, float scale);

    /// <summary>Returns a + (b - a) * weight.</summary>
    Tensor Lerp(Tensor a, Tensor b, float weight);

    /// <summary>Bounds every value; NaN stays.</summary>
    Tensor Clamp(Tensor x, float min, float max);

    /// <summary>Takes a where the condition is not 0, else b; all broadcast.</summary>
    Tensor Where(Tensor condition, Tensor a, Tensor b);

    /// <summary>x where positive, else x * slope.</summary>
    Tensor LeakyRelu(Tensor x, float slope);

    /// <summary>x where positive, else x * slope of its channel.</summary>
    /// <param name="x">[batch, channels, ...].</param>
    /// <param name="slope">[channels] or [1].</param>
    Tensor PRelu(Tensor x, Tensor slope);

    /// <summary>Gated GELU: the first half of the last dimension times GELU (error function) of the second.</summary>
    Tensor Geglu(Tensor x);

    /// <summary>Reduces dimensions.</summary>
    /// <param name="op">How.</param>
    /// <param name="x">Any tensor.</param>
    /// <param name="dimensions">Which; empty for all.</param>
    /// <param name="keep">Whether reduced dimensions stay with size 1.</param>
    Tensor Reduce(ReduceOp op, Tensor x, ReadOnlySpan<int> dimensions, bool keep = false);

    /// <summary>Returns the index of the greatest value along a dimension, the first of equal ones; Int64.</summary>
    Tensor ArgMax(Tensor x, int dimension);

    /// <summary>Running sums along a dimension.</summary>
    Tensor CumulativeSum(Tensor x, int dimension);

    /// <summary>Exponentials that sum to 1 along a dimension.</summary>
    Tensor Softmax(Tensor x, int dimension);
}
