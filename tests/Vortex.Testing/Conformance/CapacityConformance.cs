using System.Reflection;
using Vortex.Runs;

namespace Vortex.Testing;

/// <summary>What every capacity does, whatever it starts runners with.</summary>
public abstract class CapacityConformance : PortConformance<ICapacity>
{
    private static readonly HashSet<string> s_codes =
        [.. typeof(CapacityCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!)];

    [Fact]
    public async Task Every_answer_has_a_known_code_and_a_sentence_for_a_person()
    {
        ICapacity capacity = await OpenAsync();
        foreach (string? backend in new[] { null, "cpu", "cuda", "abacus" })
        {
            AssertAnswer(await capacity.ReadAsync(new BatchRequirements { Backend = backend }));
            AssertAnswer(await capacity.AskAsync(Need(backend, 500)));
            AssertAnswer(await capacity.ReadAsync(new BatchRequirements { Backend = backend, MemoryBytes = 1L << 50, Packs = ["core"] }));
        }
    }

    [Fact]
    public async Task Asking_tells_since_when_work_waits()
    {
        ICapacity capacity = await OpenAsync();
        Assert.Equal(Some.Time, (await capacity.AskAsync(Need("cpu", 3))).Since);
    }

    [Fact]
    public async Task Looking_asks_for_nothing()
    {
        ICapacity capacity = await OpenAsync();
        await capacity.ReadAsync(new BatchRequirements());
        await capacity.ReadAsync(new BatchRequirements { Backend = "cpu" });
        Assert.Equal(0, await StartedAsync());
    }

    [Fact]
    public async Task Asking_again_for_the_same_starts_nothing_more()
    {
        ICapacity capacity = await OpenAsync();
        await capacity.AskAsync(Need("cpu", 500));
        int started = await StartedAsync();
        await capacity.AskAsync(Need("cpu", 500));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => capacity.AskAsync(Need("cpu", 500)).AsTask()));
        Assert.Equal(started, await StartedAsync());
    }

    [Fact]
    public async Task Releasing_what_is_not_over_lets_nothing_go()
    {
        ICapacity capacity = await OpenAsync();
        Assert.Equal(0, await capacity.ReleaseAsync());
        await capacity.AskAsync(Need("cpu", 500));
        int started = await StartedAsync();
        Assert.Equal(0, await capacity.ReleaseAsync());
        Assert.Equal(started, await StartedAsync());
    }

    [Fact]
    public async Task Nothing_is_done_for_who_has_given_up()
    {
        ICapacity capacity = await OpenAsync();
        using CancellationTokenSource stopped = new();
        await stopped.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await capacity.AskAsync(Need("cpu", 500), stopped.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await capacity.ReadAsync(new BatchRequirements(), stopped.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await capacity.ReleaseAsync(stopped.Token));
        Assert.Equal(0, await StartedAsync());
    }

    /// <summary>Counts the runners that were started so far.</summary>
    protected abstract ValueTask<int> StartedAsync();

    /// <summary>What waits, half in one workspace and half in another.</summary>
    protected static CapacityNeed Need(string? backend, int batches, int held = 0) => new(
        backend, [new WaitingWork(Some.Here, (batches + 1) / 2), new WaitingWork(Some.Stranger, Math.Max(1, batches / 2))], held, Some.Time);

    private static void AssertAnswer(CapacityState state)
    {
        Assert.Contains(state.Code, s_codes);
        Assert.True(state.Reason.Length > 10 && state.Reason.EndsWith('.') && char.IsUpper(state.Reason[0]), $"'{state.Reason}' is no sentence.");
        Assert.Equal(state.Status == CapacityStatus.Ready, state.Code == CapacityCodes.Ready);
    }
}
