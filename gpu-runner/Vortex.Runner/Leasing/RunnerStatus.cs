namespace Vortex.Runner;

/// <summary>What a runner does at a moment.</summary>
/// <param name="Phase">Where it stands in its life.</param>
/// <param name="Batches">How many batches it holds.</param>
/// <param name="IdleSince">Since when it holds none; null while it holds one, and before it began.</param>
public sealed record RunnerStatus(RunnerPhase Phase, int Batches, DateTimeOffset? IdleSince);

/// <summary>The life of a runner.</summary>
public enum RunnerPhase
{
    /// <summary>It has not begun.</summary>
    Starting,

    /// <summary>It takes batches.</summary>
    Working,

    /// <summary>The queue did not answer when it was last asked; it is asked again. Batches that are held go on.</summary>
    Cut,

    /// <summary>It was told to stop: it takes no more batches, and finishes or gives back what it holds.</summary>
    Draining,

    /// <summary>It holds nothing and takes nothing any more.</summary>
    Stopped,
}
