namespace Vortex.Runs;

/// <summary>Which artifacts of a workspace to list. What is null takes no part.</summary>
public sealed record ArtifactQuery
{
    /// <summary>Gets the stored workflow of the run that made them.</summary>
    public WorkflowId? WorkflowId { get; init; }

    /// <summary>Gets a tag the run must have.</summary>
    public string? Tag { get; init; }

    /// <summary>Gets the status of the run as it is now.</summary>
    public RunStatus? Status { get; init; }

    /// <summary>Gets what they are for.</summary>
    public ArtifactKind? Kind { get; init; }

    /// <summary>Gets the first part of the media type, such as <c>image</c>; capitals mean nothing.</summary>
    public string? Media { get; init; }

    /// <summary>Gets the earliest <see cref="ArtifactRecord.CreatedAt"/>, inclusive.</summary>
    public DateTimeOffset? CreatedFrom { get; init; }

    /// <summary>Gets the latest <see cref="ArtifactRecord.CreatedAt"/>, exclusive.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }

    /// <summary>Gets where to go on; null for the beginning.</summary>
    public string? Cursor { get; init; }

    /// <summary>Gets the most entries, 1 to 200.</summary>
    public int Limit { get; init; } = 50;

    /// <summary>Says whether the artifact itself fits; what is asked of its run is not looked at.</summary>
    public bool FitsFile(ArtifactRecord artifact) =>
        (Kind is null || artifact.File.Kind == Kind)
        && (Media is null || string.Equals(MediaOf(artifact.File.MediaType), Media, StringComparison.OrdinalIgnoreCase))
        && (CreatedFrom is null || artifact.CreatedAt >= CreatedFrom)
        && (CreatedBefore is null || artifact.CreatedAt < CreatedBefore);

    /// <summary>Returns the first part of a media type in small letters: <c>image</c> of <c>image/png</c>.</summary>
    public static string MediaOf(string mediaType) => mediaType.Split('/', ';')[0].Trim().ToLowerInvariant();
}
