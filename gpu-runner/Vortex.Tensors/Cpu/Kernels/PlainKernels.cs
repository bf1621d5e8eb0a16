using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vortex.Tensors.Cpu;

/// <summary>Loops over rows that need no preparation.</summary>
internal static unsafe class PlainKernels
{
    /// <summary>Returns the sum of products of two rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot(float* a, float* b, long count)
    {
        int width = Vector<float>.Count;
        Vector<float> sum0 = Vector<float>.Zero;
        Vector<float> sum1 = Vector<float>.Zero;
        Vector<float> sum2 = Vector<float>.Zero;
        Vector<float> sum3 = Vector<float>.Zero;
        long i = 0;
        for (; i <= count - (4 * width); i += 4 * width)
        {
            sum0 += Vector.Load(a + i) * Vector.Load(b + i);
            sum1 += Vector.Load(a + i + width) * Vector.Load(b + i + width);
            sum2 += Vector.Load(a + i + (2 * width)) * Vector.Load(b + i + (2 * width));
            sum3 += Vector.Load(a + i + (3 * width)) * Vector.Load(b + i + (3 * width));
        }

        for (; i <= count - width; i += width)
        {
            sum0 += Vector.Load(a + i) * Vector.Load(b + i);
        }

        float sum = Vector.Sum(sum0 + sum1 + (sum2 + sum3));
        for (; i < count; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    /// <summary>target += source.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* target, float* source, long count)
    {
        int width = Vector<float>.Count;
        long i = 0;
        for (; i <= count - width; i += width)
        {
            (Vector.Load(target + i) + Vector.Load(source + i)).Store(target + i);
        }

        for (; i < count; i++)
        {
            target[i] += source[i];
        }
    }

    /// <summary>target += value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddOne(float* target, float value, long count)
    {
        int width = Vector<float>.Count;
        Vector<float> values = new(value);
        long i = 0;
        for (; i <= count - width; i += width)
        {
            (Vector.Load(target + i) + values).Store(target + i);
        }

        for (; i < count; i++)
        {
            target[i] += value;
        }
    }

    /// <summary>target *= factor.</summary>
    public static void Scale(float* target, float factor, long count) => ScaleTo(target, target, factor, count);

    /// <summary>target = source * factor; both may be the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ScaleTo(float* target, float* source, float factor, long count)
    {
        int width = Vector<float>.Count;
        Vector<float> factors = new(factor);
        long i = 0;
        for (; i <= count - width; i += width)
        {
            (Vector.Load(source + i) * factors).Store(target + i);
        }

        for (; i < count; i++)
        {
            target[i] = source[i] * factor;
        }
    }
}
