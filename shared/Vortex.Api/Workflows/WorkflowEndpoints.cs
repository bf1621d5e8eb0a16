using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Api;

/// <summary>Stored workflows: lists of immutable versions.</summary>
internal static class WorkflowEndpoints
{
    internal const string Tag = "Workflows";
    private const string List = "workflows";

    public static void Map(IEndpointRouteBuilder api)
    {
        OperationAnswer whole = new(200, typeof(WorkflowAnswer), "The version, its document and its ETag.") { Example = Examples.Workflow };
        OperationAnswer made = new(201, typeof(WorkflowAnswer), "Stored as version 1.") { Example = Examples.Workflow };
        OperationBody body = new(typeof(WorkflowBody), "application/json") { Example = Examples.CreateWorkflow };
        api.MapPost("/workflows", CreateAsync).Describe(new Operation("createWorkflow", Tag, "Stores a workflow")
        {
            Description = "The document must be readable; it need not be able to run.",
            Body = body,
            Answers = [made],
            Errors = [ApiErrorCodes.WorkflowUnreadable, ApiErrorCodes.StorageFull],
        });
        api.MapGet("/workflows", ListAsync).Describe(new Operation("listWorkflows", Tag, "Lists workflows, last changed first")
        {
            Parameters = [Parameter.Cursor, Parameter.Limit],
            Answers = [new(200, typeof(ListAnswer<WorkflowSummary>), "A part of the list.") { Example = Examples.Workflows }],
            Errors = [ApiErrorCodes.InvalidParameter, ApiErrorCodes.InvalidCursor],
        });
        api.MapGet("/workflows/{workflow_id}", GetAsync).Describe(new Operation("getWorkflow", Tag, "Reads the newest version of a workflow")
        {
            Parameters = [Parameter.Header("If-None-Match", "The ETag of a copy already held.")],
            Answers = [whole, new(304, null, "The copy already held is current.")],
            Errors = [ApiErrorCodes.WorkflowNotFound],
        });
        api.MapPut("/workflows/{workflow_id}", UpdateAsync).Describe(new Operation("updateWorkflow", Tag, "Stores a new version of a workflow")
        {
            Description = "If-Match must hold the ETag of the newest version, so that nobody overwrites what they have not seen. The same document again makes no new version.",
            Parameters = [Parameter.Header("If-Match", "The ETag of the version that was changed, or * for whatever is there.") with { IsRequired = true }],
            Body = body,
            Answers = [whole],
            Errors = [ApiErrorCodes.WorkflowNotFound, ApiErrorCodes.WorkflowUnreadable, ApiErrorCodes.WorkflowChanged, ApiErrorCodes.PreconditionRequired, ApiErrorCodes.InvalidHeader, ApiErrorCodes.StorageFull],
        });
        api.MapGet("/workflows/{workflow_id}/versions", HistoryAsync).Describe(new Operation("listWorkflowVersions", Tag, "Lists a workflow's versions, newest first")
        {
            Answers = [new(200, typeof(ListAnswer<WorkflowSummary>), "All versions.") { Example = Examples.Workflows }],
            Errors = [ApiErrorCodes.WorkflowNotFound],
        });
        api.MapGet("/workflows/{workflow_id}/versions/{version}", VersionAsync).Describe(new Operation("getWorkflowVersion", Tag, "Reads one version of a workflow")
        {
            Parameters = [Parameter.Header("If-None-Match", "The ETag of a copy already held.")],
            Answers = [whole, new(304, null, "The copy already held is current.")],
            Errors = [ApiErrorCodes.WorkflowNotFound, ApiErrorCodes.WorkflowVersionNotFound],
        });
        api.MapPost("/workflows/{workflow_id}/duplicate", DuplicateAsync).Describe(new Operation("duplicateWorkflow", Tag, "Copies a version into a new workflow")
        {
            Description = "An empty object copies the newest version.",
            Body = new(typeof(DuplicateBody), "application/json") { Example = """{"name":"My copy"}""" },
            Answers = [made],
            Errors = [ApiErrorCodes.WorkflowNotFound, ApiErrorCodes.WorkflowVersionNotFound, ApiErrorCodes.WorkflowUnreadable, ApiErrorCodes.StorageFull],
        });
    }

    private static async Task<IResult> CreateAsync(HttpContext context, WorkflowShelf shelf, IOptions<VortexApiOptions> options)
    {
        Parsed<ReadWorkflow> read = await shelf.ReadBodyAsync(context, options.Value);
        return read.IsGood(out ReadWorkflow? workflow, out ApiError? error)
            ? Created(context, await shelf.CreateAsync(context.Workspace(), workflow.Document, context.RequestAborted), workflow.Warnings)
            : Answer.Error(error);
    }

    private static async Task<IResult> ListAsync(HttpContext context, IWorkflowStore store)
    {
        Query query = new(context);
        string? cursor = query.Cursor(List);
        int limit = query.Int("limit", 50, 1, 200);
        if (query.Error is { } error)
        {
            return Answer.Error(error);
        }

        Page<WorkflowRecord> page = await store.ListAsync(context.Workspace(), cursor, limit, context.RequestAborted);
        return Answer.Json(new ListAnswer<WorkflowSummary>([.. page.Items.Select(WorkflowSummary.Of)], Cursors.Wrap(List, page.NextCursor), context.RequestId()));
    }

    private static async Task<IResult> GetAsync(HttpContext context, WorkflowShelf shelf)
    {
        Parsed<WorkflowRecord> found = await shelf.FindAsync(context, null);
        return found.IsGood(out WorkflowRecord? record, out ApiError? error) ? Whole(context, record) : Answer.Error(error);
    }

