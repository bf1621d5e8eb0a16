using System.ComponentModel.DataAnnotations;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>How runs are accepted and carried out.</summary>
public sealed class RunServiceOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Vortex:Runs";

    /// <summary>Gets or sets the class of arithmetic that results come from: part of every cache key.</summary>
    /// <value>The default is <c>cpu</c>.</value>
    [Required]
    [StringLength(64, MinimumLength = 1)]
    public string NumericBackend { get; set; } = "cpu";

    /// <summary>Gets or sets the most runs of a workspace that wait or work at once.</summary>
    /// <value>The default is 10,000.</value>
    [Range(1, 1_000_000)]
    public int MaxUnfinishedRuns { get; set; } = 10_000;

    /// <summary>Gets or sets how long a run may take from its start.</summary>
    /// <value>The default is 24 hours.</value>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan MaxDuration { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Gets or sets how long batches that runners hold have to answer after a cancel, before the run ends without them.</summary>
    /// <value>The default is 30 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan CancelTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets whether a batch that ran out of memory is sent once more to a larger runner. Useful only where there are larger ones.</summary>
    /// <value>The default is false.</value>
    public bool RetryOutOfMemory { get; set; }

    /// <summary>Gets or sets how long a new run may be without its orchestration before a sweep starts it.</summary>
    /// <value>The default is 10 seconds; a request that is still at work needs less.</value>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan SweepAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets the bounds on workflows.</summary>
    /// <value>The default is <see cref="WorkflowLimits.Default"/>.</value>
    public WorkflowLimits Limits { get; set; } = WorkflowLimits.Default;
}
