using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Vortex.Functions.Tests.Orchestration;

/// <summary>The durable client as the platform gives it: begins an ended instance anew when asked, refuses one that runs, and throws for events nobody hears.</summary>
internal sealed class FakeDurableClient() : DurableTaskClient("fake")
{
    public Dictionary<string, OrchestrationMetadata> Instances { get; } = [];

    public List<(string Instance, string Event, string Payload)> Raised { get; } = [];

    public List<PurgeInstancesFilter> Purged { get; } = [];

    /// <summary>Runs before an instance is stored: what others do in that moment.</summary>
    public Action? BeforeSchedule { get; set; }

    public void End(string id, OrchestrationRuntimeStatus status, string? output = null, TaskFailureDetails? failure = null) =>
        Instances[id] = new OrchestrationMetadata(Instances[id].Name, id) { RuntimeStatus = status, SerializedOutput = output, FailureDetails = failure, SerializedInput = Instances[id].SerializedInput };

    public override Task<string> ScheduleNewOrchestrationInstanceAsync(TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default)
    {
        BeforeSchedule?.Invoke();
        string id = options!.InstanceId!;
        if (Instances.TryGetValue(id, out OrchestrationMetadata? known) && !known.IsCompleted)
        {
            throw new InvalidOperationException("An instance with this id exists.");
        }

        Instances[id] = new OrchestrationMetadata(orchestratorName.Name, id) { RuntimeStatus = OrchestrationRuntimeStatus.Pending, SerializedInput = JsonSerializer.Serialize(input) };
        return Task.FromResult(id);
    }

    public override Task RaiseEventAsync(string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        if (!Instances.TryGetValue(instanceId, out OrchestrationMetadata? known) || known.IsCompleted)
        {
            throw new ArgumentException("There is no such instance.");
        }

        Raised.Add((instanceId, eventName, JsonSerializer.Serialize(eventPayload)));
        return Task.CompletedTask;
    }

    public override Task<OrchestrationMetadata?> GetInstancesAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        Task.FromResult(Instances.GetValueOrDefault(instanceId));

    public override Task TerminateInstanceAsync(string instanceId, object? output, CancellationToken cancellation = default)
    {
        End(instanceId, OrchestrationRuntimeStatus.Terminated, JsonSerializer.Serialize(output));
        return Task.CompletedTask;
    }

    public override Task<PurgeResult> PurgeAllInstancesAsync(PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        Purged.Add(filter);
        return Task.FromResult(new PurgeResult(3));
    }

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw new NotSupportedException();

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw new NotSupportedException();

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) => throw new NotSupportedException();

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) => throw new NotSupportedException();

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null) => throw new NotSupportedException();

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
