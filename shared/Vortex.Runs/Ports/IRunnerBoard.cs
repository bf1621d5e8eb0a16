namespace Vortex.Runs;

/// <summary>Where runners say that they are there and what they do. For people who look; work is handed out by the queue, which asks nobody here.</summary>
/// <remarks>Runners serve every workspace, so a board belongs to none. A runner that dies says nothing more: its last notice grows old and is forgotten after <see cref="RunnerNotice.KeptFor"/>.</remarks>
public interface IRunnerBoard
{
    /// <summary>Notes what a runner says; replaces what it said before. The board's clock says when.</summary>
    ValueTask AnnounceAsync(RunnerNotice notice, CancellationToken cancellationToken = default);

    /// <summary>Forgets a runner that ends in order. One that is not known changes nothing.</summary>
    ValueTask LeaveAsync(string runnerId, CancellationToken cancellationToken = default);

    /// <summary>Lists the runners that have not been forgotten, ordered by id, at most <paramref name="max"/>.</summary>
    ValueTask<IReadOnlyList<RunnerNotice>> ListAsync(int max, CancellationToken cancellationToken = default);
}

/// <summary>What a runner says of itself.</summary>
/// <param name="Capabilities">What it offers.</param>
/// <param name="Phase">Where it stands: <c>working</c>, <c>cut</c> (the queue does not answer it) or <c>draining</c> (it takes no more).</param>
/// <param name="Batches">How many batches it holds.</param>
/// <param name="BatchesAtOnce">How many it holds at most.</param>
/// <param name="StartedAt">Since when it works, by its own clock.</param>
public sealed record RunnerNotice(RunnerCapabilities Capabilities, string Phase, int Batches, int BatchesAtOnce, DateTimeOffset StartedAt)
{
    /// <summary>How long a notice is kept after it was made.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    /// <summary>How long after its last notice a runner counts as there. Runners say something every quarter of this.</summary>
    public static readonly TimeSpan ThereFor = TimeSpan.FromMinutes(1);

    /// <summary>Gets when the board took it; what a runner says here is not looked at.</summary>
    public DateTimeOffset SeenAt { get; init; }
}
