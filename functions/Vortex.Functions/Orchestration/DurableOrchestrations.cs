using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Vortex.Runs;

namespace Vortex.Functions;

/// <summary>Starts orchestrations in the durable backend and speaks to them.</summary>
internal sealed class DurableOrchestrations(DurableClients clients, OrchestrationRegistry registry) : IOrchestrationClient
{
    public async ValueTask<bool> StartAsync(OrchestrationId instance, string orchestration, object? input, CancellationToken cancellationToken = default)
    {
        JsonElement payload = OrchestrationPayload.ForCaller(input, "The input");
        string name = DurableNames.Orchestrator(orchestration, registry.NewestVersion(orchestration));
        string id = DurableNames.Instance(instance);
        // The backend would begin an instance anew that has ended. Ours begins once.
        if (await clients.Current.GetInstanceAsync(id, cancellationToken) is not null)
        {
            return false;
        }

        try
        {
            await clients.Current.ScheduleNewOrchestrationInstanceAsync(name, DurableInput.Of(instance, payload), new StartOrchestrationOptions(id), cancellationToken);
            return true;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Somebody else was faster, which backends tell by exceptions of several types; what else it may be is not there afterwards.
            if (await clients.Current.GetInstanceAsync(id, cancellationToken) is null)
            {
                throw;
            }

            return false;
        }
    }

    public async ValueTask RaiseEventAsync(OrchestrationId instance, string eventName, object? payload, CancellationToken cancellationToken = default)
    {
        JsonElement content = OrchestrationPayload.ForCaller(payload, $"The event '{eventName}'");
        string id = DurableNames.Instance(instance);
        try
        {
            await clients.Current.RaiseEventAsync(id, eventName, content, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Nobody is there to hear it any more, and that is no error; with somebody there it is one.
            if (await clients.Current.GetInstanceAsync(id, cancellationToken) is { IsCompleted: false })
            {
                throw;
            }
        }
    }

    public async ValueTask<OrchestrationState?> FindAsync(OrchestrationId instance, CancellationToken cancellationToken = default)
    {
        if (await clients.Current.GetInstanceAsync(DurableNames.Instance(instance), getInputsAndOutputs: true, cancellationToken) is not { } found)
        {
            return null;
        }

        (string name, int version) = DurableNames.Read(found.Name);
        JsonElement? output = found.SerializedOutput is { Length: > 0 } json && found.RuntimeStatus == OrchestrationRuntimeStatus.Completed
            ? JsonSerializer.Deserialize<JsonElement>(json)
            : null;
        string? error = found.RuntimeStatus == OrchestrationRuntimeStatus.Terminated ? found.SerializedOutput : found.FailureDetails?.ErrorMessage;
        return new OrchestrationState(instance, name, version, Status(found.RuntimeStatus), output, error);
    }

    public async ValueTask TerminateAsync(OrchestrationId instance, string reason, CancellationToken cancellationToken = default)
    {
        string id = DurableNames.Instance(instance);
        if (await clients.Current.GetInstanceAsync(id, cancellationToken) is { IsCompleted: false })
        {
            await clients.Current.TerminateInstanceAsync(id, reason, cancellationToken);
        }
    }

    private static OrchestrationStatus Status(OrchestrationRuntimeStatus status) => status switch
    {
        OrchestrationRuntimeStatus.Completed => OrchestrationStatus.Completed,
        OrchestrationRuntimeStatus.Failed => OrchestrationStatus.Failed,
        OrchestrationRuntimeStatus.Terminated => OrchestrationStatus.Terminated,
        _ => OrchestrationStatus.Running,
    };
}
