using Microsoft.Extensions.Logging.Abstractions;
using Vortex.Testing;

namespace Vortex.Runs.Tests.Service;

/// <summary>Runs that wait for a runner say so, once, with the reason.</summary>
public sealed class CapacityKeeperTests
{
    private readonly ManualTimeProvider _time = new(Some.Time);
    private readonly InMemoryRunStore _runs = new();
    private readonly InMemoryBatchQueue _queue;
    private readonly Desk _capacity = new();
    private readonly CapacityKeeper _keeper;

    public CapacityKeeperTests()
    {
        _queue = new InMemoryBatchQueue(_time, TimeSpan.FromMinutes(1), 5);
        _keeper = new CapacityKeeper(_queue, _runs, _time, NullLogger<CapacityKeeper>.Instance, _capacity);
    }

    [Fact]
    public async Task Each_kind_of_runner_is_asked_for_with_what_waits_for_it()
    {
        Assert.Empty(await _keeper.KeepAsync());
        await SendAsync(1, Some.Here, "cuda");
        await SendAsync(2, Some.Stranger, "cuda");
        await SendAsync(3, Some.Here, "cpu");
        await _queue.LeaseAsync(Some.Runner(), TimeSpan.Zero);
        Assert.Single(await _keeper.KeepAsync());
        CapacityNeed need = Assert.Single(_capacity.Asked);
        Assert.Equal(("cuda", 0, Some.Time), (need.Backend, need.Held, need.Since));
        Assert.Equal([new WaitingWork(Some.Here, 1), new WaitingWork(Some.Stranger, 1)], need.Waiting);
        Assert.Equal(2, _capacity.Released);
    }

    [Fact]
    public async Task Run_that_waits_says_why_once_for_each_reason()
    {
        await SendAsync(1, Some.Here, "cuda");
        await _keeper.KeepAsync();
        Assert.Empty(await WaitsAsync(1));
        _time.Advance(TimeSpan.FromSeconds(30));
        await _keeper.KeepAsync();
        await _keeper.KeepAsync();
        RunEvent told = Assert.Single(await WaitsAsync(1));
        Assert.Equal((CapacityCodes.Starting, Some.Time), (told.Payload.GetProperty("code").GetString(), told.Payload.GetProperty("since").GetDateTimeOffset()));
        _capacity.State = new CapacityState(CapacityStatus.Missing, CapacityCodes.Quota, "It is used up.");
        await _keeper.KeepAsync();
        Assert.Equal([CapacityCodes.Starting, CapacityCodes.Quota], (await WaitsAsync(1)).Select(one => one.Payload.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Run_that_somebody_works_on_or_whose_lane_is_paused_is_told_nothing()
    {
        await SendAsync(1, Some.Here, "cpu", batches: 2);
        await SendAsync(2, Some.There, "cpu");
        await _queue.SetPausedAsync(Some.There, true);
        await _queue.LeaseAsync(Some.Runner(), TimeSpan.Zero);
        _time.Advance(TimeSpan.FromSeconds(40));
        await _keeper.KeepAsync();
        Assert.Empty(await WaitsAsync(1));
        Assert.Empty(await WaitsAsync(2, Some.There));
    }

    [Fact]
    public async Task Nothing_is_told_where_runners_are_there()
    {
        _capacity.State = new CapacityState(CapacityStatus.Ready, CapacityCodes.Ready, "They are there.");
        await SendAsync(1, Some.Here, "cpu");
        _time.Advance(TimeSpan.FromHours(1));
        await _keeper.KeepAsync();
        Assert.Empty(await WaitsAsync(1));
    }

    private async Task SendAsync(int run, WorkspaceId workspace, string backend, int batches = 1)
    {
        await _runs.CreateAsync(workspace, Some.Run(run), Some.Event(RunEventTypes.RunQueued));
        for (int i = 0; i < batches; i++)
        {
            await _queue.SendAsync(Some.Batch(run, i, workspace) with { Requires = new BatchRequirements { Backend = backend } });
        }
    }

    private async Task<IReadOnlyList<RunEvent>> WaitsAsync(int run, WorkspaceId? workspace = null) =>
        [.. (await _runs.ReadEventsAsync(workspace ?? Some.Here, Some.RunId(run), 0, 100)).Where(one => one.Type == RunEventTypes.RunWaiting)];

    private sealed class Desk : ICapacity
    {
        public CapacityState State { get; set; } = new(CapacityStatus.Coming, CapacityCodes.Starting, "It is on its way.");

        public List<CapacityNeed> Asked { get; } = [];

        public int Released { get; private set; }

        public ValueTask<CapacityState> AskAsync(CapacityNeed need, CancellationToken cancellationToken = default)
        {
            Asked.Add(need);
            return ValueTask.FromResult(State);
        }

        public ValueTask<CapacityState> ReadAsync(BatchRequirements requires, CancellationToken cancellationToken = default) => ValueTask.FromResult(State);

        public ValueTask<int> ReleaseAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(Released++);
    }
}
