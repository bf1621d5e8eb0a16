using System.Collections.Immutable;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>The order to execute a batch, as it travels on the queue: ids and references only, well under 200 KB.</summary>
public sealed record BatchMessage
{
    /// <summary>Gets the batch; also the message id.</summary>
    public required BatchId BatchId { get; init; }

    /// <summary>Gets the isolation domain.</summary>
    public required WorkspaceId Workspace { get; init; }

    /// <summary>Gets the run.</summary>
    public required RunId RunId { get; init; }

    /// <summary>Gets the plan, JSON in the artifact store.</summary>
    public required Digest Plan { get; init; }

    /// <summary>Gets the batch's position in the plan.</summary>
    public required int Index { get; init; }

    /// <summary>Gets the dispatch number given by the orchestrator, from 1; higher after a retry.</summary>
    public int Dispatch { get; init; } = 1;

    /// <summary>Gets what a runner must offer.</summary>
    public BatchRequirements Requires { get; init; } = new();

    /// <summary>Gets the run's priority.</summary>
    public int Priority { get; init; }

    /// <summary>Gets how earlier results are treated.</summary>
    public CachePolicy CachePolicy { get; init; }

    /// <summary>Gets the W3C trace parent; null when nobody traces.</summary>
    public string? TraceParent { get; init; }
}

/// <summary>What a batch asks of a runner.</summary>
public sealed record BatchRequirements
{
    /// <summary>Gets the backend, such as <c>cpu</c> or <c>cuda</c>; null for any.</summary>
    public string? Backend { get; init; }

    /// <summary>Gets the packs whose node types occur.</summary>
    public ImmutableArray<string> Packs { get; init; } = [];

    /// <summary>Gets the memory needed in bytes; 0 for unknown.</summary>
    public long MemoryBytes { get; init; }
}

/// <summary>What a runner offers.</summary>
public sealed record RunnerCapabilities(string RunnerId, string Backend, ImmutableArray<string> Packs, long MemoryBytes)
{
    /// <summary>Says whether a batch with these requirements can run here.</summary>
    public bool Meets(BatchRequirements requires) =>
        (requires.Backend is null || string.Equals(requires.Backend, Backend, StringComparison.OrdinalIgnoreCase))
        && (requires.MemoryBytes <= MemoryBytes || MemoryBytes == 0)
        && requires.Packs.All(Packs.Contains);
}

/// <summary>A batch in a runner's hands until <paramref name="ExpiresAt"/>.</summary>
/// <param name="Batch">The order.</param>
/// <param name="Token">Proves the holder.</param>
/// <param name="Attempt">The delivery number, from 1.</param>
/// <param name="ExpiresAt">When it is handed out again unless renewed.</param>
public sealed record BatchLease(BatchMessage Batch, string Token, int Attempt, DateTimeOffset ExpiresAt);

/// <summary>What a renewal found.</summary>
public enum LeaseState
{
    /// <summary>Still held, and longer now.</summary>
    Held,

    /// <summary>Somebody else has it, or it is gone: stop without reporting.</summary>
    Lost,

    /// <summary>Held, but the run is to be canceled: stop at the next safe point and report.</summary>
    CancelRequested,
}

/// <summary>What became of a batch, reported once per attempt. Outputs are in the store before this is sent.</summary>
public sealed record BatchOutcome
{
    /// <summary>Gets the batch.</summary>
    public required BatchId BatchId { get; init; }

    /// <summary>Gets the isolation domain.</summary>
    public required WorkspaceId Workspace { get; init; }

    /// <summary>Gets the run.</summary>
    public required RunId RunId { get; init; }

    /// <summary>Gets the dispatch this answers.</summary>
    public required int Dispatch { get; init; }

    /// <summary>Gets the delivery this answers.</summary>
    public required int Attempt { get; init; }

    /// <summary>Gets who did it.</summary>
    public required string RunnerId { get; init; }

    /// <summary>Gets whether every node succeeded, some failed, or it was stopped.</summary>
    public required BatchStatus Status { get; init; }

    /// <summary>Gets how many nodes were executed with success, over this attempt.</summary>
    public int Succeeded { get; init; }

    /// <summary>Gets how many were served from earlier results by the runner.</summary>
    public int Cached { get; init; }

    /// <summary>Gets how many failed.</summary>
    public int Failed { get; init; }

    /// <summary>Gets how many were not run because something they need failed.</summary>
    public int Skipped { get; init; }

    /// <summary>Gets how many artifacts the batch made.</summary>
    public int Artifacts { get; init; }

    /// <summary>Gets the failures, at most 50, each with its node.</summary>
    public ImmutableArray<RunProblem> Problems { get; init; } = [];
}

/// <summary>How a batch ended.</summary>
public enum BatchStatus
{
    /// <summary>Every node has its result.</summary>
    Succeeded,

    /// <summary>At least one node failed.</summary>
    Failed,

    /// <summary>Stopped on request.</summary>
    Canceled,
}
