using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>What somebody asks to run: exactly one of <see cref="Document"/>, <see cref="Definition"/> and <see cref="WorkflowId"/>.</summary>
public sealed record RunRequest
{
    /// <summary>Gets the workflow, read already. With <see cref="WorkflowId"/> it is that version's document and saves reading it again.</summary>
    public WorkflowDocument? Document { get; init; }

    /// <summary>Gets the workflow as VTXW.</summary>
    public JsonElement? Definition { get; init; }

    /// <summary>Gets the stored workflow.</summary>
    public WorkflowId? WorkflowId { get; init; }

    /// <summary>Gets the version of the stored workflow; null for the newest.</summary>
    public int? WorkflowVersion { get; init; }

    /// <summary>Gets values for the workflow's inputs by name.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Inputs { get; init; }

    /// <summary>Gets how to run.</summary>
    public RunOptions Options { get; init; } = new();

    /// <summary>Gets the workflow as ComfyUI wrote it; it is embedded in pictures, so that ComfyUI can open them. Null when there is none.</summary>
    public string? ComfyWorkflow { get; init; }

    /// <summary>Gets the run's id where the caller's own key decides it: asking again under it then gives the same run.</summary>
    public RunId? Id { get; init; }

    /// <summary>Gets the hash of what was asked, kept with the run: another request under the same <see cref="Id"/> is refused.</summary>
    public string? RequestHash { get; init; }

    /// <summary>Gets the W3C trace parent of the request.</summary>
    public string? TraceParent { get; init; }
}

/// <summary>A run, or what keeps it from being one.</summary>
/// <param name="Run">The run; null when a problem is an error.</param>
/// <param name="Problems">All problems, warnings included.</param>
public sealed record RunSubmission(RunRecord? Run, ImmutableArray<WorkflowProblem> Problems);
