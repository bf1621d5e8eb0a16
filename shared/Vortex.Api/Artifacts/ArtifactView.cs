using System.Collections.Immutable;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>An artifact in lists.</summary>
internal sealed record ArtifactView
{
    public required string ArtifactId { get; init; }

    public required string RunId { get; init; }

    public required string NodeId { get; init; }

    /// <summary>Gets the file name the node gave, slashes between folders.</summary>
    public required string Name { get; init; }

    public required string MediaType { get; init; }

    /// <summary>Gets the length in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Gets the SHA-256 of the content, 64 lower-case hex characters; also its ETag.</summary>
    public required string Digest { get; init; }

    public required ArtifactKind Kind { get; init; }

    public int? Width { get; init; }

    public int? Height { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets whether the content came from an earlier result.</summary>
    public required bool Cached { get; init; }

    /// <summary>Gets where the content is, relative to this server.</summary>
    public required string Url { get; init; }

    /// <summary>Gets the stored workflow of its run; in lists over many runs only, and absent when the definition came with the request.</summary>
    public string? WorkflowId { get; init; }

    /// <summary>Gets what the workflow of its run was called; in lists over many runs only.</summary>
    public string? WorkflowName { get; init; }

    public static ArtifactView Of(ArtifactRecord artifact) => new()
    {
        ArtifactId = artifact.Id.Value,
        RunId = artifact.RunId.Value,
        NodeId = artifact.NodeId.Value,
        Name = artifact.File.Name,
        MediaType = artifact.File.MediaType,
        Size = artifact.File.Size,
        Digest = artifact.File.Digest.Value,
        Kind = artifact.File.Kind,
        Width = artifact.File.Width,
        Height = artifact.File.Height,
        CreatedAt = artifact.CreatedAt,
        Cached = artifact.Cached,
        Url = "/v1/artifacts/" + Uri.EscapeDataString(artifact.Id.Value),
    };
}

/// <summary>An artifact with how it was made.</summary>
internal sealed record ArtifactMetadata(ArtifactView Artifact, ArtifactLineage Lineage, string RequestId);

/// <summary>How an artifact was made: from which node of which workflow, out of which content.</summary>
internal sealed record ArtifactLineage
{
    public required string RunId { get; init; }

    public required string NodeId { get; init; }

    public string? WorkflowId { get; init; }

    public int? WorkflowVersion { get; init; }

    /// <summary>Gets what the node computed; equal keys are equal makings.</summary>
    public string? CacheKey { get; init; }

    /// <summary>Gets the digest of the snapshot that repeats the run.</summary>
    public string? Snapshot { get; init; }

    /// <summary>Gets the digests of the content it was made from.</summary>
    public required ImmutableArray<string> MadeFrom { get; init; }
}
