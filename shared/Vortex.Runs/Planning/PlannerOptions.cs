using System.ComponentModel.DataAnnotations;

namespace Vortex.Runs;

/// <summary>How runs are cut into batches.</summary>
public sealed class PlannerOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Vortex:Planner";

    /// <summary>Gets or sets the most nodes of a batch. A longer chain becomes several batches, one after the other.</summary>
    /// <value>The default is 2,000.</value>
    [Range(1, 100_000)]
    public int MaxBatchNodes { get; set; } = 2_000;

    /// <summary>Gets or sets about how many batches a run has at most; independent ones share a batch beyond that.</summary>
    /// <value>The default is 256. A run whose nodes fill more batches of <see cref="MaxBatchNodes"/> has more.</value>
    [Range(1, 1_000)]
    public int MaxBatches { get; set; } = 256;

    /// <summary>Gets or sets the backend that nodes preferring a GPU ask for; null where a host has no GPU runners and takes what there is.</summary>
    /// <value>The default is null.</value>
    public string? GpuBackend { get; set; }

    /// <summary>Gets the packs that every runner brings, by what their names begin with up to a dot: their nodes share batches.</summary>
    /// <value>The default is <c>core</c> and <c>vortex</c>.</value>
    public IList<string> CommonPacks { get; } = ["core", "vortex"];
}
