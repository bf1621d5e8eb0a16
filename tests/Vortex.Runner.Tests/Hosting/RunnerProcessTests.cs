using System.Collections.Immutable;
using System.Net;

namespace Vortex.Runner.Tests;

/// <summary>A real process, a real queue, a real SIGTERM.</summary>
public sealed class RunnerProcessTests
{
    [Fact]
    public async Task Runner_that_is_told_to_stop_finishes_what_it_holds()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "SIGTERM is a matter of other systems.");
        await using OneMachine machine = await OneMachine.StartAsync(withRunner: false);
        RunId run = await machine.AcceptAsync(Chain(40));
        await using RunnerProcess process = RunnerProcess.Start("--data", machine.Folder, "--batches", "1", "--drain-seconds", "3600", "--health-port", "0");
        await BeginsAsync(machine, run);
        await process.TerminateAsync();
        Assert.True(await process.EndAsync() == 0, process.Said);
        (RunRecord ended, IReadOnlyList<RunEvent> events) = await Some.SoonAsync(machine.FollowAsync(run));
        Assert.Equal((RunStatus.Succeeded, 41), (ended.Status, ended.Summary?.Succeeded));
        Assert.Equal(41, events.Count(one => one.Type == RunEventTypes.NodeStarted));
    }

    [Fact]
    public async Task Runner_that_has_no_time_left_gives_its_batch_back_at_once_and_another_goes_on_where_it_was()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "SIGTERM is a matter of other systems.");
        await using OneMachine machine = await OneMachine.StartAsync(withRunner: false);
        RunId run = await machine.AcceptAsync(Chain(400));
        await using (RunnerProcess process = RunnerProcess.Start("--data", machine.Folder, "--batches", "1", "--drain-seconds", "0"))
        {
            await BeginsAsync(machine, run);
            await process.TerminateAsync();
            Assert.True(await process.EndAsync() == 0, process.Said);
        }

        // Free at once: nobody has to wait for a lease to run out.
        BatchLease? lease = await machine.Store.Queue.LeaseAsync(new RunnerCapabilities("other", "cpu", ["core"], 0), TimeSpan.Zero);
        Assert.Equal(2, lease?.Attempt);
        await machine.Store.Queue.AbandonAsync(lease!, TimeSpan.Zero);
        int before = (await machine.Store.Runs.ReadEventsAsync(Some.Here, run, 1, 10_000)).Count(one => one.Type == RunEventTypes.NodeCompleted);
        Assert.InRange(before, 0, 399);

        BatchRunner second = machine.NewRunner();
        Assert.True(await second.RunOneAsync(TimeSpan.FromSeconds(20)));
        (RunRecord ended, IReadOnlyList<RunEvent> events) = await Some.SoonAsync(machine.FollowAsync(run));
        Assert.Equal(RunStatus.Succeeded, ended.Status);
        // Each node is seen once, whoever made it.
        Assert.Equal(401, events.Count(one => one.Type == RunEventTypes.NodeStarted));
    }

    [Fact]
    public async Task Health_is_answered_where_the_log_says()
    {
        await using OneMachine machine = await OneMachine.StartAsync(withRunner: false);
        await using RunnerProcess process = RunnerProcess.Start("--data", machine.Folder, "--health-port", "0");
        Uri address = await Some.SoonAsync(process.Health);
        using HttpClient http = new();
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(address, "health/live"))).StatusCode);
    }

    [Fact]
    public async Task Runner_ends_by_itself_when_nobody_needs_it()
    {
        await using OneMachine machine = await OneMachine.StartAsync(withRunner: false);
        await using RunnerProcess process = RunnerProcess.Start("--data", machine.Folder, "--exit-when-idle", "0.01");
        Assert.True(await process.EndAsync() == 0, process.Said);
        Assert.Contains("No batch came for 00:00:00.6000000", process.Said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--health-port", "70000")]
    [InlineData("--health-address", "everywhere")]
    [InlineData("--exit-when-idle", "0")]
    [InlineData("--drain-seconds", "-1")]
    public async Task Setting_that_makes_no_sense_is_refused(string option, string value)
    {
        await using RunnerProcess process = RunnerProcess.Start("--data", ".", option, value);
        Assert.NotEqual(0, await process.EndAsync());
        Assert.Contains($"{option} takes ", process.Said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Give either --data DIR")]
    [InlineData("Give either --data DIR", "--azure", "--data", ".")]
    [InlineData("--cache goes with --azure", "--cache", ".", "--data", ".")]
    public async Task Runner_works_for_a_folder_or_for_Azure(string problem, params string[] arguments)
    {
        await using RunnerProcess process = RunnerProcess.Start(arguments);
        Assert.NotEqual(0, await process.EndAsync());
        Assert.Contains(problem, process.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_that_is_missing_for_Azure_is_said_at_once()
    {
        await using RunnerProcess process = RunnerProcess.Start("--azure");
        Assert.Equal(2, await process.EndAsync());
        Assert.Contains("The runner cannot start (runner.settings): ", process.Said, StringComparison.Ordinal);
        Assert.All(
            ["Vortex:Azure:Blobs:ServiceUri", "Vortex:Azure:Cosmos:Endpoint", "Vortex:Azure:Queue:Namespace"],
            setting => Assert.Contains(setting, process.Said, StringComparison.Ordinal));
    }

    private static NodeSpec[] Chain(int length) =>
    [
        new NodeSpec("n000", "EmptyImage").With("width", 768).With("height", 768).With("batch_size", 1).With("color", 255),
        .. Enumerable.Range(1, length).Select(i =>
        {
            NodeSpec blur = new NodeSpec($"n{i:D3}", "ImageBlur").From("image", $"n{i - 1:D3}").With("blur_radius", 31).With("sigma", 10.0);
            return i == length ? blur.Output() : blur;
        }).ToImmutableArray(),
    ];

    private static async Task BeginsAsync(OneMachine machine, RunId run)
    {
        await foreach (RunEvent one in machine.Store.Runs.FollowEventsAsync(Some.Here, run, 0))
        {
            if (one.Type == RunEventTypes.NodeStarted)
            {
                return;
            }
        }

        Assert.Fail("The run ended before it began.");
    }
}
