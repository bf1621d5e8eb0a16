using TorchSharp;
using Vortex.Tensors.Formats;

namespace Vortex.Tensors.Torch.Formats;

/// <summary>How the port's number formats lie in libtorch's tensors.</summary>
internal static class TorchFormats
{
    /// <summary>Gets the values that the 256 bytes of a float8 format mean.</summary>
    public static float[] Values(DType type) =>
        [.. Enumerable.Range(0, 256).Select(bits => type == DType.Float8E4M3 ? NumberFormats.FromFloat8E4M3((byte)bits) : NumberFormats.FromFloat8E5M2((byte)bits))];

    /// <summary>Returns libtorch's format. The binding knows no float8, which lies in bytes.</summary>
    public static torch.ScalarType Stored(DType type) => type switch
    {
        DType.Float32 => torch.ScalarType.Float32,
        DType.Float16 => torch.ScalarType.Float16,
        DType.BFloat16 => torch.ScalarType.BFloat16,
        DType.Float64 => torch.ScalarType.Float64,
        DType.Int64 => torch.ScalarType.Int64,
        DType.Int32 => torch.ScalarType.Int32,
        DType.Int16 => torch.ScalarType.Int16,
        DType.Int8 => torch.ScalarType.Int8,
        DType.Bool => torch.ScalarType.Bool,
        _ => torch.ScalarType.Byte,
    };

    /// <summary>Says whether values are bytes that a table gives a meaning.</summary>
    public static bool IsFloat8(this DType type) => type is DType.Float8E4M3 or DType.Float8E5M2;

    /// <summary>Returns sizes as libtorch takes them.</summary>
    public static long[] Sizes(this Shape shape) => [.. shape.Select(size => (long)size)];
}
