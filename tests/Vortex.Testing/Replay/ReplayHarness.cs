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
            string decided = Decisions.Text(TurnContext.Run(code, prefix).Decisions);
            Assert.Equal(Decisions.Text(recorded.Turns[turns - 1].Decisions), decided);
        }
    }
}
