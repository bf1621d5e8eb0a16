using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Vortex.Tensors.Cpu.Elements;

/// <summary>Sums of consecutive values, kept in double: the same bits on every machine.</summary>
internal static unsafe class Moments
{
    /// <summary>The sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Sum(float* values, long count)
    {
        Vector256<double> a = default;
        Vector256<double> b = default;
        long i = 0;
        for (; i <= count - 8; i += 8)
        {
            a += Wide(values + i);
            b += Wide(values + i + 4);
        }

        double sum = Vector256.Sum(a + b);
        for (; i < count; i++)
        {
            sum += values[i];
        }

        return sum;
    }

    /// <summary>The sum of the squares of distances from a value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double SumOfSquares(float* values, long count, double centre)
    {
        Vector256<double> shift = Vector256.Create(centre);
        Vector256<double> a = default;
        Vector256<double> b = default;
        long i = 0;
        for (; i <= count - 8; i += 8)
        {
            Vector256<double> first = Wide(values + i) - shift;
            Vector256<double> second = Wide(values + i + 4) - shift;
            a = Vector256.FusedMultiplyAdd(first, first, a);
            b = Vector256.FusedMultiplyAdd(second, second, b);
        }

        double sum = Vector256.Sum(a + b);
        for (; i < count; i++)
        {
            double distance = values[i] - centre;
            sum += distance * distance;
        }

        return sum;
    }

    /// <summary>The mean and 1 / sqrt(variance + epsilon), in one pass.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (float Mean, float Scale) MeanAndScale(float* values, long count, float epsilon)
    {
        Vector256<double> sumA = default;
        Vector256<double> sumB = default;
        Vector256<double> squareA = default;
        Vector256<double> squareB = default;
        long i = 0;
        for (; i <= count - 8; i += 8)
        {
            Vector256<double> first = Wide(values + i);
            Vector256<double> second = Wide(values + i + 4);
            sumA += first;
            sumB += second;
            squareA = Vector256.FusedMultiplyAdd(first, first, squareA);
            squareB = Vector256.FusedMultiplyAdd(second, second, squareB);
        }

        double sum = Vector256.Sum(sumA + sumB);
        double square = Vector256.Sum(squareA + squareB);
        for (; i < count; i++)
        {
            sum += values[i];
            square += (double)values[i] * values[i];
        }

        double mean = sum / count;
        // Not below 0 by rounding; a mean that is not a number must stay one.
        double variance = (square / count) - (mean * mean);
        return ((float)mean, (float)(1 / Math.Sqrt((variance < 0 ? 0 : variance) + epsilon)));
    }

    private static Vector256<double> Wide(float* values)
    {
        Vector128<float> four = Vector128.Load(values);
        return System.Runtime.Intrinsics.X86.Avx.IsSupported
            ? System.Runtime.Intrinsics.X86.Avx.ConvertToVector256Double(four)
            : Vector256.Create(Vector128.WidenLower(four), Vector128.WidenUpper(four));
    }
}