    private static async Task<IResult> VersionAsync(HttpContext context, WorkflowShelf shelf)
    {
        string text = context.Route("version");
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int version) || version < 1)
        {
            return Answer.Error(new ApiError(ApiErrorCodes.WorkflowVersionNotFound)
                .With("workflow_id", ApiError.Shorten(context.Route("workflow_id"))).With("version", ApiError.Shorten(text)));
        }

        Parsed<WorkflowRecord> found = await shelf.FindAsync(context, version);
        return found.IsGood(out WorkflowRecord? record, out ApiError? error) ? Whole(context, record) : Answer.Error(error);
    }

    private static async Task<IResult> HistoryAsync(HttpContext context, WorkflowShelf shelf, IWorkflowStore store)
    {
        Parsed<WorkflowRecord> found = await shelf.FindAsync(context, null);
        if (!found.IsGood(out WorkflowRecord? record, out ApiError? error))
        {
            return Answer.Error(error);
        }

        ImmutableArray<WorkflowRecord> versions = await store.HistoryAsync(context.Workspace(), record.Id, context.RequestAborted);
        return Answer.Json(new ListAnswer<WorkflowSummary>([.. versions.Select(WorkflowSummary.Of)], null, context.RequestId()));
    }

    private static async Task<IResult> UpdateAsync(HttpContext context, WorkflowShelf shelf, IOptions<VortexApiOptions> options)
    {
        if (context.Request.Headers.IfMatch.Count == 0)
        {
            return Answer.Error(ApiErrorCodes.PreconditionRequired);
        }

        if (!EntityTagHeaderValue.TryParseList(context.Request.Headers.IfMatch, out IList<EntityTagHeaderValue>? tags))
        {
            return Answer.Error(new ApiError(ApiErrorCodes.InvalidHeader).With("header", "If-Match").With("expected", "an ETag in double quotes, or *"));
        }

        Parsed<WorkflowRecord> found = await shelf.FindAsync(context, null);
        if (!found.IsGood(out WorkflowRecord? newest, out ApiError? error))
        {
            return Answer.Error(error);
        }

        Parsed<ReadWorkflow> read = await shelf.ReadBodyAsync(context, options.Value);
        if (!read.IsGood(out ReadWorkflow? workflow, out error))
        {
            return Answer.Error(error);
        }

        bool any = tags.Any(tag => tag.Tag == "*");
        if (!any && !tags.Any(tag => tag.Compare(TagOf(newest), useStrongComparison: true)))
        {
            return Answer.Error(Changed(newest));
        }

        WorkflowWrite write = await shelf.UpdateAsync(context.Workspace(), newest, workflow.Document, any, context.RequestAborted);
        return write.Record is null ? Answer.Error(WorkflowShelf.NotFound(newest.Id.Value))
            : write.Conflict ? Answer.Error(Changed(write.Record))
            : Whole(context, write.Record, workflow.Warnings);
    }

    private static async Task<IResult> DuplicateAsync(HttpContext context, WorkflowShelf shelf, WorkflowDesk desk, IOptions<VortexApiOptions> options)
    {
        Parsed<DuplicateBody> body = await RequestJson.ReadAsync<DuplicateBody>(context, options.Value);
        if (!body.IsGood(out DuplicateBody? asked, out ApiError? error))
        {
            return Answer.Error(error);
        }

        if (asked.Version is < 1 || WorkflowShelf.NameFault(asked.Name) is not null)
        {
            return Answer.Error(asked.Version is < 1 ? ApiError.Field("version", "a whole number from 1") : WorkflowShelf.NameFault(asked.Name)!);
        }

        Parsed<WorkflowRecord> found = await shelf.FindAsync(context, asked.Version);
        if (!found.IsGood(out WorkflowRecord? record, out error))
        {
            return Answer.Error(error);
        }

        OpenedFile opened = desk.Open(context.Workspace(), record.Document, null);
        return opened.Document is { } document
            ? Created(
                context,
                await shelf.CreateAsync(context.Workspace(), document with { Meta = document.Meta with { Name = asked.Name ?? record.Name + " (copy)" } }, context.RequestAborted),
                [])
            : Answer.Error(ProblemView.Error(ApiErrorCodes.WorkflowUnreadable, opened.Problems));
    }

    private static IResult Whole(HttpContext context, WorkflowRecord record, ImmutableArray<ProblemView> warnings = default)
    {
        EntityTagHeaderValue tag = TagOf(record);
        context.Response.Headers.ETag = tag.ToString();
        context.Response.Headers.CacheControl = "private, no-cache";
        return HttpMethods.IsGet(context.Request.Method) && ETags.Matches(context.Request.Headers.IfNoneMatch, tag)
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : Answer.Json(WorkflowAnswer.Of(record, context.RequestId()) with { Warnings = warnings.IsDefaultOrEmpty ? null : warnings });
    }

    private static IResult Created(HttpContext context, WorkflowRecord record, ImmutableArray<ProblemView> warnings)
    {
        context.Response.Headers.ETag = TagOf(record).ToString();
        context.Response.Headers.Location = "/v1/workflows/" + record.Id.Value;
        return Answer.Json(
            WorkflowAnswer.Of(record, context.RequestId()) with { Warnings = warnings.IsEmpty ? null : warnings },
            StatusCodes.Status201Created);
    }

    private static EntityTagHeaderValue TagOf(WorkflowRecord record) => new($"\"{record.Hash}\"");

    private static ApiError Changed(WorkflowRecord newest) =>
        new ApiError(ApiErrorCodes.WorkflowChanged).With("workflow_id", newest.Id.Value).With("version", newest.Version).WithDetail("etag", TagOf(newest).ToString());
}
