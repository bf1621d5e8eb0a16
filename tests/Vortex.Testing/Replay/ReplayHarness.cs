using System.Collections.Immutable;
using Vortex.Runs;

namespace Vortex.Testing;

/// <summary>Proves that an orchestrator decides the same again: runs it from every prefix of a recorded history.</summary>
public static class ReplayHarness
{
    /// <summary>Replays a recording turn by turn, each time from the beginning, and compares every decision.</summary>
    public static void AssertReplays(OrchestrationRegistry registry, RecordedExecution recorded)
    {
        OrchestratorCode? code = registry.FindOrchestrator(recorded.Orchestration, recorded.Version);
        Assert.True(code is not null, $"There is no code for {recorded.Orchestration} version {recorded.Version} any more.");
        for (int turns = 1; turns <= recorded.Turns.Length; turns++)
        {
            RecordedExecution prefix = recorded with { Turns = recorded.Turns[..turns] };
            ImmutableArray<HistoryDecision> decided = TurnContext.Run(code, prefix).Decisions;
            ImmutableArray<HistoryDecision> expected = recorded.Turns[turns - 1].Decisions;
            if (!Decisions.AreSame(expected, decided))
            {
                Assert.Equal(Decisions.Text(expected), Decisions.Text(decided));
            }
        }
    }
}
