using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Vortex.Runner.Tests;

public sealed class RunnerServiceTests
{
    [Fact]
    public async Task Host_runs_a_batch_with_the_runner_it_was_given()
    {
        Bench bench = new(TimeProvider.System);
        await bench.SendAsync(new NodeSpec("a", "Value").With("value", 3).Output());
        TaskCompletionSource<BatchOutcome> reported = new();
        HostApplicationBuilder builder = NewHost(bench, new Reports(reported));
        builder.Services.AddVortexRunner(options => options.BatchesAtOnce = 1);
        builder.Services.AddSingleton(TestNodes.Pack);
        using IHost host = builder.Build();
        await host.StartAsync();
        Assert.Equal(BatchStatus.Succeeded, (await Some.SoonAsync(reported.Task)).Status);
        await host.StopAsync();
    }

    [Fact]
    public async Task Wrong_setting_keeps_the_host_from_starting()
    {
        Bench bench = new(TimeProvider.System);
        HostApplicationBuilder builder = NewHost(bench, bench);
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create<string, string?>("Vortex:Runner:BatchesAtOnce", "0")]);
        builder.Services.AddVortexRunner();
        using IHost host = builder.Build();
        OptionsValidationException exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Contains(nameof(RunnerOptions.BatchesAtOnce), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Defaults_are_valid()
    {
        Bench bench = new(TimeProvider.System);
        HostApplicationBuilder builder = NewHost(bench, bench);
        builder.Services.AddVortexRunner();
        using IHost host = builder.Build();
        Assert.Equal("cpu", host.Services.GetRequiredService<IOptions<RunnerOptions>>().Value.Backend);
        Assert.Equal(["core"], host.Services.GetRequiredService<BatchRunner>().Capabilities.Packs);
    }

    private static HostApplicationBuilder NewHost(Bench bench, IBatchResults results)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging();
        builder.Services.AddSingleton<IBatchQueue>(bench.Queue);
        builder.Services.AddSingleton(results);
        builder.Services.AddSingleton<IRunStore>(bench.Runs);
        builder.Services.AddSingleton<IResultCache>(bench.Cache);
        builder.Services.AddSingleton<IArtifactStore>(bench.Artifacts);
        return builder;
    }

    private sealed class Reports(TaskCompletionSource<BatchOutcome> reported) : IBatchResults
    {
        public ValueTask ReportAsync(BatchOutcome outcome, CancellationToken cancellationToken = default)
        {
            reported.TrySetResult(outcome);
            return ValueTask.CompletedTask;
        }
    }
}
