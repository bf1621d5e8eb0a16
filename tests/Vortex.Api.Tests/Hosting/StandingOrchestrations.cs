using System.Collections.Concurrent;
using Vortex.Runs;

namespace Vortex.Api.Tests;

/// <summary>Takes orchestrations and carries none out: the runs of these tests stay where the test puts them.</summary>
public sealed class StandingOrchestrations : IOrchestrationClient
{
    public ConcurrentDictionary<OrchestrationId, object?> Started { get; } = new();

    public ConcurrentQueue<(OrchestrationId Instance, string Event)> Raised { get; } = new();

    public ValueTask<bool> StartAsync(OrchestrationId instance, string orchestration, object? input, CancellationToken cancellationToken = default) =>
        new(Started.TryAdd(instance, input));

    public ValueTask RaiseEventAsync(OrchestrationId instance, string eventName, object? payload, CancellationToken cancellationToken = default)
    {
        Raised.Enqueue((instance, eventName));
        return ValueTask.CompletedTask;
    }

    public ValueTask<OrchestrationState?> FindAsync(OrchestrationId instance, CancellationToken cancellationToken = default) =>
        new(Started.ContainsKey(instance) ? new OrchestrationState(instance, "run", 1, OrchestrationStatus.Running, null, null) : null);

    public ValueTask TerminateAsync(OrchestrationId instance, string reason, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;
}

/// <summary>Finds what was uploaded, and no models.</summary>
public sealed class UploadedFiles(IFileStore files) : IFileResolver
{
    public async ValueTask<FileResolution> ResolveAsync(WorkspaceId workspace, string name, string? modelFolder, CancellationToken cancellationToken = default) =>
        new(modelFolder is null ? await files.FindAsync(workspace, name, cancellationToken) : null, null);
}
