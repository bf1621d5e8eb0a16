using System.Text.Json;
using Vortex.Runs;

namespace Vortex.Testing;

/// <summary>Compares and tells decisions.</summary>
internal static class Decisions
{
    public static bool AreSame(IReadOnlyList<HistoryDecision> expected, IReadOnlyList<HistoryDecision> actual) =>
        expected.Count == actual.Count && expected.Zip(actual).All(pair => AreSame(pair.First, pair.Second));

    public static string Text(IReadOnlyList<HistoryDecision> decisions) => JsonSerializer.Serialize(decisions, RunsJson.Options);

    private static bool AreSame(HistoryDecision expected, HistoryDecision actual) =>
        expected with { Payload = null } == actual with { Payload = null }
        && (expected.Payload, actual.Payload) switch
        {
            ({ } one, { } other) => JsonElement.DeepEquals(one, other),
            (null, null) => true,
            _ => false,
        };

    public static string Tell(IReadOnlyList<HistoryDecision> decisions) =>
        decisions.Count == 0 ? "nothing" : string.Join(", ", decisions.Select(decision => $"{decision.Kind} {decision.Name ?? decision.Error}".Trim()));
}
