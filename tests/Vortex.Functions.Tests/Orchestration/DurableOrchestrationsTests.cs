using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Functions.Tests.Orchestration;

public sealed class DurableOrchestrationsTests : IDisposable
{
    private const string Instance = "acme.main.one";
    private static readonly OrchestrationId Id = new(Some.Here, "one");

    private readonly FakeDurableClient _durable = new();
    private readonly DurableClients _clients = new();
    private readonly IDisposable _use;
    private readonly DurableOrchestrations _client;

    public DurableOrchestrationsTests()
    {
        _use = _clients.Use(_durable);
        _client = new DurableOrchestrations(_clients, new OrchestrationRegistry().AddOrchestrator("run", 1, (_, _) => null!).AddOrchestrator("run", 2, (_, _) => null!));
    }

    public void Dispose() => _use.Dispose();

    [Fact]
    public async Task New_instances_take_the_newest_version_and_know_who_they_are()
    {
        Assert.True(await _client.StartAsync(Id, "run", new { a_b = 1 }, TestContext.Current.CancellationToken));
        OrchestrationMetadata started = _durable.Instances[Instance];
        Assert.Equal("run-v2", started.Name);
        DurableInput input = JsonSerializer.Deserialize<DurableInput>(started.SerializedInput!)!;
        Assert.Equal(Id, input.Instance());
        Assert.Equal(1, input.Payload.GetProperty("a_b").GetInt32());
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Running)]
    [InlineData(OrchestrationRuntimeStatus.Completed)]
    [InlineData(OrchestrationRuntimeStatus.Failed)]
    [InlineData(OrchestrationRuntimeStatus.Terminated)]
    public async Task Instance_begins_once_whatever_became_of_it(OrchestrationRuntimeStatus status)
    {
        await _client.StartAsync(Id, "run", null, TestContext.Current.CancellationToken);
        _durable.End(Instance, status);
        Assert.False(await _client.StartAsync(Id, "run", null, TestContext.Current.CancellationToken));
        Assert.Equal(status, _durable.Instances[Instance].RuntimeStatus);
    }

    [Fact]
    public async Task Of_two_that_start_at_once_one_is_told_that_it_did()
    {
        _durable.BeforeSchedule = () => _durable.Instances[Instance] = new OrchestrationMetadata("run-v2", Instance) { RuntimeStatus = OrchestrationRuntimeStatus.Running };
        Assert.False(await _client.StartAsync(Id, "run", null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Backend_that_refuses_is_an_error_and_not_a_false()
    {
        _durable.BeforeSchedule = () => throw new TimeoutException();
        await Assert.ThrowsAsync<TimeoutException>(async () => await _client.StartAsync(Id, "run", null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Events_reach_who_runs_and_are_dropped_for_who_does_not()
    {
        await _client.RaiseEventAsync(Id, "e", 1, TestContext.Current.CancellationToken);
        await _client.StartAsync(Id, "run", null, TestContext.Current.CancellationToken);
        await _client.RaiseEventAsync(Id, "e", new CancelRequest("req_1"), TestContext.Current.CancellationToken);
        _durable.End(Instance, OrchestrationRuntimeStatus.Completed);
        await _client.RaiseEventAsync(Id, "e", 3, TestContext.Current.CancellationToken);
        Assert.Equal((Instance, "e", """{"request_id":"req_1"}"""), Assert.Single(_durable.Raised));
    }

    [Fact]
    public async Task States_are_told_in_our_words()
    {
        Assert.Null(await _client.FindAsync(Id, TestContext.Current.CancellationToken));
        await _client.StartAsync(Id, "run", null, TestContext.Current.CancellationToken);
        Assert.Equal(("run", 2, OrchestrationStatus.Running), await StateAsync());
        _durable.End(Instance, OrchestrationRuntimeStatus.Completed, """{"status":"succeeded"}""");
        Assert.Equal("succeeded", (await _client.FindAsync(Id, TestContext.Current.CancellationToken))!.Output!.Value.GetProperty("status").GetString());
        _durable.End(Instance, OrchestrationRuntimeStatus.Failed, null, new TaskFailureDetails("T", "It broke.", null, null, null));
        Assert.Equal("It broke.", (await _client.FindAsync(Id, TestContext.Current.CancellationToken))!.Error);
        Assert.Equal(OrchestrationStatus.Failed, (await StateAsync()).Status);
        _durable.End(Instance, OrchestrationRuntimeStatus.Suspended);
        Assert.Equal(OrchestrationStatus.Running, (await StateAsync()).Status);
    }

    [Fact]
    public async Task Terminating_ends_who_runs_and_leaves_who_is_over()
    {
        await _client.TerminateAsync(Id, "none", TestContext.Current.CancellationToken);
        await _client.StartAsync(Id, "run", null, TestContext.Current.CancellationToken);
        await _client.TerminateAsync(Id, "enough", TestContext.Current.CancellationToken);
        OrchestrationState state = (await _client.FindAsync(Id, TestContext.Current.CancellationToken))!;
        Assert.Equal(OrchestrationStatus.Terminated, state.Status);
        Assert.Contains("enough", state.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_too_large_for_the_backend_is_refused_before_it_is_asked()
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await _client.StartAsync(Id, "run", new string('x', 300_000), TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ArgumentException>(async () => await _client.RaiseEventAsync(Id, "e", new string('x', 300_000), TestContext.Current.CancellationToken));
        Assert.Empty(_durable.Instances);
    }

    [Fact]
    public async Task Outside_of_a_function_there_is_no_client_and_nested_uses_end_in_order()
    {
        DurableClients clients = new();
        Assert.Throws<InvalidOperationException>(() => clients.Current);
        FakeDurableClient inner = new();
        using (clients.Use(_durable))
        {
            using (clients.Use(inner))
            {
                await Task.Yield();
                Assert.Same(inner, clients.Current);
            }

            Assert.Same(_durable, clients.Current);
        }

        Assert.Throws<InvalidOperationException>(() => clients.Current);
    }

    private async Task<(string, int, OrchestrationStatus Status)> StateAsync()
    {
        OrchestrationState state = (await _client.FindAsync(Id, TestContext.Current.CancellationToken))!;
        return (state.Orchestration, state.Version, state.Status);
    }
}
