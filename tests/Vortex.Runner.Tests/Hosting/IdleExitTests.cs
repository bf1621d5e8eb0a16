using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Vortex.Runner.Tests;

public sealed class IdleExitTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);

    private readonly ManualTimeProvider _clock = new(Some.Time);
    private readonly Lifetime _lifetime = new();
    private readonly Bench _bench = new(TimeProvider.System);
    private readonly RunnerActivity _activity;

    public IdleExitTests() => _activity = new RunnerActivity(_clock);

    [Fact]
    public async Task Process_ends_when_no_batch_came_for_the_whole_time()
    {
        _activity.Begin();
        using IdleExit exit = await StartAsync();
        _clock.Advance(s_limit - TimeSpan.FromSeconds(1));
        Assert.False(_lifetime.Stopped.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await Some.SoonAsync(_lifetime.Stopped);
    }

    [Fact]
    public async Task Batch_starts_the_time_anew_when_it_is_over_and_none_passes_while_it_runs()
    {
        _activity.Begin();
        using IdleExit exit = await StartAsync();
        _clock.Advance(TimeSpan.FromMinutes(9));
        _activity.Take();
        _clock.Advance(TimeSpan.FromMinutes(1));
        await _clock.WhenArmedAsync(_clock.GetUtcNow() + s_limit);
        _clock.Advance(TimeSpan.FromMinutes(4));
        _activity.Leave();
        // 14 minutes: the time runs from here. The watch looks at 20 minutes, and then four minutes later.
        _clock.Advance(TimeSpan.FromMinutes(6));
        await _clock.WhenArmedAsync(Some.Time + TimeSpan.FromMinutes(24));
        Assert.False(_lifetime.Stopped.IsCompleted);
        _clock.Advance(TimeSpan.FromMinutes(4));
        await Some.SoonAsync(_lifetime.Stopped);
        Assert.Equal(Some.Time + TimeSpan.FromMinutes(24), _clock.GetUtcNow());
    }

    [Fact]
    public async Task Without_a_limit_it_never_ends()
    {
        _activity.Begin();
        _bench.Options.ExitWhenIdle = null;
        using IdleExit exit = NewExit();
        await exit.StartAsync(CancellationToken.None);
        await Some.SoonAsync(exit.ExecuteTask!);
        _clock.Advance(TimeSpan.FromDays(8));
        Assert.False(_lifetime.Stopped.IsCompleted);
    }

    private async Task<IdleExit> StartAsync()
    {
        _bench.Options.ExitWhenIdle = s_limit;
        IdleExit exit = NewExit();
        await exit.StartAsync(CancellationToken.None);
        await Some.SoonAsync(_clock.WhenArmedAsync(_clock.GetUtcNow() + s_limit));
        return exit;
    }

    private IdleExit NewExit() => new(() => _activity.Status, _lifetime, Microsoft.Extensions.Options.Options.Create(_bench.Options), _clock, NullLogger<IdleExit>.Instance);

    private sealed class Lifetime : IHostApplicationLifetime
    {
        private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Stopped => _stopped.Task;

        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => default;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication() => _stopped.TrySetResult();
    }
}
