using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>What a run ran, so that it can be opened and run again.</summary>
internal sealed record RunDefinition
{
    public required string RunId { get; init; }

    /// <summary>Gets the stored workflow; null when the definition came with the request.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? WorkflowId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required int? WorkflowVersion { get; init; }

    /// <summary>Gets the document as it was, VTXW.</summary>
    public required JsonElement Definition { get; init; }

    /// <summary>Gets the values that the caller gave for the workflow's inputs.</summary>
    public required ImmutableSortedDictionary<string, JsonElement> Inputs { get; init; }

    public required RunOptionsBody Options { get; init; }

    public required string RequestId { get; init; }
}

/// <summary><c>/v1/runs/{run_id}/definition</c>.</summary>
internal static class RunDefinitionEndpoint
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/runs/{run_id}/definition", ReadAsync).Describe(new Operation("getRunDefinition", "Runs", "Reads what a run ran")
        {
            Description = "The document, inputs and options of its frozen snapshot. POST /v1/runs with these three runs it again.",
            Answers = [new(200, typeof(RunDefinition), "What it ran.") { Example = Examples.RunDefinition }],
            Errors = [ApiErrorCodes.RunNotFound, ApiErrorCodes.RunSnapshotGone],
        });

    private static async Task<IResult> ReadAsync(HttpContext context, IRunStore runs, IArtifactStore store, IWorkflowStore workflows)
    {
        string id = context.Route("run_id");
        CancellationToken aborted = context.RequestAborted;
        if (!Ids.Is("run", id) || await runs.FindAsync(context.Workspace(), new RunId(id), aborted) is not { } run)
        {
            return Answer.Error(new ApiError(ApiErrorCodes.RunNotFound).With("run_id", ApiError.Shorten(id)));
        }

        RunSnapshot? snapshot = await RunSnapshots.FindAsync(context.Workspace(), store, run, aborted);
        if (snapshot is null || await DocumentAsync(context.Workspace(), run, snapshot, workflows, aborted) is not { } document)
        {
            return Answer.Error(new ApiError(ApiErrorCodes.RunSnapshotGone).With("run_id", run.Id.Value));
        }

        return Answer.Json(new RunDefinition
        {
            RunId = run.Id.Value,
            WorkflowId = run.WorkflowId?.Value,
            WorkflowVersion = run.WorkflowVersion,
            Definition = document,
            Inputs = snapshot.Inputs,
            Options = RunOptionsBody.Of(snapshot.Options),
            RequestId = context.RequestId(),
        });
    }

    /// <summary>The document that pictures of the run carry; where it was too large to be carried, the stored version.</summary>
    private static async ValueTask<JsonElement?> DocumentAsync(WorkspaceId workspace, RunRecord run, RunSnapshot snapshot, IWorkflowStore workflows, CancellationToken cancellationToken)
    {
        if (snapshot.Metadata.TryGetValue("vtxw", out string? text))
        {
            return JsonElement.Parse(text);
        }

        WorkflowRecord? stored = run.WorkflowId is { } id ? await workflows.FindAsync(workspace, id, run.WorkflowVersion, cancellationToken) : null;
        return stored is null ? null : JsonElement.Parse(stored.Document.Span);
    }
}
