using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Vortex.Runner.Tests;

public sealed class RunnerAnnouncerTests
{
    private readonly Bench _bench = new();
    private readonly FailingBoard _board;

    public RunnerAnnouncerTests() => _board = new FailingBoard(new InMemoryRunnerBoard(_bench.Clock));

    [Fact]
    public async Task Runner_says_what_it_offers_and_says_it_again_in_time()
    {
        using RunnerAnnouncer announcer = New();
        await announcer.SayAsync(CancellationToken.None);
        RunnerNotice said = Assert.Single(await _board.ListAsync(10));
        Assert.Equal(("bench", "starting", 0, _bench.Options.BatchesAtOnce, Some.Time), (said.Capabilities.RunnerId, said.Phase, said.Batches, said.BatchesAtOnce, said.StartedAt));
        _bench.Clock.Advance(RunnerNotice.ThereFor / 4 - TimeSpan.FromSeconds(1));
        await announcer.SayAsync(CancellationToken.None);
        Assert.Equal(1, _board.Notices);
        _bench.Clock.Advance(TimeSpan.FromSeconds(1));
        await announcer.SayAsync(CancellationToken.None);
        Assert.Equal(2, _board.Notices);
        Assert.Equal(_bench.Clock.GetUtcNow(), Assert.Single(await _board.ListAsync(10)).SeenAt);
    }

    [Fact]
    public async Task What_changes_is_said_at_once()
    {
        using RunnerAnnouncer announcer = New();
        await announcer.SayAsync(CancellationToken.None);
        await _bench.Runner.RunOneAsync(TimeSpan.Zero);
        await announcer.SayAsync(CancellationToken.None);
        Assert.Equal("working", Assert.Single(await _board.ListAsync(10)).Phase);
    }

    [Fact]
    public async Task Board_that_does_not_answer_is_told_again_and_stops_nothing()
    {
        using RunnerAnnouncer announcer = New();
        _board.Fails = true;
        await announcer.SayAsync(CancellationToken.None);
        await announcer.StopAsync(CancellationToken.None);
        _board.Fails = false;
        await announcer.SayAsync(CancellationToken.None);
        Assert.Single(await _board.ListAsync(10));
    }

    [Fact]
    public async Task Runner_that_ends_in_order_leaves_the_board()
    {
        using RunnerAnnouncer announcer = New();
        await announcer.SayAsync(CancellationToken.None);
        await announcer.StopAsync(CancellationToken.None);
        Assert.Empty(await _board.ListAsync(10));
    }

    [Fact]
    public async Task Without_a_board_nothing_is_said()
    {
        using RunnerAnnouncer announcer = new(_bench.Runner, Options.Create(_bench.Options), _bench.Clock, NullLogger<RunnerAnnouncer>.Instance);
        await announcer.StartAsync(CancellationToken.None);
        await Some.SoonAsync(announcer.ExecuteTask!.ContinueWith(_ => { }, TaskScheduler.Default));
        await announcer.StopAsync(CancellationToken.None);
        Assert.False(announcer.ExecuteTask!.IsFaulted);
    }

    private RunnerAnnouncer New() => new(_bench.Runner, Options.Create(_bench.Options), _bench.Clock, NullLogger<RunnerAnnouncer>.Instance, _board);

    private sealed class FailingBoard(InMemoryRunnerBoard inner) : IRunnerBoard
    {
        public bool Fails { get; set; }

        public int Notices { get; private set; }

        public ValueTask AnnounceAsync(RunnerNotice notice, CancellationToken cancellationToken = default)
        {
            Notices++;
            return Fails ? throw new IOException("no answer") : inner.AnnounceAsync(notice, cancellationToken);
        }

        public ValueTask LeaveAsync(string runnerId, CancellationToken cancellationToken = default) =>
            Fails ? throw new IOException("no answer") : inner.LeaveAsync(runnerId, cancellationToken);

        public ValueTask<IReadOnlyList<RunnerNotice>> ListAsync(int max, CancellationToken cancellationToken = default) => inner.ListAsync(max, cancellationToken);
    }
}
