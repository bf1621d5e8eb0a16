using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Api;

/// <summary>What changed between versions of a workflow, and since the last one.</summary>
internal static class DiffEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        OperationAnswer answer = new(200, typeof(DiffAnswer), "The changes; an empty list when there are none.") { Example = Examples.Diff };
        api.MapGet("/workflows/{workflow_id}/versions/{version}/diff", VersionsAsync).Describe(new Operation("diffWorkflowVersions", WorkflowEndpoints.Tag, "Tells what changed from one version to another")
        {
            Parameters = [Parameter.Query("from", "The version to compare with; the one before when absent, and for version 1 an empty workflow.", ParameterKind.Integer)],
            Answers = [answer],
            Errors = [ApiErrorCodes.WorkflowNotFound, ApiErrorCodes.WorkflowVersionNotFound, ApiErrorCodes.WorkflowUnreadable, ApiErrorCodes.InvalidParameter],
        });
        api.MapPost("/workflows/diff", DefinitionAsync).Describe(new Operation("diffDefinition", WorkflowEndpoints.Tag, "Tells what changed in a definition since a stored version, or from another definition")
        {
            Body = new(typeof(DiffBody), "application/json") { Example = Examples.DiffBody },
            Answers = [answer],
            Errors = [ApiErrorCodes.WorkflowNotFound, ApiErrorCodes.WorkflowVersionNotFound, ApiErrorCodes.WorkflowUnreadable],
        });
    }

    private static async Task<IResult> VersionsAsync(HttpContext context, WorkflowShelf shelf, WorkflowDesk desk)
    {
        Query query = new(context);
        int from = query.Int("from", 0, 1, int.MaxValue);
        if (query.Error is { } fault)
        {
            return Answer.Error(fault);
        }

        string text = context.Route("version");
        bool isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int version) && version >= 1;
        if (!isNumber)
        {
            return Answer.Error(new ApiError(ApiErrorCodes.WorkflowVersionNotFound)
                .With("workflow_id", ApiError.Shorten(context.Route("workflow_id"))).With("version", ApiError.Shorten(text)));
        }

        if (!(await OpenAsync(context, shelf, desk, version)).IsGood(out WorkflowDocument? after, out ApiError? error))
        {
            return Answer.Error(error);
        }

        from = from == 0 ? version - 1 : from;
        Parsed<WorkflowDocument> earlier = from == 0 ? new WorkflowDocument { Meta = after.Meta } : await OpenAsync(context, shelf, desk, from);
        return earlier.IsGood(out WorkflowDocument? before, out error)
            ? Compared(context, desk, before, after, from == 0 ? null : from, version)
            : Answer.Error(error);
    }

    private static async Task<IResult> DefinitionAsync(HttpContext context, WorkflowShelf shelf, WorkflowDesk desk, IOptions<VortexApiOptions> options)
    {
        Parsed<DiffBody> body = await RequestJson.ReadAsync<DiffBody>(context, options.Value);
        if (!body.IsGood(out DiffBody? asked, out ApiError? error))
        {
            return Answer.Error(error);
        }

        if (Fault(asked) is { } fault)
        {
            return Answer.Error(fault);
        }

        if (!Read(context, desk, asked.Definition!.Value).IsGood(out WorkflowDocument? after, out error))
        {
            return Answer.Error(error);
        }

        if (asked.From is { } other)
        {
            return Read(context, desk, other).IsGood(out WorkflowDocument? from, out error) ? Compared(context, desk, from, after, null, null) : Answer.Error(error);
        }

        if (!(await shelf.FindAsync(context, asked.WorkflowId!, asked.Version)).IsGood(out WorkflowRecord? record, out error))
        {
            return Answer.Error(error);
        }

        return Opened(context, desk, record).IsGood(out WorkflowDocument? before, out error)
            ? Compared(context, desk, before, after, record.Version, null)
            : Answer.Error(error);
    }

    private static ApiError? Fault(DiffBody asked) =>
        asked.Definition is not { ValueKind: JsonValueKind.Object } ? ApiError.Field("definition", "a workflow as a JSON object")
        : asked.From is null == asked.WorkflowId is null ? ApiError.Field(asked.From is null ? "workflow_id" : "from", "exactly one of 'from' and 'workflow_id'")
        : asked.From is { ValueKind: not JsonValueKind.Object } ? ApiError.Field("from", "a workflow as a JSON object")
        : asked.Version is < 1 || (asked.Version is not null && asked.WorkflowId is null) ? ApiError.Field("version", "a whole number from 1, together with 'workflow_id'")
        : null;

    private static async ValueTask<Parsed<WorkflowDocument>> OpenAsync(HttpContext context, WorkflowShelf shelf, WorkflowDesk desk, int version) =>
        (await shelf.FindAsync(context, version)).IsGood(out WorkflowRecord? record, out ApiError? error) ? Opened(context, desk, record) : error;

    private static Parsed<WorkflowDocument> Opened(HttpContext context, WorkflowDesk desk, WorkflowRecord record)
    {
        OpenedFile opened = desk.Open(context.Workspace(), record.Document, null);
        return opened.Document is { } document ? document : ProblemView.Error(ApiErrorCodes.WorkflowUnreadable, opened.Problems);
    }

    private static Parsed<WorkflowDocument> Read(HttpContext context, WorkflowDesk desk, JsonElement definition)
    {
        OpenedFile opened = desk.Open(context.Workspace(), RequestJson.RawBytes(definition), null);
        return opened.Document is { } document ? document : ProblemView.Error(ApiErrorCodes.WorkflowUnreadable, opened.Problems);
    }

    private static IResult Compared(HttpContext context, WorkflowDesk desk, WorkflowDocument before, WorkflowDocument after, int? from, int? to)
    {
        ImmutableArray<ChangeView> changes = desk.Changes(context.Workspace(), before, after);
        return Answer.Json(new DiffAnswer { From = from, To = to, ChangesResults = changes.Any(change => change.ChangesResults), Changes = changes, RequestId = context.RequestId() });
    }
}
