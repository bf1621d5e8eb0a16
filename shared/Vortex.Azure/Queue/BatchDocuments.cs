using System.Text.Json.Serialization;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>A batch and who holds it: the truth about its lease.</summary>
internal sealed record BatchDocument : Document
{
    internal const string TheKind = "batch";
    internal static readonly string AtOnce = DocumentKeys.Number(0);

    /// <summary>Gets whether it may still be handed out. One that is not was put aside.</summary>
    [JsonPropertyName("open")]
    public required bool Open { get; init; }

    [JsonPropertyName("leased")]
    public required bool Leased { get; init; }

    /// <summary>Gets from when on it may be handed out: at once, when its delay is over, when its lease runs out. Ticks as digits.</summary>
    [JsonPropertyName("due")]
    public required string Due { get; init; }

    /// <summary>Gets its place among all that wait: priority, place of the run, number in the run.</summary>
    [JsonPropertyName("rank")]
    public required string Rank { get; init; }

    /// <summary>Gets the backend that it asks for, in small letters; empty for any.</summary>
    [JsonPropertyName("wants")]
    public required string Wants { get; init; }

    /// <summary>Gets the memory that it asks for, in bytes; 0 for unknown.</summary>
    [JsonPropertyName("memory")]
    public long Memory { get; init; }

    /// <summary>Gets the backend of the runner that holds it, in small letters; null while nobody does.</summary>
    [JsonPropertyName("backend")]
    public string? Backend { get; init; }

    [JsonPropertyName("sent")]
    public required DateTimeOffset Sent { get; init; }

    public required int Priority { get; init; }

    public required string Place { get; init; }

    public required int Number { get; init; }

    public int Attempt { get; init; }

    public string? Token { get; init; }

    public string? Runner { get; init; }

    public bool Cancel { get; init; }

    public string? Reason { get; init; }

    public required int Dispatch { get; init; }

    public required Packed Message { get; init; }

    internal static string IdOf(BatchId batch) => "batch-" + batch.Value;

    internal bool IsHeld(DateTimeOffset now) => Open && Leased && string.CompareOrdinal(Due, DocumentKeys.Time(now)) > 0;

    internal BatchDocument Placed(int priority, string place) => this with { Priority = priority, Place = place, Rank = RankOf(priority, place, Number) };

    /// <summary>Higher priorities sort first; they lie between -100 and 100.</summary>
    internal static string RankOf(int priority, string place, int number) => FormattableString.Invariant($"{10_000 - priority:D5}/{place}/{number:D9}");
}

/// <summary>A run's place in its lane, kept between its batches.</summary>
internal sealed record LaneDocument : Document
{
    internal const string TheId = "lane";
    internal const string TheKind = "lane";

    public required int Priority { get; init; }

    public required string Place { get; init; }

    public required int Next { get; init; }
}

/// <summary>Whether a workspace's lane hands out anything.</summary>
internal sealed record PausedDocument : Document
{
    internal const string TheId = "paused";
    internal const string TheKind = "lane_paused";
    internal const string TheScope = "lane";

    [JsonPropertyName("paused")]
    public required bool Paused { get; init; }
}

/// <summary>That a workspace may have open batches: where leasing looks. Every sender writes it after its batch, so that its ETag changes.</summary>
internal sealed record OpenLaneDocument : Document
{
    internal const string TheId = "open";
    internal const string TheKind = "lane_open";
}

/// <summary>When runners of a backend last took a batch of a workspace.</summary>
internal sealed record ServedDocument : Document
{
    internal const string TheKind = "lane_served";

    // Who was not served for so long comes first anyhow.
    internal static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    /// <summary>Gets the backend, in small letters.</summary>
    [JsonPropertyName("backend")]
    public required string Backend { get; init; }

    /// <summary>Gets the time as ticks, in digits; between processes as good as their clocks.</summary>
    [JsonPropertyName("served")]
    public required string Served { get; init; }

    internal static string IdOf(string backend) => "served-" + DocumentKeys.Hash(backend)[..16];
}

/// <summary>One of the documents about a lane, as far as leasing asks.</summary>
internal sealed record LaneFact : Document
{
    [JsonPropertyName("served")]
    public string? Served { get; init; }
}

/// <summary>A held batch, as far as sharing asks.</summary>
internal sealed record HeldFact(
    [property: JsonPropertyName("tenant")] string Tenant,
    [property: JsonPropertyName("workspace")] string Workspace);

/// <summary>An open batch, as far as the backlog asks.</summary>
internal sealed record BacklogFact(
    [property: JsonPropertyName("tenant")] string Tenant,
    [property: JsonPropertyName("workspace")] string Workspace,
    [property: JsonPropertyName("wants")] string Wants,
    [property: JsonPropertyName("leased")] bool Leased,
    [property: JsonPropertyName("due")] string Due,
    [property: JsonPropertyName("sent")] DateTimeOffset Sent);
