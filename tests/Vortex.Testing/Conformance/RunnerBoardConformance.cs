using Vortex.Runs;

namespace Vortex.Testing;

/// <summary>What every board of runners does.</summary>
public abstract class RunnerBoardConformance : PortConformance<IRunnerBoard>
{
    [Fact]
    public async Task What_a_runner_says_is_kept_whole_with_the_boards_time()
    {
        IRunnerBoard board = await OpenAsync();
        RunnerNotice said = Notice("gpu/1 ü") with { SeenAt = Some.Time + TimeSpan.FromDays(9) };
        await board.AnnounceAsync(said);
        Some.AssertSame(said with { SeenAt = Some.Time }, Assert.Single(await board.ListAsync(10)));
        Some.AssertSame(said with { SeenAt = Some.Time }, Assert.Single(await (await ReopenAsync(board)).ListAsync(10)));
    }

    [Fact]
    public async Task Later_notice_replaces_the_earlier_one()
    {
        IRunnerBoard board = await OpenAsync();
        await board.AnnounceAsync(Notice("a"));
        Time.Advance(TimeSpan.FromMinutes(2));
        await board.AnnounceAsync(Notice("a") with { Batches = 3, Phase = "draining" });
        RunnerNotice only = Assert.Single(await board.ListAsync(10));
        Assert.Equal((3, "draining", Some.Time + TimeSpan.FromMinutes(2)), (only.Batches, only.Phase, only.SeenAt));
    }

    [Fact]
    public async Task Runners_come_in_order_of_their_ids_as_many_as_asked_for()
    {
        IRunnerBoard board = await OpenAsync();
        foreach (string id in new[] { "b", "c", "a", "B" })
        {
            await board.AnnounceAsync(Notice(id));
        }

        Assert.Equal(["B", "a", "b", "c"], (await board.ListAsync(10)).Select(notice => notice.Capabilities.RunnerId));
        Assert.Equal(["B", "a"], (await board.ListAsync(2)).Select(notice => notice.Capabilities.RunnerId));
    }

    [Fact]
    public async Task Runner_that_leaves_is_forgotten_and_may_come_back()
    {
        IRunnerBoard board = await OpenAsync();
        await board.AnnounceAsync(Notice("a"));
        await board.AnnounceAsync(Notice("b"));
        await board.LeaveAsync("a");
        await board.LeaveAsync("a");
        Assert.Equal("b", Assert.Single(await board.ListAsync(10)).Capabilities.RunnerId);
        await board.AnnounceAsync(Notice("a"));
        Assert.Equal(2, (await board.ListAsync(10)).Count);
    }

    [Fact]
    public async Task Runner_that_says_nothing_more_is_forgotten_in_time()
    {
        IRunnerBoard board = await OpenAsync();
        await board.AnnounceAsync(Notice("dead"));
        Time.Advance(RunnerNotice.KeptFor - TimeSpan.FromSeconds(1));
        await board.AnnounceAsync(Notice("alive"));
        Assert.Equal(["alive", "dead"], (await board.ListAsync(10)).Select(notice => notice.Capabilities.RunnerId));
        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("alive", Assert.Single(await board.ListAsync(10)).Capabilities.RunnerId);
    }

    private static RunnerNotice Notice(string id) => new(new RunnerCapabilities(id, "cpu", ["core", "x"], 8L << 30), "working", 1, 4, Some.Time - TimeSpan.FromHours(1));
}
