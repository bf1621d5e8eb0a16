using System.Globalization;

namespace Vortex.Testing.Golden;

/// <summary>How far values lie from the recorded ones.</summary>
/// <param name="Largest">The largest absolute difference; infinite where only one of two values is a number, or sizes differ.</param>
/// <param name="Differing">How many values differ at all.</param>
/// <param name="Count">How many values there are.</param>
/// <param name="RelativeRms">rms(actual - expected) / rms(expected); the better figure where values are large.</param>
public sealed record GoldenComparison(double Largest, int Differing, int Count, double RelativeRms)
{
    /// <summary>Gets the part of the values that differ at all, 0 to 1.</summary>
    public double DifferingShare => Count == 0 ? 0 : (double)Differing / Count;

    /// <summary>Compares value by value. Two NaNs are equal; two infinities of one sign are equal.</summary>
    public static GoldenComparison Of(ReadOnlySpan<float> actual, ReadOnlySpan<float> expected)
    {
        if (actual.Length != expected.Length)
        {
            return new(double.PositiveInfinity, expected.Length, expected.Length, double.PositiveInfinity);
        }

        (double largest, int differing, double square, double reference) = (0, 0, 0, 0);
        for (int i = 0; i < actual.Length; i++)
        {
            if (actual[i].Equals(expected[i]) || actual[i] == expected[i])
            {
                reference += double.IsFinite(expected[i]) ? (double)expected[i] * expected[i] : 0;
                continue;
            }

            double difference = Math.Abs((double)actual[i] - expected[i]);
            largest = Math.Max(largest, double.IsNaN(difference) ? double.PositiveInfinity : difference);
            square += difference * difference;
            reference += (double)expected[i] * expected[i];
            differing++;
        }

        return new(largest, differing, actual.Length, square == 0 ? 0 : Math.Sqrt(square / reference));
    }

    /// <summary>Says the figures in one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"max {Largest:G3}, {Differing} of {Count} differ, relative rms {RelativeRms:G3}");
}
