using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>A workflow to store: VTXW, or ComfyUI's API or UI format.</summary>
internal sealed record WorkflowBody
{
    /// <summary>Gets the document.</summary>
    public JsonElement? Definition { get; init; }

    /// <summary>Gets the name to give it; the document's own when absent.</summary>
    public string? Name { get; init; }
}

/// <summary>How to copy a workflow.</summary>
internal sealed record DuplicateBody
{
    /// <summary>Gets the copy's name; the original's with "(copy)" when absent.</summary>
    public string? Name { get; init; }

    /// <summary>Gets the version to copy; the newest when absent.</summary>
    public int? Version { get; init; }
}

/// <summary>A version of a stored workflow.</summary>
internal record WorkflowSummary
{
    public required string WorkflowId { get; init; }

    /// <summary>Gets the version's number, from 1 without gaps. A version never changes.</summary>
    public required int Version { get; init; }

    public required string Name { get; init; }

    /// <summary>Gets the hash of the document's canonical form; in quotes it is the ETag.</summary>
    public required string Hash { get; init; }

    /// <summary>Gets when the workflow's first version was stored.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets when this version was stored.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    public static WorkflowSummary Of(WorkflowRecord record) => new()
    {
        WorkflowId = record.Id.Value,
        Version = record.Version,
        Name = record.Name,
        Hash = record.Hash,
        CreatedAt = record.CreatedAt,
        UpdatedAt = record.UpdatedAt,
    };
}

/// <summary>A version of a stored workflow with its document.</summary>
internal sealed record WorkflowAnswer : WorkflowSummary
{
    /// <summary>Gets the document as VTXW.</summary>
    public required JsonElement Definition { get; init; }

    /// <summary>Gets what reading the document warns of.</summary>
    public ImmutableArray<ProblemView>? Warnings { get; init; }

    public required string RequestId { get; init; }

    public static WorkflowAnswer Of(WorkflowRecord record, string requestId) => new()
    {
        WorkflowId = record.Id.Value,
        Version = record.Version,
        Name = record.Name,
        Hash = record.Hash,
        CreatedAt = record.CreatedAt,
        UpdatedAt = record.UpdatedAt,
        Definition = Json(record.Document),
        RequestId = requestId,
    };

    internal static JsonElement Json(ReadOnlyMemory<byte> document)
    {
        using JsonDocument parsed = JsonDocument.Parse(document, new JsonDocumentOptions { MaxDepth = 512 });
        return parsed.RootElement.Clone();
    }
}

/// <summary>An exported workflow.</summary>
/// <param name="File">The file.</param>
/// <param name="Problems">What could not be carried over, or not as it was.</param>
/// <param name="RequestId">The request's id.</param>
internal sealed record ExportAnswer(JsonElement File, ImmutableArray<ProblemView> Problems, string RequestId);

/// <summary>An imported workflow.</summary>
internal sealed record ImportAnswer
{
    /// <summary>Gets the document as VTXW.</summary>
    public required JsonElement Definition { get; init; }

    /// <summary>Gets what became of a ComfyUI workflow; absent for VTXW.</summary>
    public ReportView? Report { get; init; }

    /// <summary>Gets what reading warns of.</summary>
    public ImmutableArray<ProblemView>? Warnings { get; init; }

    /// <summary>Gets the stored workflow; only with <c>store=true</c>.</summary>
    public string? WorkflowId { get; init; }

    public int? Version { get; init; }

    public required string RequestId { get; init; }
}
