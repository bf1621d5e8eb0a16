using System.Reflection;
using Microsoft.Azure.Cosmos;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Vortex.Azure;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Functions.Tests;

/// <summary>The functions that no request starts, called as the platform calls them.</summary>
public sealed class FunctionTests
{
    [Fact]
    public async Task Repair_starts_a_run_that_a_dead_process_left_without_an_orchestration()
    {
        await using FunctionWorld world = new();
        await world.Runs.CreateAsync(Some.Here, Some.Run(1, Some.Time.AddHours(-1)), Some.Event(), TestContext.Current.CancellationToken);
        await world.Get<MaintenanceFunctions>().RepairAsync(new TimerInfo { IsPastDue = true }, world.Durable, TestContext.Current.CancellationToken);
        Assert.Equal("run-v1", world.Durable.Instances["acme.main." + Some.RunId(1)].Name);
    }

    [Fact]
    public async Task Sweep_that_fails_keeps_no_other_from_its_work_and_is_told()
    {
        await using FunctionWorld world = new();
        int tickets = 0;
        world.TicketSweep = () => ++tickets == 1 ? throw new AzureStoreException("store.unreachable", "It does not answer.") : Task.CompletedTask;
        await world.Runs.CreateAsync(Some.Here, Some.Run(1, Some.Time.AddHours(-1)), Some.Event(), TestContext.Current.CancellationToken);
        AggregateException told = await Assert.ThrowsAsync<AggregateException>(() => RepairAsync(world));
        Assert.IsType<AzureStoreException>(Assert.Single(told.InnerExceptions));
        Assert.Equal("run-v1", world.Durable.Instances["acme.main." + Some.RunId(1)].Name);
        await RepairAsync(world);
        Assert.Equal(2, tickets);
    }

    [Fact]
    public async Task Repair_that_is_stopped_stops_and_is_no_failure_of_a_sweep()
    {
        await using FunctionWorld world = new();
        using CancellationTokenSource stop = new();
        world.TicketSweep = async () =>
        {
            await stop.CancelAsync();
            stop.Token.ThrowIfCancellationRequested();
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => world.Get<MaintenanceFunctions>().RepairAsync(new TimerInfo(), world.Durable, stop.Token));
    }

    [Fact]
    public async Task Deployed_app_sweeps_runs_and_the_tickets_of_its_queue()
    {
        ServiceCollection services = new();
        IConfiguration settings = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("Vortex:Azure:Queue:Namespace", "name.servicebus.windows.net"), new("Vortex:Azure:Cosmos:Endpoint", "https://account.documents.azure.com"),
            new("Vortex:Azure:Blobs:ServiceUri", "https://account.blob.core.windows.net"), new("Vortex:Azure:Realtime:Endpoint", "https://name.service.signalr.net"),
        ]).Build();
        services.AddSingleton(settings).AddLogging().AddSingleton<CosmosClient>(new UnreachableCosmos());
        services.AddVortexPorts().AddVortexControlPlane();
        await using ServiceProvider provider = services.BuildServiceProvider();
        Sweep[] sweeps = [.. provider.GetServices<Sweep>()];
        Assert.Equal(["runs", "tickets"], sweeps.Select(sweep => sweep.Name).Order(StringComparer.Ordinal));
        // It gets as far as the lease records.
        await Assert.ThrowsAsync<UnreachableCosmos.AskedException>(() => sweeps.Single(sweep => sweep.Name == "tickets").RunAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Retention_forgets_histories_that_are_over_and_old()
    {
        await using FunctionWorld world = new();
        await world.Get<MaintenanceFunctions>().ForgetAsync(new TimerInfo(), world.Durable, TestContext.Current.CancellationToken);
        PurgeInstancesFilter filter = Assert.Single(world.Durable.Purged);
        Assert.Equal(Some.Time.AddDays(-30), filter.CreatedTo);
        Assert.DoesNotContain(OrchestrationRuntimeStatus.Running, filter.Statuses!);
        Assert.DoesNotContain(OrchestrationRuntimeStatus.Pending, filter.Statuses!);
    }

    [Fact]
    public async Task Activity_that_fails_answers_with_its_failure_and_one_that_works_with_its_output()
    {
        await using FunctionWorld world = new();
        DurableInput order = DurableInput.Of(new OrchestrationId(Some.Here, "run_1"), RunsJson.Element(new FinishInput(new RunId("run_1"), RunStatus.Failed, 0, new RunFigures(), [])));
        ActivityAnswer answer = await world.Get<RunFunctions>().FinishAsync(order, TestContext.Current.CancellationToken);
        Assert.Equal(typeof(InvalidDataException).FullName, answer.ErrorType);
        Assert.Null(answer.Output);
        answer = await world.Get<RunFunctions>().NewestVersionAsync(DurableInput.Of(new OrchestrationId(Some.Here, "x"), RunsJson.Element("run")), TestContext.Current.CancellationToken);
        Assert.Equal((null, 1), (answer.ErrorType, answer.Output!.Value.GetInt32()));
    }

    [Fact]
    public void Every_version_and_activity_of_the_run_orchestration_has_its_function()
    {
        string[] functions = [.. typeof(RunFunctions).GetMethods().Select(method => method.GetCustomAttribute<FunctionAttribute>()?.Name).OfType<string>()];
        Assert.All(Enumerable.Range(1, RunOrchestrator.Version), version => Assert.Contains(DurableNames.Orchestrator(RunOrchestrator.Name, version), functions));
        Assert.All([RunActivities.PlanRun, RunActivities.DispatchBatches, RunActivities.CancelBatches, RunActivities.ReadRetries, RunActivities.FinishRun], activity => Assert.Contains(activity, functions));
        string[] all = [.. typeof(RunFunctions).Assembly.GetTypes().SelectMany(type => type.GetMethods()).Select(method => method.GetCustomAttribute<FunctionAttribute>()?.Name).OfType<string>()];
        Assert.Equal(all.Distinct(StringComparer.OrdinalIgnoreCase), all);
    }

    private static Task RepairAsync(FunctionWorld world) =>
        world.Get<MaintenanceFunctions>().RepairAsync(new TimerInfo(), world.Durable, TestContext.Current.CancellationToken);

    /// <summary>A client that says when it is asked for anything.</summary>
    private sealed class UnreachableCosmos : CosmosClient
    {
        public override Container GetContainer(string databaseId, string containerId) => throw new AskedException();

        internal sealed class AskedException : Exception;
    }
}
