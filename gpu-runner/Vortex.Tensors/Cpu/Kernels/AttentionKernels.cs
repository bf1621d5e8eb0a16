using System.Runtime.CompilerServices;

namespace Vortex.Tensors.Cpu;

/// <summary>The softmax of attention over one block of keys, for one panel of queries side by side in the lanes.</summary>
internal static unsafe class AttentionKernels<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    // Lower than any score and yet finite: rows that see nothing so far stay free of NaN.
    private const float Lowest = -3e38f;

    /// <summary>Turns scores, in units of log2, into weights, and scales what was summed up before to the new maximum.</summary>
    /// <param name="scores">[keys, panel]; weights when done.</param>
    /// <param name="keys">Keys of the block.</param>
    /// <param name="most">[panel]: the greatest score so far; at first negative infinity.</param>
    /// <param name="sums">[panel]: the weights summed up so far; at first 0.</param>
    /// <param name="result">[width, panel]: the values summed up so far; at first 0.</param>
    /// <param name="width">Rows of the result.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SoftmaxBlock(float* scores, int keys, float* most, float* sums, float* result, int width)
    {
        int panel = 2 * TLanes.Width;
        TVector least = TLanes.All(Lowest);
        TVector before0 = TLanes.Load(most);
        TVector before1 = TLanes.Load(most + TLanes.Width);
        TVector most0 = TLanes.Max(before0, least);
        TVector most1 = TLanes.Max(before1, least);
        float* score = scores;
        for (int i = 0; i < keys; i++, score += panel)
        {
            most0 = TLanes.Max(most0, TLanes.Load(score));
            most1 = TLanes.Max(most1, TLanes.Load(score + TLanes.Width));
        }

        TVector factor0 = Exp2(TLanes.Subtract(before0, most0));
        TVector factor1 = Exp2(TLanes.Subtract(before1, most1));
        TLanes.Store(most0, most);
        TLanes.Store(most1, most + TLanes.Width);
        TVector sum0 = default;
        TVector sum1 = default;
        score = scores;
        for (int i = 0; i < keys; i++, score += panel)
        {
            TVector weight0 = Exp2(TLanes.Subtract(TLanes.Load(score), most0));
            TVector weight1 = Exp2(TLanes.Subtract(TLanes.Load(score + TLanes.Width), most1));
            TLanes.Store(weight0, score);
            TLanes.Store(weight1, score + TLanes.Width);
            sum0 = TLanes.Add(sum0, weight0);
            sum1 = TLanes.Add(sum1, weight1);
        }

        TLanes.Store(TLanes.MultiplyAdd(TLanes.Load(sums), factor0, sum0), sums);
        TLanes.Store(TLanes.MultiplyAdd(TLanes.Load(sums + TLanes.Width), factor1, sum1), sums + TLanes.Width);
        for (int i = 0; i < width; i++, result += panel)
        {
            TLanes.Store(TLanes.Multiply(TLanes.Load(result), factor0), result);
            TLanes.Store(TLanes.Multiply(TLanes.Load(result + TLanes.Width), factor1), result + TLanes.Width);
        }
    }

    // 2^x for x <= 0, within 2e-7 of it; 0 from -127 on. The polynomial is the one of Cephes for exp2f on [-0.5, 0.5].
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Exp2(TVector x)
    {
        // Adding 1.5 * 2^23 rounds to a whole number and leaves it in the low bits.
        TVector magic = TLanes.All(12582912f);
        x = TLanes.Max(TLanes.All(-127f), x);
        TVector shifted = TLanes.Add(x, magic);
        x = TLanes.Subtract(x, TLanes.Subtract(shifted, magic));
        TVector y = TLanes.MultiplyAdd(TLanes.All(1.535336188319500E-4f), x, TLanes.All(1.339887440266574E-3f));
        y = TLanes.MultiplyAdd(y, x, TLanes.All(9.618437357674640E-3f));
        y = TLanes.MultiplyAdd(y, x, TLanes.All(5.550332471162809E-2f));
        y = TLanes.MultiplyAdd(y, x, TLanes.All(2.402264791363012E-1f));
        y = TLanes.MultiplyAdd(y, x, TLanes.All(6.931472028550421E-1f));
        return TLanes.Scale(TLanes.MultiplyAdd(y, x, TLanes.All(1f)), shifted);
    }
}
