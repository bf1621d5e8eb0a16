using System.Text.Json;

namespace Vortex.Runs;

/// <summary>The code of an orchestrator: a pure function of its context's history.</summary>
/// <returns>The output, serialised by the host.</returns>
public delegate Task<object?> OrchestratorCode(IOrchestrationContext context, JsonElement input);

/// <summary>The code of an activity. May run more than once for one call.</summary>
/// <returns>The output, serialised by the host.</returns>
public delegate Task<object?> ActivityCode(OrchestrationId instance, JsonElement input, CancellationToken cancellationToken);

/// <summary>What an engine can run: orchestrators by name and version, activities by name. Filled before the engine starts.</summary>
public sealed class OrchestrationRegistry
{
    private readonly Dictionary<(string Name, int Version), OrchestratorCode> _orchestrators = [];
    private readonly Dictionary<string, int> _newest = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ActivityCode> _activities = new(StringComparer.Ordinal);

    /// <summary>Adds an orchestrator. New instances take the highest version; running ones keep theirs.</summary>
    public OrchestrationRegistry AddOrchestrator(string name, int version, OrchestratorCode code)
    {
        _orchestrators.Add((name, version), code);
        _newest[name] = Math.Max(version, _newest.GetValueOrDefault(name));
        return this;
    }

    /// <summary>Adds an activity.</summary>
    public OrchestrationRegistry AddActivity<TInput, TOutput>(string name, Func<OrchestrationId, TInput, CancellationToken, Task<TOutput>> code)
    {
        _activities.Add(name, async (instance, input, cancellationToken) =>
            await code(instance, input.Deserialize<TInput>(RunsJson.Options)!, cancellationToken));
        return this;
    }

    /// <summary>Returns the version new instances get.</summary>
    /// <exception cref="KeyNotFoundException">Nothing of that name was added.</exception>
    public int NewestVersion(string orchestrator) => _newest[orchestrator];

    /// <summary>Finds an orchestrator; null when that version is not there.</summary>
    public OrchestratorCode? FindOrchestrator(string name, int version) => _orchestrators.GetValueOrDefault((name, version));

    /// <summary>Finds an activity; null when there is none of that name.</summary>
    public ActivityCode? FindActivity(string name) => _activities.GetValueOrDefault(name);
}
