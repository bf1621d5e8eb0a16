using System.Text.Json;
using Vortex.Runs;

namespace Vortex.Testing;

/// <summary>Compares and tells decisions.</summary>
internal static class Decisions
{
    public static bool AreSame(IReadOnlyList<HistoryDecision> expected, IReadOnlyList<HistoryDecision> actual) => Text(expected) == Text(actual);

    public static string Text(IReadOnlyList<HistoryDecision> decisions) => JsonSerializer.Serialize(decisions, RunsJson.Options);

    public static string Tell(IReadOnlyList<HistoryDecision> decisions) =>
        decisions.Count == 0 ? "nothing" : string.Join(", ", decisions.Select(decision => $"{decision.Kind} {decision.Name ?? decision.Error}".Trim()));
}
