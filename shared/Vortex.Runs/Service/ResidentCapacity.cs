using System.Globalization;

namespace Vortex.Runs;

/// <summary>Capacity where runners are started with the host and stay: it brings none, and says what those offer that are there.</summary>
/// <param name="runners">What the runners of this process offer.</param>
public sealed class ResidentCapacity(Func<IReadOnlyList<RunnerCapabilities>> runners) : ICapacity
{
    /// <inheritdoc />
    public ValueTask<CapacityState> AskAsync(CapacityNeed need, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        // Whoever holds one of these may be another process over the same queue.
        CapacityState state = need.Held > 0
            ? new CapacityState(CapacityStatus.Ready, CapacityCodes.Ready, "Runners are at work on the like of it.")
            : StateOf(new BatchRequirements { Backend = need.Backend });
        return ValueTask.FromResult(state with { Since = need.Since });
    }

    /// <inheritdoc />
    public ValueTask<CapacityState> ReadAsync(BatchRequirements requires, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(StateOf(requires));
    }

    /// <inheritdoc />
    public ValueTask<int> ReleaseAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(0);
    }

    private CapacityState StateOf(BatchRequirements requires)
    {
        IReadOnlyList<RunnerCapabilities> there = runners();
        if (there.Any(runner => runner.Meets(requires)))
        {
            return new CapacityState(CapacityStatus.Ready, CapacityCodes.Ready, "A runner that can do it is there.");
        }

        // Another process may have the same queue open and offer it; nobody here knows.
        string offers = there.Count == 0 ? "this process has no runner" : "the runner of this process offers " + string.Join(" and ", there.Select(Offer));
        string help = requires.Backend is { } backend && !there.Any(runner => string.Equals(runner.Backend, backend, StringComparison.OrdinalIgnoreCase))
            ? $"Start a runner with '--backend {backend}' on the same queue, or run it with another target_backend."
            : "Start a runner that offers it on the same queue, or ask for less: smaller pictures, fewer at once.";
        return new CapacityState(CapacityStatus.Missing, CapacityCodes.NoRunner, $"It asks for {Demand(requires)}, and {offers}. {help}");
    }

    private static string Demand(BatchRequirements requires) => string.Join(" with ", new[]
    {
        requires.Backend is null ? "a runner" : $"a runner of the backend '{requires.Backend}'",
        requires.MemoryBytes > 0 ? Gigabytes(requires.MemoryBytes) : null,
        requires.Packs.IsDefaultOrEmpty ? null : "the packs " + string.Join(", ", requires.Packs),
    }.OfType<string>());

    private static string Offer(RunnerCapabilities runner) =>
        $"the backend '{runner.Backend}'{(runner.MemoryBytes > 0 ? $" with {Gigabytes(runner.MemoryBytes)}" : "")}";

    private static string Gigabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.#} GB of memory");
}
