using System.Diagnostics;
using System.Globalization;
using Vortex.Embedded;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Benchmarks;

/// <summary>What a lease costs while many batches wait, on one machine, durable.</summary>
internal static class QueueBenchmarks
{
    private const int Waiting = 10_000;

    public static IEnumerable<Benchmark> All => [new("queue", "leasing and completing while 10,000 batches wait, on one machine, durable", RunAsync)];

    private static async Task RunAsync(Report report)
    {
        foreach (int workspaces in (int[])[1, 4, 200])
        {
            await MeasureAsync(report, string.Create(CultureInfo.InvariantCulture, $"{workspaces} workspaces"), batch => Of(batch, workspaces), 500);
        }

        // All that waits is for other runners, but for what the one that asks gets.
        await MeasureAsync(report, "4 workspaces, 9,900 for another backend", batch => Of(batch, 4) with { Requires = new BatchRequirements { Backend = batch % 100 == 0 ? "cpu" : "cuda" } }, 90);
    }

    private static BatchMessage Of(int number, int workspaces)
    {
        BatchMessage batch = Some.Batch(1 + (number / 10), number % 10, new WorkspaceId("tenant", string.Create(CultureInfo.InvariantCulture, $"w{number % workspaces}")));
        return batch with { Requires = new BatchRequirements { Backend = "cpu", Packs = ["core"] } };
    }

    private static async Task MeasureAsync(Report report, string what, Func<int, BatchMessage> make, int rounds)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("vortex-bench-");
        try
        {
            await using EmbeddedStore store = await EmbeddedStore.OpenAsync(new DataFolder(folder.FullName));
            foreach (int[] some in Enumerable.Range(0, Waiting).Chunk(500))
            {
                await Task.WhenAll(some.Select(number => store.Queue.SendAsync(make(number)).AsTask()));
            }

            List<double> leasing = [];
            List<double> both = [];
            for (int i = 0; i < rounds; i++)
            {
                long began = Stopwatch.GetTimestamp();
                BatchLease lease = await store.Queue.LeaseAsync(Some.Runner(), TimeSpan.Zero) ?? throw new InvalidOperationException("Nothing was handed out.");
                leasing.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                await store.Queue.CompleteAsync(lease);
                both.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }

            report.Times($"{what}: lease", [.. leasing.Order()], "independent of what waits");
            report.Times($"{what}: lease and complete", [.. both.Order()], "");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
