namespace Vortex.Tensors;

// The ops of the port, written as people read them. Nothing is computed here.
public abstract partial class Tensor
{
    /// <summary>Adds, broadcast.</summary>
    public static Tensor operator +(Tensor a, Tensor b) => a.Backend.Binary(BinaryOp.Add, a, b);

    /// <summary>Subtracts, broadcast.</summary>
    public static Tensor operator -(Tensor a, Tensor b) => a.Backend.Binary(BinaryOp.Subtract, a, b);

    /// <summary>Multiplies value by value, broadcast.</summary>
    public static Tensor operator *(Tensor a, Tensor b) => a.Backend.Binary(BinaryOp.Multiply, a, b);

    /// <summary>Divides value by value, broadcast.</summary>
    public static Tensor operator /(Tensor a, Tensor b) => a.Backend.Binary(BinaryOp.Divide, a, b);

    /// <summary>Adds a number.</summary>
    public static Tensor operator +(Tensor a, float b) => a.Backend.Binary(BinaryOp.Add, a, b);

    /// <summary>Subtracts a number.</summary>
    public static Tensor operator -(Tensor a, float b) => a.Backend.Binary(BinaryOp.Subtract, a, b);

    /// <summary>Multiplies by a number.</summary>
    public static Tensor operator *(Tensor a, float b) => a.Backend.Binary(BinaryOp.Multiply, a, b);

    /// <summary>Divides by a number.</summary>
    public static Tensor operator /(Tensor a, float b) => a.Backend.Binary(BinaryOp.Divide, a, b);

    /// <summary>Turns the sign.</summary>
    public static Tensor operator -(Tensor a) => a.Backend.Unary(UnaryOp.Negate, a);

    /// <summary>Applies a function to every value.</summary>
    public Tensor Map(UnaryOp op) => Backend.Unary(op, this);

    /// <summary>Returns x * sigmoid(x).</summary>
    public Tensor Silu() => Backend.Unary(UnaryOp.Silu, this);

    /// <summary>Bounds every value.</summary>
    public Tensor Clamp(float min, float max) => Backend.Clamp(this, min, max);

    /// <summary>Returns the same values in another shape; one size may be -1.</summary>
    public Tensor Reshape(params ReadOnlySpan<int> shape) => Backend.Reshape(this, shape);

    /// <summary>Reorders dimensions.</summary>
    public Tensor Permute(params ReadOnlySpan<int> order) => Backend.Permute(this, order);

    /// <summary>Swaps two dimensions.</summary>
    public Tensor Transpose(int first, int second)
    {
        int[] order = [.. Enumerable.Range(0, Rank)];
        (first, second) = (Shape.Dimension(first), Shape.Dimension(second));
        (order[first], order[second]) = (order[second], order[first]);
        return Backend.Permute(this, order);
    }

    /// <summary>Takes a range of one dimension.</summary>
    public Tensor Slice(int dimension, int start, int length, int step = 1) => Backend.Slice(this, Shape.Dimension(dimension), start, length, step);

    /// <summary>Takes one entry of a dimension, which goes away.</summary>
    public Tensor Select(int dimension, int index)
    {
        int known = Shape.Dimension(dimension);
        List<int> shape = [.. Shape];
        shape.RemoveAt(known);
        return Backend.Slice(this, known, index, 1).Reshape([.. shape]);
    }

    /// <summary>Cuts a dimension into equal parts.</summary>
    public Tensor[] Chunk(int parts, int dimension)
    {
        int size = Shape[dimension] / parts;
        return size * parts != Shape[dimension]
            ? throw new TensorShapeException($"Dimension {dimension} of {Shape} does not divide into {parts}.")
            : [.. Enumerable.Range(0, parts).Select(i => Slice(dimension, i * size, size))];
    }

    /// <summary>Adds a dimension of size 1 before <paramref name="dimension"/>; negative counts from behind the last.</summary>
    public Tensor Unsqueeze(int dimension)
    {
        List<int> shape = [.. Shape];
        shape.Insert(dimension < 0 ? dimension + Rank + 1 : dimension, 1);
        return Reshape([.. shape]);
    }

    /// <summary>Repeats dimensions of size 1 without copying.</summary>
    public Tensor Expand(params ReadOnlySpan<int> shape) => Backend.Expand(this, new Shape(shape));

    /// <summary>Copies into a new tensor.</summary>
    public Tensor Clone() => Backend.Clone(this);

    /// <summary>Returns the values in another format.</summary>
    public Tensor To(DType type) => Backend.Convert(this, type);

    /// <summary>Matrix product of the last two dimensions.</summary>
    public Tensor MatMul(Tensor other) => Backend.MatMul(this, other);

    /// <summary>The mean over dimensions.</summary>
    public Tensor Mean(ReadOnlySpan<int> dimensions, bool keep = false) => Backend.Reduce(ReduceOp.Mean, this, dimensions, keep);

    /// <summary>Copies all values out as float32, in row-major order.</summary>
    public float[] ToArray()
    {
        float[] values = new float[Count];
        Backend.Read(this, values);
        return values;
    }

    /// <summary>Returns the value of a tensor of one value.</summary>
    public float Item()
    {
        Span<float> value = stackalloc float[1];
        Backend.Read(this, value);
        return value[0];
    }
}
