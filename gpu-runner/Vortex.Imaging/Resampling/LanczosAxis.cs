namespace Vortex.Imaging.Resampling;

/// <summary>For each new position along one axis: the first old position that counts, and fixed-point weights with 22 fraction bits.</summary>
/// <remarks>
/// As Pillow's resampler defines it: support of three lobes, stretched when shrinking; weights are normalised in double and then
/// rounded half away from zero. 22 bits leave room for the sign, the 8 bits of a value and the overshoot of a sum.
/// </remarks>
internal sealed class LanczosAxis
{
    /// <summary>Fraction bits of a weight.</summary>
    internal const int Precision = 22;

    private const double Lobes = 3;

    private LanczosAxis(int inSize, int outSize, int stride) =>
        (InSize, OutSize, Stride, First, Count, Weight) = (inSize, outSize, stride, new int[outSize], new int[outSize], new int[(long)outSize * stride]);

    internal int InSize { get; }

    internal int OutSize { get; }

    /// <summary>Gets the distance in <see cref="Weight"/> from one new position to the next: the most taps there can be.</summary>
    internal int Stride { get; }

    /// <summary>Gets the first old position of each new one.</summary>
    internal int[] First { get; }

    /// <summary>Gets how many old positions count for each new one.</summary>
    internal int[] Count { get; }

    /// <summary>Gets the weights; those past <see cref="Count"/> are 0.</summary>
    internal int[] Weight { get; }

    /// <summary>Gets whether nothing has to be computed along this axis.</summary>
    internal bool IsIdentity => InSize == OutSize;

    internal ReadOnlySpan<int> Weights(int position) => Weight.AsSpan(position * Stride, Count[position]);

    internal static LanczosAxis Of(int inSize, int outSize)
    {
        double scale = (double)inSize / outSize;
        double stretch = Math.Max(scale, 1.0);
        double support = Lobes * stretch;
        LanczosAxis axis = new(inSize, outSize, ((int)Math.Ceiling(support) * 2) + 1);
        double[] exact = new double[axis.Stride];
        double inverse = 1.0 / stretch;
        for (int i = 0; i < outSize; i++)
        {
            double center = (i + 0.5) * scale;
            int first = Math.Max((int)(center - support + 0.5), 0);
            int end = Math.Min((int)(center + support + 0.5), inSize);
            double sum = 0;
            for (int t = 0; t < end - first; t++)
            {
                exact[t] = Lanczos((t + first - center + 0.5) * inverse);
                sum += exact[t];
            }

            (axis.First[i], axis.Count[i]) = (first, end - first);
            for (int t = 0; t < end - first; t++)
            {
                axis.Weight[(i * axis.Stride) + t] = Fixed(sum == 0 ? exact[t] : exact[t] / sum);
            }
        }

        return axis;
    }

    private static int Fixed(double weight) => (int)((weight < 0 ? -0.5 : 0.5) + (weight * (1 << Precision)));

    private static double Lanczos(double x) => x is >= -Lobes and < Lobes ? Sinc(x) * Sinc(x / Lobes) : 0;

    private static double Sinc(double x)
    {
        if (x == 0)
        {
            return 1;
        }

        x *= Math.PI;
        return Math.Sin(x) / x;
    }
}
