using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Api;

/// <summary>A request for a run, read, and what reading it warns of.</summary>
internal sealed record ReadRequest(RunRequest Request, ImmutableArray<ProblemView> Warnings);

/// <summary>Reads a request for a run: finds or reads its document and checks its fields.</summary>
internal sealed class RunRequestReader(IWorkflowStore workflows, WorkflowDesk desk)
{
    public async ValueTask<Parsed<ReadRequest>> ReadAsync(HttpContext context, CreateRunRequest request)
    {
        bool stored = request.WorkflowId is not null;
        bool inline = request.Definition is { ValueKind: not JsonValueKind.Null };
        if (stored == inline)
        {
            return ApiError.Field(stored ? "definition" : "workflow_id", "exactly one of 'workflow_id' and 'definition'");
        }

        if (request.WorkflowVersion is < 1)
        {
            return ApiError.Field("workflow_version", "a whole number from 1");
        }

        if (inline && (request.Definition!.Value.ValueKind != JsonValueKind.Object || request.WorkflowVersion is not null))
        {
            return request.WorkflowVersion is null
                ? ApiError.Field("definition", "a workflow as a JSON object")
                : ApiError.Field("workflow_version", "a version only together with 'workflow_id'");
        }

        if (!(request.Options ?? new RunOptionsBody()).ToOptions().IsGood(out RunOptions? options, out ApiError? error))
        {
            return error;
        }

        Dictionary<string, JsonElement> inputs = request.Inputs ?? [];
        if (inline)
        {
            ReadOnlyMemory<byte> text = RequestJson.RawBytes(request.Definition!.Value);
            OpenedFile opened = desk.Open(context.Workspace(), text, null);
            return opened.Document is { } document
                ? new ReadRequest(
                    new RunRequest
                    {
                        Document = document,
                        Inputs = inputs,
                        Options = options,
                        ComfyWorkflow = opened.IsComfyUi ? Encoding.UTF8.GetString(text.Span) : null,
                    },
                    WithReport(opened))
                : ProblemView.Error(ApiErrorCodes.WorkflowUnreadable, opened.Problems);
        }

        return await StoredAsync(context, request, inputs, options);
    }

    private async ValueTask<Parsed<ReadRequest>> StoredAsync(
        HttpContext context, CreateRunRequest request, Dictionary<string, JsonElement> inputs, RunOptions options)
    {
        WorkflowId id = new(request.WorkflowId!);
        WorkflowRecord? record = Ids.Is("wf", id.Value)
            ? await workflows.FindAsync(context.Workspace(), id, request.WorkflowVersion, context.RequestAborted)
            : null;
        if (record is null)
        {
            bool known = request.WorkflowVersion is not null && Ids.Is("wf", id.Value)
                && await workflows.FindAsync(context.Workspace(), id, null, context.RequestAborted) is not null;
            return known
                ? new ApiError(ApiErrorCodes.WorkflowVersionNotFound).With("workflow_id", id.Value).With("version", request.WorkflowVersion)
                : new ApiError(ApiErrorCodes.WorkflowNotFound).With("workflow_id", ApiError.Shorten(id.Value));
        }

        OpenedFile opened = desk.Open(context.Workspace(), record.Document, null);
        return opened.Document is { } document
            ? new ReadRequest(
                new RunRequest { Document = document, WorkflowId = record.Id, WorkflowVersion = record.Version, Inputs = inputs, Options = options },
                WithReport(opened))
            : ProblemView.Error(ApiErrorCodes.WorkflowUnreadable, opened.Problems);
    }

    /// <summary>What an import found is a warning here: whether the document can run is for the check to say.</summary>
    internal static ImmutableArray<ProblemView> WithReport(OpenedFile opened) =>
    [
        .. opened.Problems.Where(problem => problem.Severity == ProblemSeverity.Warning),
        .. (opened.Report?.Items ?? []).Where(item => item.Severity != ReportSeverity.Info).Select(item => new ProblemView(item.Code, item.Message)
        {
            Severity = ProblemSeverity.Warning,
            Node = item.Node,
            Port = item.Port,
            Position = item.Position,
        }),
    ];
}
