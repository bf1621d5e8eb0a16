using System.Text.Json;

namespace Vortex.Runs;

/// <summary>Starts orchestrations and speaks to them.</summary>
public interface IOrchestrationClient
{
    /// <summary>Starts an instance. Durable once this returns.</summary>
    /// <returns>False when the instance exists already, in whatever state; nothing happens then.</returns>
    ValueTask<bool> StartAsync(OrchestrationId instance, string orchestration, object? input, CancellationToken cancellationToken = default);

    /// <summary>Raises an event. Durable once this returns; dropped when the instance does not exist or has ended.</summary>
    ValueTask RaiseEventAsync(OrchestrationId instance, string eventName, object? payload, CancellationToken cancellationToken = default);

    /// <summary>Reads an instance's state; null when it does not exist.</summary>
    ValueTask<OrchestrationState?> FindAsync(OrchestrationId instance, CancellationToken cancellationToken = default);

    /// <summary>Ends an instance from outside, without its taking part. A last resort.</summary>
    ValueTask TerminateAsync(OrchestrationId instance, string reason, CancellationToken cancellationToken = default);
}

/// <summary>An instance as the engine knows it.</summary>
public sealed record OrchestrationState(OrchestrationId Instance, string Orchestration, int Version, OrchestrationStatus Status, JsonElement? Output, string? Error);

/// <summary>Where an instance is.</summary>
public enum OrchestrationStatus
{
    /// <summary>It has turns to come.</summary>
    Running,

    /// <summary>It returned.</summary>
    Completed,

    /// <summary>It threw, or broke a rule.</summary>
    Failed,

    /// <summary>It was ended from outside.</summary>
    Terminated,
}
