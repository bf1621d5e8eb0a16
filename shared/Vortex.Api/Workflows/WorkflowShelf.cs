using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Api;

/// <summary>A document from a request, and what reading it warns of.</summary>
internal sealed record ReadWorkflow(WorkflowDocument Document, ImmutableArray<ProblemView> Warnings);

/// <summary>Puts documents into the store and takes them out, for all endpoints that do so.</summary>
internal sealed class WorkflowShelf(IWorkflowStore store, WorkflowDesk desk, IdSource ids, TimeProvider time)
{
    private const int MaxNameLength = 200;

    public async ValueTask<Parsed<ReadWorkflow>> ReadBodyAsync(HttpContext context, VortexApiOptions options)
    {
        Parsed<WorkflowBody> body = await RequestJson.ReadAsync<WorkflowBody>(context, options);
        if (!body.IsGood(out WorkflowBody? asked, out ApiError? error))
        {
            return error;
        }

        if (asked.Definition is not { ValueKind: JsonValueKind.Object } definition)
        {
            return ApiError.Field("definition", "a workflow as a JSON object");
        }

        if (NameFault(asked.Name) is { } fault)
        {
            return fault;
        }

        OpenedFile opened = desk.Open(context.Workspace(), RequestJson.RawBytes(definition), null);
        return opened.Document is not { } document
            ? ProblemView.Error(ApiErrorCodes.WorkflowUnreadable, opened.Problems)
            : new ReadWorkflow(
                asked.Name is null ? document : document with { Meta = document.Meta with { Name = asked.Name } },
                RunRequestReader.WithReport(opened));
    }

    public static ApiError? NameFault(string? name) =>
        name is null || (name.Trim().Length is >= 1 and <= MaxNameLength && !name.Any(char.IsControl))
            ? null
            : ApiError.Field("name", $"a text of 1 to {MaxNameLength} characters");

    /// <summary>Finds the workflow the path names.</summary>
    public ValueTask<Parsed<WorkflowRecord>> FindAsync(HttpContext context, int? version) => FindAsync(context, context.Route("workflow_id"), version);

    /// <summary>Finds a version of a workflow, the newest where none is named.</summary>
    public async ValueTask<Parsed<WorkflowRecord>> FindAsync(HttpContext context, string id, int? version)
    {
        if (!Ids.Is("wf", id))
        {
            return NotFound(id);
        }

        WorkflowRecord? record = await store.FindAsync(context.Workspace(), new WorkflowId(id), version, context.RequestAborted);
        return record is not null ? record
            : version is null || await store.FindAsync(context.Workspace(), new WorkflowId(id), null, context.RequestAborted) is null ? NotFound(id)
            : new ApiError(ApiErrorCodes.WorkflowVersionNotFound).With("workflow_id", id).With("version", version);
    }

    public ValueTask<WorkflowRecord> CreateAsync(WorkspaceId workspace, WorkflowDocument document, CancellationToken cancellationToken) =>
        store.CreateAsync(workspace, ids.NewWorkflowId(), Content(document, time.GetUtcNow()), cancellationToken);

    /// <summary>Adds a version, unless the document is the newest one already.</summary>
    public async ValueTask<WorkflowWrite> UpdateAsync(
        WorkspaceId workspace, WorkflowRecord newest, WorkflowDocument document, bool any, CancellationToken cancellationToken)
    {
        WorkflowContent content = Content(document, time.GetUtcNow());
        return string.Equals(content.Hash, newest.Hash, StringComparison.Ordinal)
            ? new WorkflowWrite(newest, Conflict: false)
            : await store.UpdateAsync(workspace, newest.Id, content, any ? null : newest.Version, cancellationToken);
    }

    public static ApiError NotFound(string id) => new ApiError(ApiErrorCodes.WorkflowNotFound).With("workflow_id", ApiError.Shorten(id));

    private static WorkflowContent Content(WorkflowDocument document, DateTimeOffset at) =>
        new(document.Meta.Name, WorkflowDesk.Hash(document), WorkflowDesk.Write(document), at);
}
