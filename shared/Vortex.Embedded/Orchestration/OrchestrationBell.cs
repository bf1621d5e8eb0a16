using Vortex.Runs;

namespace Vortex.Embedded;

/// <summary>Tells the engine of this process, if one runs, that something came for an instance.</summary>
internal sealed class OrchestrationBell
{
    /// <summary>Gets or sets what the engine does about it; null while none runs. It is short and does not throw.</summary>
    internal Action<OrchestrationId>? Answer { get; set; }

    /// <summary>Gets or sets what the engine can run; null when none was made in this process.</summary>
    internal OrchestrationRegistry? Registry { get; set; }

    internal void Ring(OrchestrationId instance) => Answer?.Invoke(instance);
}
