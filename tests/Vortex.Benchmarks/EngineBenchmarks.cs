using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Vortex.Local.Hosting;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Benchmarks;

/// <summary>What a run costs beside the nodes' own work: events, keys, plan, queue, orchestration, all durable.</summary>
internal static class EngineBenchmarks
{
    public static IEnumerable<Benchmark> All =>
    [
        new("noop", "whole runs of nodes that do nothing, embedded, with their durable events, in a warm process", NoOpAsync),
        new("plan", "validating, expanding, keys and plan of large graphs", PlanAsync),
    ];

    private static async Task NoOpAsync(Report report)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("vortex-bench-");
        try
        {
            HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
            builder.Services.AddVortexLocal(folder.FullName, folder.FullName);
            using IHost host = builder.Build();
            await host.StartAsync();
            await MeasureAsync(report, host.Services, "1,000 nodes, ten chains of 100", 10, 100, 7, "<= 250 ms");
            await MeasureAsync(report, host.Services, "1,000 nodes, one chain", 1, 1000, 7, "<= 250 ms");
            await MeasureAsync(report, host.Services, "10,000 nodes, ten chains of 1,000", 10, 1000, 3, "<= 3,000 ms");
            await host.StopAsync();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task MeasureAsync(Report report, IServiceProvider services, string what, int chains, int length, int runs, string goal)
    {
        int number = 0;
        double[] fresh = await Report.TimeAsync(runs, () => RunAsync(services, Graphs.Chains(chains, length, $"{what} {number++}")), warmups: 10);
        report.Times(what, fresh, goal);
        WorkflowDocument known = Graphs.Chains(chains, length, $"{what} {number - 1}");
        double[] cached = await Report.TimeAsync(runs, () => RunAsync(services, known), warmups: 10);
        report.Times(what + ", fully cached", cached, chains * length == 1000 ? "<= 50 ms" : "");
    }

    private static async Task RunAsync(IServiceProvider services, WorkflowDocument document)
    {
        RunSubmission submission = await services.GetRequiredService<RunService>().SubmitAsync(WorkspaceId.Local, new RunRequest { Document = document }, null);
        RunRecord run = submission.Run ?? throw new InvalidOperationException(submission.Problems[0].Message);
        await foreach (RunEvent one in services.GetRequiredService<IRunStore>().FollowEventsAsync(WorkspaceId.Local, run.Id, 0))
        {
            if (one.Type is RunEventTypes.RunFailed or RunEventTypes.RunCanceled)
            {
                throw new InvalidOperationException(one.Payload.GetRawText());
            }
        }
    }

    private static Task PlanAsync(Report report)
    {
        foreach (int nodes in (int[])[1_000, 10_000, 100_000])
        {
            WorkflowDocument document = Graphs.Chains(10, nodes / 10, "plan");
            List<double> validating = [];
            List<double> expanding = [];
            List<double> planning = [];
            for (int i = 0; i < 6; i++)
            {
                double validated = Time(() => WorkflowValidator.Validate(document, Catalogs.All));
                ExpansionResult expansion = WorkflowExpander.Expand(document, Catalogs.All);
                double expanded = Time(() => WorkflowExpander.Expand(document, Catalogs.All));
                RunSnapshot snapshot = Snapshot(expansion.Graph!);
                double planned = Time(() => RunPlanner.Plan(
                    new RunId("run_bench"), snapshot, CacheKeyCalculator.Compute(snapshot), new Dictionary<CacheKey, NodeOutputs>(), new PlannerOptions()));
                if (i > 0)
                {
                    validating.Add(validated);
                    expanding.Add(expanded);
                    planning.Add(planned);
                }
            }

            string count = nodes.ToString("N0", CultureInfo.InvariantCulture);
            report.Times($"{count} nodes: keys and plan", [.. planning.Order()], nodes == 10_000 ? "<= 100 ms" : "linear");
            report.Times($"{count} nodes: validate", [.. validating.Order()], "linear");
            report.Times($"{count} nodes: expand", [.. expanding.Order()], "linear");
        }

        return Task.CompletedTask;
    }

    private static RunSnapshot Snapshot(ExecutableGraph graph) => new()
    {
        Graph = graph,
        Environment = new RunEnvironment(
            "cpu",
            graph.Nodes.Select(node => node.Type).Distinct(StringComparer.Ordinal)
                .ToImmutableSortedDictionary(name => name, name => NodeTypeFacts.Of(Catalogs.All.Find(name)!), StringComparer.Ordinal)),
        Nonce = "bench",
    };

    private static double Time(Action work)
    {
        long began = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }
}
