using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using Vortex.Runs;

namespace Vortex.Functions;

/// <summary>Runs what the registry holds: orchestrators over the durable context, activities with their failures as data.</summary>
internal sealed class OrchestrationHost(OrchestrationRegistry registry, ILogger<OrchestrationHost> log)
{
    /// <summary>Runs an orchestrator of a version.</summary>
    /// <exception cref="InvalidOperationException">This deployment does not have it: it was taken out while instances of it were running.</exception>
    public static async Task<JsonElement> RunAsync(OrchestratorCode? code, TaskOrchestrationContext durable, int version)
    {
        if (code is null)
        {
            throw new InvalidOperationException($"This deployment has no orchestrator '{durable.Name}'. Deploy one that has it; instances keep the version they began with.");
        }

        DurableInput input = durable.GetInput<DurableInput>() ?? throw new InvalidOperationException($"The instance '{durable.InstanceId}' has no input.");
        object? output = await code(new DurableContext(durable, input, version), input.Payload);
        return OrchestrationPayload.ForOrchestrator(output, "The output");
    }

    /// <summary>Runs an orchestrator of the registry.</summary>
    public Task<JsonElement> RunAsync(string name, int version, TaskOrchestrationContext durable) => RunAsync(registry.FindOrchestrator(name, version), durable, version);

    /// <summary>Runs an activity. It may be run again by the platform at any time.</summary>
    public async Task<ActivityAnswer> CallAsync(string name, DurableInput order, CancellationToken cancellationToken)
    {
        try
        {
            ActivityCode code = registry.FindActivity(name) ?? throw new KeyNotFoundException($"There is no activity '{name}'.");
            object? output = await code(order.Instance(), order.Payload, cancellationToken);
            return new ActivityAnswer(OrchestrationPayload.ForOrchestrator(output, $"The output of '{name}'"));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The host goes down: the platform runs it again elsewhere.
            throw;
        }
#pragma warning disable CA1031 // Whatever it threw is an answer, which the orchestrator decides about.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            log.ActivityFailed(failure, name, order.Name);
            return new ActivityAnswer(null, failure.GetType().FullName, failure.Message);
        }
    }

    /// <summary>Says which version new instances get.</summary>
    public int NewestVersion(string orchestrator) => registry.NewestVersion(orchestrator);
}
