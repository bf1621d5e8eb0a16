namespace Vortex.Tensors;

/// <summary>How the values of a tensor are stored. Arithmetic is float32; other number formats are storage, converted where they are used.</summary>
public enum DType
{
    /// <summary>IEEE 754 single precision: what every op computes in and returns unless it says otherwise.</summary>
    Float32 = 0,

    /// <summary>IEEE 754 half precision.</summary>
    Float16 = 1,

    /// <summary>The upper half of a single: 8 bits of exponent, 7 of mantissa.</summary>
    BFloat16 = 2,

    /// <summary>Float8 with 4 bits of exponent, no infinities (OCP <c>e4m3fn</c>).</summary>
    Float8E4M3 = 3,

    /// <summary>Float8 with 5 bits of exponent (OCP <c>e5m2</c>).</summary>
    Float8E5M2 = 4,

    /// <summary>IEEE 754 double precision; storage only.</summary>
    Float64 = 5,

    /// <summary>Signed 64-bit integers: token ids and indices.</summary>
    Int64 = 6,

    /// <summary>Signed 32-bit integers.</summary>
    Int32 = 7,

    /// <summary>Unsigned bytes.</summary>
    UInt8 = 8,

    /// <summary>Signed 16-bit integers; storage only.</summary>
    Int16 = 9,

    /// <summary>Signed bytes; storage only.</summary>
    Int8 = 10,

    /// <summary>One byte per value, 0 or 1.</summary>
    Bool = 11,
}

/// <summary>Facts about number formats.</summary>
public static class DTypes
{
    /// <summary>Returns the bytes one value takes.</summary>
    public static int Size(this DType type) => type switch
    {
        DType.Float64 or DType.Int64 => 8,
        DType.Float32 or DType.Int32 => 4,
        DType.Float16 or DType.BFloat16 or DType.Int16 => 2,
        _ => 1,
    };

    /// <summary>Says whether values are floating-point numbers.</summary>
    public static bool IsFloat(this DType type) => type <= DType.Float64;
}
