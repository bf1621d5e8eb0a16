using System.Text.Json;
using Vortex.Runs;

namespace Vortex.Functions;

/// <summary>What an instance begins with. The backend's instance id may be a hash, so the instance says here who it is.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Workspace">The workspace.</param>
/// <param name="Name">The instance's name.</param>
/// <param name="Payload">The orchestrator's own input.</param>
internal sealed record DurableInput(string Tenant, string Workspace, string Name, JsonElement Payload)
{
    public OrchestrationId Instance() => new(new WorkspaceId(Tenant, Workspace), Name);

    public static DurableInput Of(OrchestrationId instance, JsonElement payload) => new(instance.Workspace.Tenant, instance.Workspace.Workspace, instance.Name, payload);
}

/// <summary>What an activity gives back: its output, or why it failed. A failure is data, so that it replays as it was whatever the backend does with exceptions.</summary>
/// <param name="Output">The output; null when it failed.</param>
/// <param name="ErrorType">The type of what was thrown; null when nothing was.</param>
/// <param name="Error">Its words.</param>
internal sealed record ActivityAnswer(JsonElement? Output, string? ErrorType = null, string? Error = null);
