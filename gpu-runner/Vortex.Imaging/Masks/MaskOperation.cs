namespace Vortex.Imaging.Masks;

/// <summary>How two masks become one. The result is clamped to 0..1.</summary>
public enum MaskOperation
{
    /// <summary>The product.</summary>
    Multiply,

    /// <summary>The sum.</summary>
    Add,

    /// <summary>Destination less source.</summary>
    Subtract,

    /// <summary>1 where both, rounded half to even, are not 0.</summary>
    And,

    /// <summary>1 where one or both, rounded half to even, are not 0.</summary>
    Or,

    /// <summary>1 where exactly one, rounded half to even, is not 0.</summary>
    Xor,
}
