using System.ComponentModel.DataAnnotations;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Settings of the batch queue: lease records in Cosmos DB, tickets that wake runners in Azure Service Bus.</summary>
public sealed class BatchQueueOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Vortex:Azure:Queue";

    /// <summary>Gets or sets the namespace, such as <c>name.servicebus.windows.net</c>. Not used where the host brings its own client.</summary>
    /// <remarks>The identity needs the role <i>Azure Service Bus Data Owner</i>, or <i>Data Sender</i> and <i>Data Receiver</i>.</remarks>
    public string? Namespace { get; set; }

    /// <summary>Gets or sets what the names of queues begin with; a dash and the backend follow, such as <c>batches-cuda</c>. They exist already, with duplicate detection.</summary>
    /// <value>The default is <c>batches</c>.</value>
    [Required]
    public string Prefix { get; set; } = "batches";

    /// <summary>Gets or sets the queue through which runners report outcomes. It exists already, with duplicate detection.</summary>
    /// <value>The default is <c>results</c>, where the function app listens.</value>
    [Required]
    public string Results { get; set; } = "results";

    /// <summary>Gets or sets the backend whose runners are woken for batches that ask for none: the cheapest.</summary>
    /// <value>The default is <c>cpu</c>.</value>
    [Required]
    public string DefaultBackend { get; set; } = "cpu";

    /// <summary>Gets or sets how long a runner holds a batch before it must renew.</summary>
    /// <value>The default is one minute.</value>
    [Range(typeof(TimeSpan), "00:00:05", "00:05:00")]
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets or sets how often a batch is handed out before it is put aside.</summary>
    /// <value>The default is 5.</value>
    [Range(1, 100)]
    public int MaxDeliveries { get; set; } = 5;

    /// <summary>Gets or sets how often a waiting runner looks at the records although no ticket came.</summary>
    /// <value>The default is five seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets when a ticket comes again whose batches its finder cannot run.</summary>
    /// <value>The default is half a minute.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan PassOnDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how long a batch is ready before <see cref="TicketSweeper"/> looks for its ticket, which may be on its way until then.</summary>
    /// <value>The default is one minute.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan TicketPatience { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets what tenants and workspaces (<c>tenant/workspace</c> or <c>tenant.workspace</c>) weigh when runners are shared among those that wait; see <see cref="FairShares"/>.</summary>
    /// <value>The default is empty: all weigh 1. A weight lies between 0.01 and 100.</value>
    public Dictionary<string, double> Weights { get; } = [];

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        FairShares.ProblemsOf(Weights).Select(problem => new ValidationResult(problem, [nameof(Weights)]));

    /// <summary>Names the queue whose runners are woken for a backend.</summary>
    internal string QueueOf(string? backend) => $"{Prefix}-{(backend ?? DefaultBackend).ToLowerInvariant()}";
}
