using Vortex.Tensors;
using Vortex.Tensors.Formats;

namespace Vortex.Diffusion.Files.Gguf;

/// <summary>The number formats of GGUF files by their numbers there.</summary>
internal static class GgufTypes
{
    /// <summary>Says whether the format is read.</summary>
    public static bool IsKnown(uint type) => IsPlain(type) || IsBlocks(type);

    /// <summary>Says whether values lie one by one, as tensors hold them.</summary>
    public static bool IsPlain(uint type) => type is 0 or 1 or (>= 24 and <= 28) or 30;

    /// <summary>Says whether values lie in blocks that are read.</summary>
    public static bool IsBlocks(uint type) => Enum.IsDefined((GgmlFormat)type);

    /// <summary>Returns the format its tensors have once loaded.</summary>
    public static DType Loaded(uint type) => type switch
    {
        1 => DType.Float16,
        24 => DType.Int8,
        25 => DType.Int16,
        26 => DType.Int32,
        27 => DType.Int64,
        28 => DType.Float64,
        30 => DType.BFloat16,
        _ => DType.Float32,
    };

    /// <summary>Returns the values of one block.</summary>
    public static int BlockValues(uint type) => IsBlocks(type) ? GgmlBlocks.Values((GgmlFormat)type) : 1;

    /// <summary>Returns the bytes of one block.</summary>
    public static int BlockBytes(uint type) => IsBlocks(type) ? GgmlBlocks.Bytes((GgmlFormat)type) : Loaded(type).Size();

    /// <summary>Returns the name people know a format by.</summary>
    public static string NameOf(uint type) => type switch
    {
        4 => "Q4_2",
        5 => "Q4_3",
        9 => "Q8_1",
        15 => "Q8_K",
        16 => "IQ2_XXS",
        17 => "IQ2_XS",
        18 => "IQ3_XXS",
        19 => "IQ1_S",
        21 => "IQ3_S",
        22 => "IQ2_S",
        29 => "IQ1_M",
        34 => "TQ1_0",
        35 => "TQ2_0",
        39 => "MXFP4",
        _ => "unknown",
    };
}
