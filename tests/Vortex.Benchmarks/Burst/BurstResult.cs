namespace Vortex.Benchmarks.Burst;

/// <summary>How a tenant fared.</summary>
/// <param name="Name">The tenant.</param>
/// <param name="Completed">Batches completed.</param>
/// <param name="MeanWait">From the burst to the beginning of the attempt that counted, on average.</param>
/// <param name="AtHalf">The share of its batches done when half of all were.</param>
internal sealed record TenantResult(string Name, int Completed, TimeSpan MeanWait, double AtHalf);

/// <summary>What came of a burst.</summary>
internal sealed record BurstResult
{
    public required IReadOnlyList<TenantResult> Tenants { get; init; }

    /// <summary>Gets how often each batch was completed, by id; every value must be 1.</summary>
    public required IReadOnlyDictionary<string, int> Completions { get; init; }

    /// <summary>Gets the time until the last batch was done.</summary>
    public required TimeSpan Drained { get; init; }

    /// <summary>Gets the time that replicas are paid for: from being asked for until they are gone.</summary>
    public required TimeSpan Billed { get; init; }

    /// <summary>Gets the time that was spent on batches that counted.</summary>
    public required TimeSpan Useful { get; init; }

    public required int PeakReplicas { get; init; }

    public required int LostReplicas { get; init; }

    /// <summary>Gets the attempts that were begun and counted for nothing.</summary>
    public required int WastedAttempts { get; init; }

    /// <summary>Gets Jain's index over the tenants' shares done at half time: 1 when all fare alike, 1/n when one has everything.</summary>
    public double Fairness => Math.Pow(Tenants.Sum(tenant => tenant.AtHalf), 2) / (Tenants.Count * Tenants.Sum(tenant => tenant.AtHalf * tenant.AtHalf));

    /// <summary>Gets the longest mean wait of a tenant against the mean of all tenants.</summary>
    public double WorstWait => Tenants.Max(tenant => tenant.MeanWait.TotalSeconds) / Tenants.Average(tenant => tenant.MeanWait.TotalSeconds);
}
