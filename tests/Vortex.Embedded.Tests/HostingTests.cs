using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Embedded.Tests;

public sealed class HostingTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly ManualTimeProvider _time = new(Some.Time);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Host_gets_every_port_and_an_engine_and_leaves_the_folder_free()
    {
        TaskCompletionSource ran = new(TaskCreationOptions.RunContinuationsAsynchronously);
        OrchestrationRegistry registry = new OrchestrationRegistry().AddOrchestrator("test", 1, (_, _) =>
        {
            ran.TrySetResult();
            return Task.FromResult<object?>(null);
        });
        using (IHost host = Build(services => services.AddSingleton(registry)))
        {
            await host.StartAsync();
            IServiceProvider services = host.Services;
            Assert.Throws<EmbeddedStoreException>(() => _folder.Data.LockForHost());
            foreach (Type port in new[]
            {
                typeof(IRunStore), typeof(IArtifactStore), typeof(IResultCache), typeof(IBatchQueue), typeof(ILaneControl), typeof(IRunnerBoard),
                typeof(IWorkflowStore), typeof(IFileStore), typeof(IBatchResults), typeof(IOrchestrationClient),
            })
            {
                Assert.NotNull(services.GetRequiredService(port));
            }

            await services.GetRequiredService<IOrchestrationClient>().StartAsync(new OrchestrationId(Some.Here, "one"), "test", null);
            await Some.SoonAsync(ran.Task);
            await host.StopAsync();
        }

        _folder.Data.LockForHost().Dispose();
    }

    [Fact]
    public async Task Setting_out_of_its_range_fails_the_start()
    {
        using IHost host = Build(services => services.Configure<EmbeddedOptions>(options => options.MaxDeliveries = 0));
        OptionsValidationException refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Contains(nameof(EmbeddedOptions.MaxDeliveries), refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ValidationException>(() => EmbeddedStore.OpenAsync(_folder.Data, new EmbeddedOptions { LeaseDuration = TimeSpan.Zero }));
    }

    [Fact]
    public async Task Folder_of_another_host_fails_the_start()
    {
        using IDisposable other = _folder.Data.LockForHost();
        using IHost host = Build(_ => { });
        Assert.Equal("store.in_use", (await Assert.ThrowsAsync<EmbeddedStoreException>(() => host.StartAsync())).Code);
    }

    [Fact]
    public async Task Maintenance_forgets_old_instances_and_what_belonged_to_them_and_nothing_else()
    {
        EmbeddedStore store = await _folder.OpenAsync(_time, new EmbeddedOptions { HistoryRetention = TimeSpan.FromDays(1) });
        await using OrchestrationEngine engine = store.CreateEngine(new OrchestrationRegistry().AddOrchestrator("test", 1, async (context, _) => await context.WaitForEventAsync<int>("go")));
        await engine.StartAsync();
        OrchestrationId old = new(Some.Here, Some.RunId(1).Value), recent = new(Some.Here, "recent"), running = new(Some.Here, "running");
        foreach (OrchestrationId id in new[] { old, recent, running })
        {
            await store.Orchestrations.StartAsync(id, "test", null);
        }

        await store.Runs.CreateAsync(Some.Here, Some.Run(1), Some.Event());
        await store.Runs.CommitAsync(Some.Here, Some.RunId(1), Some.End());
        await store.Queue.SendAsync(Some.Batch());
        await store.Queue.CompleteAsync((await store.Queue.LeaseAsync(Some.Runner(), TimeSpan.Zero))!);
        await store.BatchResults.ReportAsync(new BatchOutcome
        {
            BatchId = Some.Batch().BatchId,
            Workspace = Some.Here,
            RunId = Some.RunId(1),
            Dispatch = 1,
            Attempt = 1,
            RunnerId = "r",
            Status = BatchStatus.Succeeded,
        });
        await store.Orchestrations.TerminateAsync(old, "old");
        _time.Advance(TimeSpan.FromDays(1));
        await store.Orchestrations.TerminateAsync(recent, "recent");
        await store.CreateMaintenance().RunOnceAsync();
        Assert.Null(await store.Orchestrations.FindAsync(old));
        Assert.NotNull(await store.Orchestrations.FindAsync(recent));
        Assert.NotNull(await store.Orchestrations.FindAsync(running));
        Assert.NotNull(await store.Runs.FindAsync(Some.Here, Some.RunId(1)));
        foreach (string table in new[] { "batch_reports", "lane_runs" })
        {
            Assert.Equal(0, await store.Database.ReadAsync(db => db.Scalar($"SELECT count(*) FROM {table}")));
        }

        Assert.Equal(0, await store.Database.ReadAsync(db => db.Scalar($"SELECT count(*) FROM orchestration_history WHERE name = '{old.Name}'")));
    }

    [Fact]
    public async Task Maintenance_leaves_a_run_its_place_between_two_batches()
    {
        EmbeddedStore store = await _folder.OpenAsync(_time);
        for (int run = 1; run <= 2; run++)
        {
            await store.Runs.CreateAsync(Some.Here, Some.Run(run), Some.Event());
            await store.Queue.SendAsync(Some.Batch(run));
        }

        await store.Queue.CompleteAsync((await store.Queue.LeaseAsync(Some.Runner(), TimeSpan.Zero))!);
        _time.Advance(TimeSpan.FromDays(30));
        await store.CreateMaintenance().RunOnceAsync();
        await store.Queue.SendAsync(Some.Batch(1, 1));
        Assert.Equal(Some.RunId(1), (await store.Queue.LeaseAsync(Some.Runner(), TimeSpan.Zero))!.Batch.RunId);
    }

    [Fact]
    public async Task Maintenance_folds_the_write_ahead_log_into_the_database()
    {
        EmbeddedStore store = await _folder.OpenAsync(_time);
        for (int i = 0; i < 50; i++)
        {
            await store.Runs.CreateAsync(Some.Here, Some.Run(i), Some.Event(payload: new { text = new string('x', 5_000) }));
        }

        long before = new FileInfo(_folder.Data.DatabasePath).Length;
        await store.CreateMaintenance().RunOnceAsync();
        Assert.True(new FileInfo(_folder.Data.DatabasePath).Length > before + 200_000);
    }

    private IHost Build(Action<IServiceCollection> configure)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([new("Vortex:Embedded:MaxActivities", "4")]);
        builder.Services.AddLogging();
        builder.Services.AddVortexEmbedded(options => options.DataPath = _folder.Path);
        configure(builder.Services);
        return builder.Build();
    }
}
