using System.Runtime.Intrinsics;
using Vortex.Tensors.Cpu.Elements;
using Vortex.Tensors.Cpu.Vectors;

namespace Vortex.Tensors.Cpu;

/// <summary>What is done to results before they are written, value by value. The same bits whatever the instructions and however values are cut.</summary>
internal static unsafe class Activations
{
    /// <summary>Applies a function to values in place.</summary>
    public static void Apply(Activation activation, float* values, long count)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Apply<Simd512, Vector512<float>>(activation, values, count);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Apply<Simd256, Vector256<float>>(activation, values, count);
        }
        else
        {
            Apply<SimdScalar, float>(activation, values, count);
        }
    }

    /// <summary>The function of one value.</summary>
    public static float Of(Activation activation, float x) => SimdMath<SimdScalar, float>.Apply(activation, x);

    private static void Apply<TS, TV>(Activation activation, float* values, long count)
        where TS : struct, ISimd<TV>
        where TV : struct
    {
        switch (activation)
        {
            case Activation.Silu:
                Runs.Unary<SiluKernel, TS, TV>(default, values, count);
                break;
            case Activation.Gelu:
                Runs.Unary<GeluKernel, TS, TV>(default, values, count);
                break;
            case Activation.QuickGelu:
                Runs.Unary<QuickGeluKernel, TS, TV>(default, values, count);
                break;
            case Activation.Relu:
                Runs.Unary<ReluKernel, TS, TV>(default, values, count);
                break;
        }
    }
}
