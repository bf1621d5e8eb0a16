using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Azure;

/// <summary>The run itself; every commit replaces it, so its ETag orders the commits of the run.</summary>
internal sealed record RunDocument : Document
{
    internal const string TheId = "run";
    internal const string TheKind = "run";

    [JsonPropertyName("sort")]
    public required string Sort { get; init; }

    [JsonPropertyName("status")]
    public required RunStatus Status { get; init; }

    [JsonPropertyName("open")]
    public required bool Open { get; init; }

    [JsonPropertyName("workflow")]
    public string? Workflow { get; init; }

    [JsonPropertyName("tags")]
    public required ImmutableArray<string> Tags { get; init; }

    /// <summary>Gets how many commits there were; numbers the documents they wrote.</summary>
    [JsonPropertyName("commits")]
    public required int Commits { get; init; }

    /// <summary>Gets the record; its last sequence is that of the run's last event.</summary>
    [JsonPropertyName("record")]
    [JsonConverter(typeof(TextConverter<RunRecord>))]
    public required RunRecord Record { get; init; }
}

/// <summary>The events of one commit.</summary>
internal sealed record EventsDocument : Document
{
    internal const string TheKind = "events";

    [JsonPropertyName("first")]
    public required long First { get; init; }

    [JsonPropertyName("last")]
    public required long Last { get; init; }

    [JsonPropertyName("events")]
    public required Packed Events { get; init; }
}

/// <summary>An event as it lies in a document.</summary>
internal sealed record StoredEvent(string Type, DateTimeOffset At, NodeId? Node, JsonElement Payload);

/// <summary>The node outputs of one commit.</summary>
internal sealed record OutputsDocument : Document
{
    internal const string TheKind = "outputs";

    [JsonPropertyName("commit")]
    public required int Commit { get; init; }

    [JsonPropertyName("nodes")]
    public required Packed Nodes { get; init; }

    [JsonPropertyName("outputs")]
    public required Packed Outputs { get; init; }
}

/// <summary>Artifacts of one commit, at most <see cref="Most"/> in a document.</summary>
internal sealed record ArtifactsDocument : Document
{
    internal const string TheKind = "artifacts";
    internal const int Most = 50;

    /// <summary>Gets the place in the lists of the workspace.</summary>
    [JsonPropertyName("sort")]
    public required string Sort { get; init; }

    /// <summary>Gets the place in the list of the run.</summary>
    [JsonPropertyName("number")]
    public required long Number { get; init; }

    [JsonPropertyName("ids")]
    public required ImmutableArray<string> Ids { get; init; }

    /// <summary>Gets the stored workflow of the run; with the tags it is here again because queries know no joins. Neither ever changes.</summary>
    [JsonPropertyName("workflow")]
    public string? Workflow { get; init; }

    [JsonPropertyName("tags")]
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>Gets the first parts of the records' media types, each once.</summary>
    [JsonPropertyName("media")]
    public ImmutableArray<string> Media { get; init; } = [];

    [JsonPropertyName("earliest")]
    public string? Earliest { get; init; }

    [JsonPropertyName("latest")]
    public string? Latest { get; init; }

    [JsonPropertyName("records")]
    [JsonConverter(typeof(TextConverter<ImmutableArray<ArtifactRecord>>))]
    public required ImmutableArray<ArtifactRecord> Records { get; init; }

    /// <summary>Sums the records up again, for queries.</summary>
    internal ArtifactsDocument Indexed() => this with
    {
        Media = [.. Records.Select(record => ArtifactQuery.MediaOf(record.File.MediaType)).Distinct()],
        Earliest = DocumentKeys.Time(Records.Min(record => record.CreatedAt)),
        Latest = DocumentKeys.Time(Records.Max(record => record.CreatedAt)),
    };
}

/// <summary>What a run has seen already: once-keys, and which document an artifact is in. Spread over sixteen documents by hash, so that a commit rewrites little.</summary>
internal sealed record SeenDocument : Document
{
    internal const string TheKind = "seen";

    /// <summary>Gets the first 16 hex digits of the SHA-256 of each once-key.</summary>
    [JsonPropertyName("once")]
    public ImmutableSortedSet<string> Once { get; init; } = [];

    [JsonPropertyName("artifacts")]
    public ImmutableDictionary<string, string> Artifacts { get; init; } = ImmutableDictionary<string, string>.Empty;

    internal static string IdOf(string hash) => "seen-" + hash[0];
}
