using System.Text.Json;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Functions.Tests.Orchestration;

/// <summary>The suite of every orchestration engine, with each orchestrator behind the durable context.</summary>
public sealed class DurableContextTests : OrchestrationConformance
{
    private readonly OrchestrationStorage _storage = new();

    protected override ValueTask<Vortex.Testing.OrchestrationHost> StartAsync(OrchestrationRegistry registry)
    {
        if (registry.FindActivity(DurableContext.NewestVersion) is null)
        {
            registry.AddActivity<string, int>(DurableContext.NewestVersion, (_, name, _) => Task.FromResult(registry.NewestVersion(name)));
        }

        InMemoryOrchestration engine = new(registry, _storage, Time, FakeDurableContext.Host);
        return ValueTask.FromResult(new Vortex.Testing.OrchestrationHost(engine, engine.DisposeAsync));
    }
}

/// <summary>The very class that the function app hosts decides over the durable context what it decided when its history was recorded.</summary>
public sealed class RunHistoryTests
{
    private static string Folder { get; } = Path.Combine(ReferenceData.RepositoryRoot(), "tests", "Vortex.Runs.Tests", "Orchestrator", "Histories");

    public static TheoryData<string> Recorded => [.. Directory.GetFiles(Folder, "run-v*.jsonl").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Recorded))]
    public async Task Recorded_run_decides_the_same_over_the_durable_context(string file)
    {
        OrchestrationRegistry hosted = new OrchestrationRegistry().AddOrchestrator(RunOrchestrator.Name, 1, FakeDurableContext.Host(RunOrchestrator.RunAsync));
        string[] lines = await File.ReadAllLinesAsync(Path.Combine(Folder, file), TestContext.Current.CancellationToken);
        Assert.NotEmpty(lines);
        Assert.All(lines, line => ReplayHarness.AssertReplays(hosted, JsonSerializer.Deserialize<RecordedExecution>(line, RunsJson.Options)!));
    }
}
