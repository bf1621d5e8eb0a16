using System.ComponentModel.DataAnnotations;
using Vortex.Runs;

namespace Vortex.Embedded;

/// <summary>Settings of the one-machine store and its orchestration engine.</summary>
public sealed class EmbeddedOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Vortex:Embedded";

    /// <summary>Gets or sets the data folder. Relative paths begin at the current folder.</summary>
    /// <value>The default is <c>vortex-data</c>. Ignored where a <see cref="DataFolder"/> is handed over.</value>
    [Required]
    [MinLength(1)]
    public string DataPath { get; set; } = "vortex-data";

    /// <summary>Gets or sets how long a runner holds a batch before it must renew.</summary>
    /// <value>The default is one minute.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets or sets how often a batch is handed out before it is put aside.</summary>
    /// <value>The default is 5.</value>
    [Range(1, 100)]
    public int MaxDeliveries { get; set; } = 5;

    /// <summary>Gets or sets how often to look for what another process wrote to the same folder. What this process writes wakes its waiters at once.</summary>
    /// <value>The default is 100 milliseconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Gets or sets how long a write waits for another process to finish its own.</summary>
    /// <value>The default is five seconds; then the write fails with <c>store.locked</c>.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets how many reads run side by side.</summary>
    /// <value>The default is 8.</value>
    [Range(1, 64)]
    public int ReadConnections { get; set; } = 8;

    /// <summary>Gets or sets how many activities run side by side.</summary>
    /// <value>The default is 32.</value>
    [Range(1, 1024)]
    public int MaxActivities { get; set; } = 32;

    /// <summary>Gets or sets how many waiting instances stay in memory. Others are replayed from their history when something comes for them.</summary>
    /// <value>The default is 1,000.</value>
    [Range(0, 1_000_000)]
    public int MaxLiveInstances { get; set; } = 1_000;

    /// <summary>Gets or sets how long the history of an ended instance is kept.</summary>
    /// <value>The default is seven days. Runs, their events and artifacts are not touched.</value>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan HistoryRetention { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Gets or sets how often maintenance runs: retention, orphaned files, folding the write-ahead log into the database.</summary>
    /// <value>The default is one minute.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan MaintenanceInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets what tenants and workspaces (<c>tenant/workspace</c> or <c>tenant.workspace</c>) weigh when runners are shared among those that wait; see <see cref="FairShares"/>.</summary>
    /// <value>The default is empty: all weigh 1. A weight lies between 0.01 and 100.</value>
    public Dictionary<string, double> Weights { get; } = [];

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        FairShares.ProblemsOf(Weights).Select(problem => new ValidationResult(problem, [nameof(Weights)]));
}
