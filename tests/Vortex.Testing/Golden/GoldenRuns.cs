using System.Collections.Immutable;

namespace Vortex.Testing.Golden;

/// <summary>All runs of all cases that match a pattern, so that a further golden set in the same layout is picked up by itself.</summary>
public static class GoldenRuns
{
    /// <summary>Returns every run of every case folder that matches (<c>08*</c>); skips the test without a golden folder.</summary>
    public static ImmutableArray<GoldenRun> Find(string pattern) => [.. GoldenCase.Find(pattern).SelectMany(found => found.Runs)];

    /// <summary>Like <see cref="Find"/>, but empty without a golden folder: for lists of tests.</summary>
    public static ImmutableArray<GoldenRun> FindOrNone(string pattern) => [.. GoldenCase.FindOrNone(pattern).SelectMany(found => found.Runs)];

    /// <summary>Returns the run that <see cref="GoldenRun.ToString"/> names, so that a list of tests can carry plain texts.</summary>
    public static GoldenRun Named(string label)
    {
        string folder = label[..label.IndexOf('#', StringComparison.Ordinal)];
        return Find(folder).Single(run => run.ToString() == label);
    }
}
