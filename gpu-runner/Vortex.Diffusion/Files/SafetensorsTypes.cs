using System.Collections.Frozen;
using Vortex.Tensors;

namespace Vortex.Diffusion.Files;

/// <summary>The number formats of safetensors files by their names there.</summary>
internal static class SafetensorsTypes
{
    // Unsigned words have no format of their own; they keep their bits.
    private static readonly FrozenDictionary<string, DType> s_byName = new Dictionary<string, DType>
    {
        ["F64"] = DType.Float64,
        ["F32"] = DType.Float32,
        ["F16"] = DType.Float16,
        ["BF16"] = DType.BFloat16,
        ["F8_E4M3"] = DType.Float8E4M3,
        ["F8_E5M2"] = DType.Float8E5M2,
        ["I64"] = DType.Int64,
        ["I32"] = DType.Int32,
        ["I16"] = DType.Int16,
        ["I8"] = DType.Int8,
        ["U64"] = DType.Int64,
        ["U32"] = DType.Int32,
        ["U16"] = DType.Int16,
        ["U8"] = DType.UInt8,
        ["BOOL"] = DType.Bool,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static bool TryParse(string name, out DType type) => s_byName.TryGetValue(name, out type);

    public static string NameOf(DType type) => type switch
    {
        DType.Float64 => "F64",
        DType.Float32 => "F32",
        DType.Float16 => "F16",
        DType.BFloat16 => "BF16",
        DType.Float8E4M3 => "F8_E4M3",
        DType.Float8E5M2 => "F8_E5M2",
        DType.Int64 => "I64",
        DType.Int32 => "I32",
        DType.Int16 => "I16",
        DType.Int8 => "I8",
        DType.UInt8 => "U8",
        DType.Bool => "BOOL",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}
