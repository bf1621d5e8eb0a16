using System.Text.Json;
using Vortex.Runs;

namespace Vortex.Embedded;

/// <summary>Starts orchestrations and speaks to them through the database; the engine may live in another process.</summary>
internal sealed class SqliteOrchestrationClient : IOrchestrationClient
{
    private readonly Database _database;
    private readonly OrchestrationBell _bell;

    internal SqliteOrchestrationClient(Database database, OrchestrationBell bell) => (_database, _bell) = (database, bell);

    /// <inheritdoc />
    /// <exception cref="KeyNotFoundException">The engine of this process has no such orchestration.</exception>
    /// <exception cref="ArgumentException">The input is larger than 200 KB as JSON.</exception>
    public async ValueTask<bool> StartAsync(OrchestrationId instance, string orchestration, object? input, CancellationToken cancellationToken = default)
    {
        // Without an engine here the version is left to the engine that takes the first turn.
        int version = _bell.Registry?.NewestVersion(orchestration) ?? 0;
        JsonElement payload = OrchestrationPayload.ForCaller(input, $"The input of '{orchestration}'");
        return await _database.WriteAsync(
            scope =>
            {
                bool created = InstanceRows.Create(scope.Db, instance, orchestration, version, payload, parent: null, _database.Time.GetUtcNow());
                if (created)
                {
                    scope.AfterCommit(() => _bell.Ring(instance));
                }

                return created;
            },
            cancellationToken);
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">The payload is larger than 200 KB as JSON.</exception>
    public async ValueTask RaiseEventAsync(OrchestrationId instance, string eventName, object? payload, CancellationToken cancellationToken = default)
    {
        JsonElement element = OrchestrationPayload.ForCaller(payload, $"The payload of event '{eventName}'");
        await _database.WriteAsync(
            scope =>
            {
                bool raised = InstanceRows.Raise(scope.Db, instance, eventName, element);
                if (raised)
                {
                    scope.AfterCommit(() => _bell.Ring(instance));
                }

                return raised;
            },
            cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<OrchestrationState?> FindAsync(OrchestrationId instance, CancellationToken cancellationToken = default) =>
        _database.ReadAsync(
            db => InstanceRows.Find(db, instance) is { } row
                ? new OrchestrationState(instance, row.Orchestration, row.Version, row.Status, row.Output, row.Error)
                : null,
            cancellationToken);

    /// <inheritdoc />
    /// <remarks>Children go on; a parent learns that the child failed.</remarks>
    public async ValueTask TerminateAsync(OrchestrationId instance, string reason, CancellationToken cancellationToken = default) =>
        await _database.WriteAsync(
            scope =>
            {
                if (InstanceRows.Find(scope.Db, instance) is not { Status: OrchestrationStatus.Running } row)
                {
                    return false;
                }

                OrchestrationId? parent = InstanceRows.Finish(
                    scope.Db, instance, row, OrchestrationStatus.Terminated, output: null, reason, _database.Time.GetUtcNow());
                scope.AfterCommit(() =>
                {
                    _bell.Ring(instance);
                    if (parent is not null)
                    {
                        _bell.Ring(parent);
                    }
                });
                return true;
            },
            cancellationToken);
}
