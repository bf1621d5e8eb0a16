using System.Numerics;

namespace Vortex.Tensors.Cpu;

/// <summary>Loops over rows that need no preparation: what small work and machines without wide registers use.</summary>
internal static unsafe class PlainKernels
{
    /// <summary>Returns the sum of products of two rows.</summary>
    public static float Dot(float* a, float* b, int count)
    {
        int width = Vector<float>.Count;
        Vector<float> sum0 = Vector<float>.Zero;
        Vector<float> sum1 = Vector<float>.Zero;
        int i = 0;
        for (; i <= count - (2 * width); i += 2 * width)
        {
            sum0 += Vector.Load(a + i) * Vector.Load(b + i);
            sum1 += Vector.Load(a + i + width) * Vector.Load(b + i + width);
        }

        for (; i <= count - width; i += width)
        {
            sum0 += Vector.Load(a + i) * Vector.Load(b + i);
        }

        float sum = Vector.Sum(sum0 + sum1);
        for (; i < count; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    /// <summary>target += source * factor.</summary>
    public static void AddScaled(float* target, float* source, float factor, int count)
    {
        int width = Vector<float>.Count;
        Vector<float> factors = new(factor);
        int i = 0;
        for (; i <= count - width; i += width)
        {
            (Vector.Load(target + i) + (Vector.Load(source + i) * factors)).Store(target + i);
        }

        for (; i < count; i++)
        {
            target[i] += source[i] * factor;
        }
    }
}
