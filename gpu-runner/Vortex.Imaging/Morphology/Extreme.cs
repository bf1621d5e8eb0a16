using System.Numerics;

namespace Vortex.Imaging.Morphology;

/// <summary>The greater or the lesser of two values, decided by one comparison: with NaN the first stays.</summary>
/// <remarks>Machines differ in what their own maximum does with NaN; a comparison and a choice are the same everywhere.</remarks>
internal interface IExtreme
{
    /// <summary>Gets the value that never wins.</summary>
    static abstract float Neutral { get; }

    static abstract float Of(float a, float b);

    static abstract Vector<float> Of(Vector<float> a, Vector<float> b);
}

internal readonly struct Greatest : IExtreme
{
    public static float Neutral => float.NegativeInfinity;

    public static float Of(float a, float b) => b > a ? b : a;

    public static Vector<float> Of(Vector<float> a, Vector<float> b) => Vector.ConditionalSelect(Vector.GreaterThan(b, a), b, a);
}

internal readonly struct Least : IExtreme
{
    public static float Neutral => float.PositiveInfinity;

    public static float Of(float a, float b) => b < a ? b : a;

    public static Vector<float> Of(Vector<float> a, Vector<float> b) => Vector.ConditionalSelect(Vector.LessThan(b, a), b, a);
}

/// <summary>Runs an extreme over spans.</summary>
internal static class Extreme
{
    /// <summary>to[i] becomes the extreme of a[i] and b[i]. The target may be one of the sources at the same or an earlier place.</summary>
    internal static void Of<TExtreme>(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> to)
        where TExtreme : struct, IExtreme
    {
        int i = 0;
        for (; i <= to.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            TExtreme.Of(new Vector<float>(a[i..]), new Vector<float>(b[i..])).CopyTo(to[i..]);
        }

        for (; i < to.Length; i++)
        {
            to[i] = TExtreme.Of(a[i], b[i]);
        }
    }
}
