using System.Runtime.CompilerServices;
using Vortex.Tensors.Cpu.Vectors;

namespace Vortex.Tensors.Cpu.Elements;

/// <summary>Softmax and normalisations of rows of consecutive values.</summary>
internal static unsafe class NormRows
{
    /// <summary>Softmax of a row; may work in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Softmax<TS, TV>(float* x, float* y, long count)
        where TS : struct, ISimd<TV>
        where TV : struct
    {
        float max = Max<TS, TV>(x, count);
        TV shift = TS.Broadcast(max);
        long i = 0;
        for (; i <= count - TS.Width; i += TS.Width)
        {
            TS.Store(SimdMath<TS, TV>.ExpInside(TS.Subtract(TS.Load(x + i), shift)), y + i);
        }

        if (i < count)
        {
            float* rest = stackalloc float[Runs.Widest];
            for (long k = i; k < count; k++)
            {
                rest[k - i] = x[k];
            }

            TS.Store(SimdMath<TS, TV>.ExpInside(TS.Subtract(TS.Load(rest), shift)), rest);
            for (long k = i; k < count; k++)
            {
                y[k] = rest[k - i];
            }
        }

        Scale<TS, TV>(y, (float)(1 / Moments.Sum(y, count)), count);
    }

    /// <summary>y = (x - mean) * scale + shift, then the activation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Affine<TS, TV>(float* x, float* y, long count, float mean, float scale, float shift, Activation activation)
        where TS : struct, ISimd<TV>
        where TV : struct
    {
        TV centre = TS.Broadcast(mean);
        TV factor = TS.Broadcast(scale);
        TV offset = TS.Broadcast(shift);
        long i = 0;
        if (activation == Activation.Silu)
        {
            for (; i <= count - TS.Width; i += TS.Width)
            {
                TS.Store(SimdMath<TS, TV>.Silu(TS.Fused(TS.Subtract(TS.Load(x + i), centre), factor, offset)), y + i);
            }
        }
        else
        {
            for (; i <= count - TS.Width; i += TS.Width)
            {
                TS.Store(SimdMath<TS, TV>.Apply(activation, TS.Fused(TS.Subtract(TS.Load(x + i), centre), factor, offset)), y + i);
            }
        }

        for (; i < count; i++)
        {
            y[i] = SimdMath<SimdScalar, float>.Apply(activation, MathF.FusedMultiplyAdd(x[i] - mean, scale, shift));
        }
    }

    /// <summary>y = (x - mean) * scale * weight + bias; weight and bias may be null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Normalise<TS, TV>(float* x, float* y, long count, float mean, float scale, float* weight, float* bias)
        where TS : struct, ISimd<TV>
        where TV : struct
    {
        (TV centre, TV factor) = (TS.Broadcast(mean), TS.Broadcast(scale));
        long i = 0;
        for (; i <= count - TS.Width; i += TS.Width)
        {
            TV value = TS.Multiply(TS.Subtract(TS.Load(x + i), centre), factor);
            value = weight is null ? value : TS.Multiply(value, TS.Load(weight + i));
            TS.Store(bias is null ? value : TS.Add(value, TS.Load(bias + i)), y + i);
        }

        for (; i < count; i++)
        {
            float value = (x[i] - mean) * scale;
            value = weight is null ? value : value * weight[i];
            y[i] = bias is null ? value : value + bias[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Max<TS, TV>(float* x, long count)
        where TS : struct, ISimd<TV>
        where TV : struct
    {
        float* lanes = stackalloc float[Runs.Widest];
        float max = float.NegativeInfinity;
        long i = 0;
        if (count >= TS.Width)
        {
            TV most = TS.Load(x);
            for (i = TS.Width; i <= count - TS.Width; i += TS.Width)
            {
                most = TS.Greater(most, TS.Load(x + i));
            }

            TS.Store(most, lanes);
            for (int k = 0; k < TS.Width; k++)
            {
                max = max > lanes[k] ? max : lanes[k];
            }
        }

        for (; i < count; i++)
        {
            max = max > x[i] ? max : x[i];
        }

        return max;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale<TS, TV>(float* y, float factor, long count)
        where TS : struct, ISimd<TV>
        where TV : struct
    {
        TV f = TS.Broadcast(factor);
        long i = 0;
        for (; i <= count - TS.Width; i += TS.Width)
        {
            TS.Store(TS.Multiply(TS.Load(y + i), f), y + i);
        }

        for (; i < count; i++)
        {
            y[i] *= factor;
        }
    }
}
