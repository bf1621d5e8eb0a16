using System.Text.Json.Serialization;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>What every document has: its place in the partition key, what it is, and when it goes.</summary>
internal abstract record Document
{
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    [JsonPropertyName("tenant")]
    public string Tenant { get; init; } = "";

    [JsonPropertyName("workspace")]
    public string Workspace { get; init; } = "";

    /// <summary>Gets what is written together in one transaction: a run, a workflow, the names of files.</summary>
    [JsonPropertyName("scope")]
    public string Scope { get; init; } = "";

    [JsonPropertyName("kind")]
    public required string Kind { get; init; }

    /// <summary>Gets the seconds after the last write when the service removes it; null for never.</summary>
    [JsonPropertyName("ttl")]
    public int? TimeToLive { get; init; }

    [JsonPropertyName("_etag")]
    public string? ETag { get; init; }

    [JsonIgnore]
    public WorkspaceId WorkspaceId => new(Tenant, Workspace);

    /// <summary>Puts a document into its scope.</summary>
    internal static T In<T>(WorkspaceId workspace, string scope, T document, TimeSpan? retention = null)
        where T : Document => (T)(document with { Tenant = workspace.Tenant, Workspace = workspace.Workspace, Scope = scope, TimeToLive = Seconds(retention) });

    private static int? Seconds(TimeSpan? retention) => retention is { } kept ? (int)Math.Min(kept.TotalSeconds, int.MaxValue) : null;
}
