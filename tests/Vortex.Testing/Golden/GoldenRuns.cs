using System.Collections.Immutable;

namespace Vortex.Testing.Golden;

/// <summary>All runs of all cases that match a pattern, so that a further golden set in the same layout is picked up by itself.</summary>
public static class GoldenRuns
{
    /// <summary>Returns every run of every case folder that matches (<c>08*</c>); skips the test without a golden folder.</summary>
    public static ImmutableArray<GoldenRun> Find(string pattern) => [.. GoldenCase.Find(pattern).SelectMany(found => found.Runs)];

    /// <summary>Lists runs for a theory: their labels, or without a golden folder one that <see cref="Named"/> skips on.</summary>
    /// <remarks>A theory without any data would count as failed.</remarks>
    /// <param name="pattern">Which case folders, such as <c>08*</c>.</param>
    /// <param name="isWanted">Which of their runs.</param>
    public static ImmutableArray<string> Labels(string pattern, Func<GoldenRun, bool> isWanted)
    {
        string[] labels = [.. GoldenCase.FindOrNone(pattern).SelectMany(found => found.Runs).Where(isWanted).Select(run => run.ToString())];
        return labels.Length == 0 ? ["no golden runs"] : [.. labels];
    }

    /// <summary>Returns the run that <see cref="GoldenRun.ToString"/> names, so that a list of tests can carry plain texts; skips the test where there is none.</summary>
    public static GoldenRun Named(string label)
    {
        _ = ReferenceData.Golden();
        int end = label.IndexOf('#', StringComparison.Ordinal);
        Assert.SkipWhen(end < 0, "The golden folder has no such runs.");
        return Find(label[..end]).Single(run => run.ToString() == label);
    }
}
