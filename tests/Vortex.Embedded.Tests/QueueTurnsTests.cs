using SQLitePCL;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Embedded.Tests;

/// <summary>What a look for work costs, in steps of the database and not in time.</summary>
public sealed class QueueTurnsTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Lease_costs_the_same_however_much_waits()
    {
        EmbeddedStore store = await _folder.OpenAsync();
        await SendAsync(store, 0, 30, "cpu");
        int few = await StepsAsync(store);
        await SendAsync(store, 30, 3_000, "cpu");
        int many = await StepsAsync(store);
        Assert.InRange(many, 1, few * 3 / 2);
    }

    [Fact]
    public async Task Batches_for_other_runners_cost_nothing()
    {
        EmbeddedStore store = await _folder.OpenAsync();
        await SendAsync(store, 0, 30, "cuda");
        await SendAsync(store, 30, 60, "cpu");
        int few = await StepsAsync(store);
        await SendAsync(store, 60, 3_000, "cuda");
        Assert.InRange(await StepsAsync(store), 1, few * 3 / 2);
    }

    [Fact]
    public async Task Weight_that_cannot_be_fails_the_start_with_its_name()
    {
        EmbeddedOptions options = new();
        options.Weights["acme/main"] = 0;
        System.ComponentModel.DataAnnotations.ValidationException refused =
            await Assert.ThrowsAsync<System.ComponentModel.DataAnnotations.ValidationException>(() => _folder.OpenAsync(options: options));
        Assert.Contains("acme/main", refused.Message, StringComparison.Ordinal);
    }

    private static Task SendAsync(EmbeddedStore store, int from, int to, string backend) => Task.WhenAll(Enumerable.Range(from, to - from).Select(i => store.Queue.SendAsync(
        Some.Batch(1, i, new WorkspaceId("acme", $"w{i % 3}")) with { Requires = new BatchRequirements { Backend = backend, Packs = ["core"] } }).AsTask()));

    /// <summary>Counts the steps of the database's machine that finding the next batch takes.</summary>
    private static async Task<int> StepsAsync(EmbeddedStore store) => await store.Database.ReadAsync(db =>
    {
        int steps = 0;
        raw.sqlite3_progress_handler(db.Handle, 1, _ => { steps++; return 0; }, null);
        try
        {
            Assert.NotNull(QueueTurns.NextFor(db, Some.Runner(), new FairShares()));
        }
        finally
        {
            raw.sqlite3_progress_handler(db.Handle, 0, null, null);
        }

        return steps;
    });
}
