using System.Diagnostics;
using System.Globalization;

namespace Vortex.Benchmarks;

/// <summary>Prints figures, each beside its goal. Prints; never judges an exit status by them.</summary>
/// <param name="only">Text that the names of what is measured are to contain; empty for all.</param>
internal sealed class Report(string only = "")
{
    /// <summary>Gets the text that the names of what is measured are to contain; empty for all. Heeded by benchmarks of many cases.</summary>
    public string Only => only;

    /// <summary>Times <paramref name="work"/> several times after a warm-up.</summary>
    /// <returns>Milliseconds, sorted.</returns>
    public static async Task<double[]> TimeAsync(int runs, Func<Task> work, int warmups = 1)
    {
        for (int i = 0; i < warmups; i++)
        {
            await work();
        }

        double[] times = new double[runs];
        for (int i = 0; i < runs; i++)
        {
            long began = Stopwatch.GetTimestamp();
            await work();
            times[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }

        Array.Sort(times);
        return times;
    }

    /// <summary>Times two pieces of work in turn, so that a drift of the machine meets both.</summary>
    public static async Task<(double[] First, double[] Second)> AlternateAsync(int runs, Func<Task> first, Func<Task> second)
    {
        await first();
        await second();
        double[] a = new double[runs];
        double[] b = new double[runs];
        for (int i = 0; i < runs; i++)
        {
            a[i] = (await TimeAsync(1, first, 0))[0];
            b[i] = (await TimeAsync(1, second, 0))[0];
        }

        Array.Sort(a);
        Array.Sort(b);
        return (a, b);
    }

    /// <summary>Returns the middle of sorted figures.</summary>
    public static double Median(double[] sorted) => sorted[sorted.Length / 2];

    /// <summary>Returns the value that a share of sorted figures does not exceed.</summary>
    public static double Percentile(double[] sorted, double share) => sorted[Math.Min(sorted.Length - 1, (int)Math.Ceiling(share * sorted.Length) - 1)];

    /// <summary>Prints a line of times: median, least, most, and the goal.</summary>
    public void Times(string what, double[] sorted, string goal) =>
        Line(what, $"{Median(sorted),9:0.0} ms   ({sorted[0]:0.0} to {sorted[^1]:0.0}, {sorted.Length} runs)", goal);

    /// <summary>Prints a ratio of two measured medians.</summary>
    public void Ratio(string what, double ours, double theirs, string peer, string goal) =>
        Line(what, $"{ours / theirs,9:0.00} x {peer} ({ours:0.0} ms against {theirs:0.0} ms)", goal);

    /// <summary>Prints any figure.</summary>
    public void Line(string what, string figure, string goal) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what,-52} {figure,-52} goal {goal}"));

    /// <summary>Says that something could not be measured here, and why.</summary>
    public void Missing(string what, string why) => Console.WriteLine($"  {what,-52} not measured: {why}");
}
