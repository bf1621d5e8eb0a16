using System.ComponentModel.DataAnnotations;

namespace Vortex.Functions;

/// <summary>When the function app looks after itself.</summary>
public sealed class MaintenanceOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Vortex:Maintenance";

    /// <summary>Gets or sets how long the history of a run's orchestration is kept after the run began. The run itself is kept by the document store.</summary>
    /// <value>The default is 30 days, which is also the longest the Durable Task Scheduler keeps one on its consumption plan.</value>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan HistoryRetention { get; set; } = TimeSpan.FromDays(30);
}
