using System.Reflection;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Vortex.Functions.Tests.Orchestration;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Functions.Tests;

/// <summary>The functions that no request starts, called as the platform calls them.</summary>
public sealed class FunctionTests
{
    private static string Outcome => JsonSerializer.Serialize(
        new BatchOutcome { BatchId = new BatchId(Some.RunId(1) + ".0"), Workspace = Some.Here, RunId = Some.RunId(1), Dispatch = 1, Attempt = 1, RunnerId = "r", Status = BatchStatus.Succeeded },
        RunsJson.Options);

    [Fact]
    public async Task Result_becomes_the_event_that_its_run_waits_for()
    {
        await using FunctionWorld world = new();
        string instance = "acme.main." + Some.RunId(1);
        world.Durable.Instances[instance] = new OrchestrationMetadata("run-v1", instance) { RuntimeStatus = OrchestrationRuntimeStatus.Running };
        await world.Get<ResultFunctions>().TakeAsync(Outcome, world.Durable, TestContext.Current.CancellationToken);
        await world.Get<ResultFunctions>().TakeAgainAsync(Outcome, world.Durable, TestContext.Current.CancellationToken);
        Assert.Equal([(instance, RunOrchestrator.BatchFinished), (instance, RunOrchestrator.BatchFinished)], world.Durable.Raised.Select(one => (one.Instance, one.Event)));
        Assert.Equal(BatchStatus.Succeeded, JsonSerializer.Deserialize<BatchOutcome>(world.Durable.Raised[0].Payload, RunsJson.Options)!.Status);
    }

    [Fact]
    public async Task Result_of_a_run_that_is_over_is_let_go_of()
    {
        await using FunctionWorld world = new();
        await world.Get<ResultFunctions>().TakeAsync(Outcome, world.Durable, TestContext.Current.CancellationToken);
        Assert.Empty(world.Durable.Raised);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("""{"batch_id":"b"}""")]
    public async Task Message_nobody_can_read_is_put_aside_by_the_queue_and_from_there_thrown_away(string message)
    {
        await using FunctionWorld world = new();
        await Assert.ThrowsAsync<JsonException>(() => world.Get<ResultFunctions>().TakeAsync(message, world.Durable, TestContext.Current.CancellationToken));
        await world.Get<ResultFunctions>().TakeAgainAsync(message, world.Durable, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Repair_starts_a_run_that_a_dead_process_left_without_an_orchestration()
    {
        await using FunctionWorld world = new();
        await world.Runs.CreateAsync(Some.Here, Some.Run(1, Some.Time.AddHours(-1)), Some.Event(), TestContext.Current.CancellationToken);
        await world.Get<MaintenanceFunctions>().RepairAsync(new TimerInfo { IsPastDue = true }, world.Durable, TestContext.Current.CancellationToken);
        Assert.Equal("run-v1", world.Durable.Instances["acme.main." + Some.RunId(1)].Name);
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
}
