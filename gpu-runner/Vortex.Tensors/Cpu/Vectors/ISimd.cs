namespace Vortex.Tensors.Cpu.Vectors;

/// <summary>A width of float32 arithmetic. Functions are written once against it, so that every width gives the same bits.</summary>
/// <typeparam name="TV">That many values.</typeparam>
/// <remarks>Comparisons give masks: all bits set where true.</remarks>
internal unsafe interface ISimd<TV>
    where TV : struct
{
    /// <summary>Gets the number of values.</summary>
    static abstract int Width { get; }

    static abstract TV Load(float* source);

    static abstract void Store(TV value, float* target);

    static abstract TV Broadcast(float value);

    /// <summary>The same 32 bits in every value.</summary>
    static abstract TV Bits(uint bits);

    static abstract TV Add(TV a, TV b);

    static abstract TV Subtract(TV a, TV b);

    static abstract TV Multiply(TV a, TV b);

    static abstract TV Divide(TV a, TV b);

    /// <summary>a * b + c, rounded once.</summary>
    static abstract TV Fused(TV a, TV b, TV c);

    static abstract TV Sqrt(TV a);

    /// <summary>a &lt; b ? a : b, hence b where one is not a number.</summary>
    static abstract TV Lesser(TV a, TV b);

    /// <summary>a &gt; b ? a : b, hence b where one is not a number.</summary>
    static abstract TV Greater(TV a, TV b);

    static abstract TV Round(TV a);

    static abstract TV Floor(TV a);

    static abstract TV Ceiling(TV a);

    static abstract TV And(TV a, TV b);

    /// <summary>a where the bits of the mask are not set.</summary>
    static abstract TV AndNot(TV a, TV mask);

    static abstract TV Or(TV a, TV b);

    static abstract TV Xor(TV a, TV b);

    static abstract TV IsLess(TV a, TV b);

    static abstract TV IsLessOrEqual(TV a, TV b);

    static abstract TV IsEqual(TV a, TV b);

    static abstract TV Select(TV mask, TV a, TV b);

    /// <summary>Shifts each value's bits left.</summary>
    static abstract TV ShiftLeft(TV a, int bits);

    /// <summary>Shifts each value's bits right as a signed whole number.</summary>
    static abstract TV ShiftRight(TV a, int bits);

    /// <summary>Adds the bits as whole numbers.</summary>
    static abstract TV AddBits(TV a, TV b);

    /// <summary>Subtracts the bits as whole numbers.</summary>
    static abstract TV SubtractBits(TV a, TV b);
}
