using Vortex.Runs;

namespace Vortex.Embedded;

/// <summary>An instance that the engine has in hand. At most one thread works on it at a time.</summary>
internal sealed class Slot(OrchestrationId instance, Action<OrchestrationId> ring)
{
    internal OrchestrationId Instance { get; } = instance;

    /// <summary>Gets or sets the execution between turns; null when it must be made from history.</summary>
    internal Execution? Live { get; set; }

    internal bool IsAtWork { get; set; }

    internal bool Again { get; set; }

    internal bool HasEnded { get; set; }

    internal long LastUse { get; set; }

    /// <summary>Asks for a turn.</summary>
    internal void Ring() => ring(Instance);
}
