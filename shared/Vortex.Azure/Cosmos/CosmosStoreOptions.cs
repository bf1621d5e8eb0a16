using System.ComponentModel.DataAnnotations;

namespace Vortex.Azure;

/// <summary>Settings of the document stores in Azure Cosmos DB for NoSQL.</summary>
/// <remarks>Both containers have the hierarchical partition key <c>/tenant</c>, <c>/workspace</c>, <c>/scope</c> and time to live switched on without a default. The account's consistency is strong or bounded staleness: see docs/azure/stores.md.</remarks>
public sealed class CosmosStoreOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Vortex:Azure:Cosmos";

    /// <summary>Gets or sets the account's endpoint, such as <c>https://account.documents.azure.com</c>. Not used where the host brings its own client.</summary>
    /// <remarks>The identity needs the data-plane role <i>Cosmos DB Built-in Data Contributor</i>.</remarks>
    public Uri? Endpoint { get; set; }

    /// <summary>Gets or sets the database.</summary>
    /// <value>The default is <c>vortex</c>.</value>
    [Required]
    public string Database { get; set; } = "vortex";

    /// <summary>Gets or sets the container of runs, workflows, files, hooks and batches.</summary>
    /// <value>The default is <c>documents</c>.</value>
    [Required]
    public string Documents { get; set; } = "documents";

    /// <summary>Gets or sets the container of earlier results. It is apart because a burst of look-ups must not slow the runs.</summary>
    /// <value>The default is <c>results</c>.</value>
    [Required]
    public string Results { get; set; } = "results";

    /// <summary>Gets or sets how long a run's documents are kept after they were last written; null for ever.</summary>
    /// <value>The default is null.</value>
    [Range(typeof(TimeSpan), "01:00:00", "3650.00:00:00")]
    public TimeSpan? RunRetention { get; set; }

    /// <summary>Gets or sets how long an earlier result is kept after it was last written. Keep contents in the blob store longer than this.</summary>
    /// <value>The default is 30 days.</value>
    [Range(typeof(TimeSpan), "01:00:00", "3650.00:00:00")]
    public TimeSpan ResultRetention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Gets or sets how often a follower of a run looks for events that another process wrote. What this process writes wakes it at once.</summary>
    /// <value>The default is half a second.</value>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Gets or sets how many point operations of one call run side by side.</summary>
    /// <value>The default is 32.</value>
    [Range(1, 256)]
    public int Parallelism { get; set; } = 32;

    /// <summary>Gets or sets the size from which a value lies in the artifact store and the document holds its digest. A document has at most 2 MB, and so has a transaction.</summary>
    /// <value>The default is 200,000 bytes.</value>
    [Range(1, 500_000)]
    public int LargestInline { get; set; } = 200_000;
}
