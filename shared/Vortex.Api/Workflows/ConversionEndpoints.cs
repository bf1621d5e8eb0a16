using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Api;

/// <summary>From other formats and back.</summary>
internal static class ConversionEndpoints
{
    private const string ComfyApi = "comfy-api";
    private const string ComfyUi = "comfy-ui";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/workflows/import", ImportAsync).Describe(new Operation("importWorkflow", WorkflowEndpoints.Tag, "Reads a workflow from a file")
        {
            Description = "Send a file as the body, or as the part 'file' of a multipart form: VTXW, ComfyUI's API or UI format, or a picture that holds one of them. The report names what is missing, replaced or left out.",
            Parameters =
            [
                Parameter.Query("store", "Whether to store the result as a new workflow.", ParameterKind.Boolean),
                Parameter.Query("name", "The name to give it."),
            ],
            Body = new(null, "application/json", "image/png", "image/webp", "image/jpeg", "application/octet-stream", "multipart/form-data"),
            Answers =
            [
                new(200, typeof(ImportAnswer), "Read.") { Example = Examples.Import },
                new(201, typeof(ImportAnswer), "Read and stored (store=true).") { Example = Examples.Import },
            ],
            Errors =
            [
                ApiErrorCodes.WorkflowUnreadable, ApiErrorCodes.InvalidParameter, ApiErrorCodes.InvalidField, ApiErrorCodes.EmptyBody,
                ApiErrorCodes.BodyTooLarge, ApiErrorCodes.InvalidMultipart, ApiErrorCodes.StorageFull,
            ],
        });
        api.MapGet("/workflows/{workflow_id}/export", ExportStoredAsync).Describe(new Operation("exportWorkflow", WorkflowEndpoints.Tag, "Writes a stored workflow in another format")
        {
            Parameters =
            [
                Parameter.Query("format", "The format: comfy-api (when absent) is what ComfyUI's server takes, with subgraphs and loops written out; comfy-ui what its editor saves, with places and subgraphs.") with { Choices = [ComfyApi, ComfyUi] },
                Parameter.Query("version", "The version; the newest when absent.", ParameterKind.Integer),
            ],
            Answers = [new(200, typeof(JsonElement), "The file.") { Example = Examples.ComfyApi }],
            Errors = [ApiErrorCodes.WorkflowNotFound, ApiErrorCodes.WorkflowVersionNotFound, ApiErrorCodes.WorkflowNotExportable, ApiErrorCodes.InvalidParameter],
        });
        api.MapPost("/workflows/export", ExportAsync).Describe(new Operation("exportDefinition", WorkflowEndpoints.Tag, "Writes a definition in another format")
        {
            Parameters =
            [
                Parameter.Query("format", "The format: comfy-api (when absent) is what ComfyUI's server takes, with subgraphs and loops written out; comfy-ui what its editor saves, with places and subgraphs.") with { Choices = [ComfyApi, ComfyUi] },
                Parameter.Query("report", "Whether to answer with the file and what could not be carried over, instead of the file alone.", ParameterKind.Boolean),
            ],
            Body = new(typeof(WorkflowBody), "application/json") { Example = Examples.CreateWorkflow },
            Answers = [new(200, typeof(JsonElement), "The file.") { Example = Examples.ComfyApi }],
            Errors = [ApiErrorCodes.WorkflowUnreadable, ApiErrorCodes.WorkflowNotExportable, ApiErrorCodes.InvalidParameter],
        });
    }

    private static async Task<IResult> ImportAsync(HttpContext context, WorkflowShelf shelf, WorkflowDesk desk, IOptions<VortexApiOptions> options)
    {
        Query query = new(context);
        bool store = query.Flag("store") ?? false;
        string? name = query.Text("name");
        if ((query.Error ?? WorkflowShelf.NameFault(name)) is { } fault)
        {
            return Answer.Error(fault);
        }

        Parsed<ImportFile> file = await ReadFileAsync(context, options.Value.MaxBodyBytes);
        if (!file.IsGood(out ImportFile? sent, out ApiError? error))
        {
            return Answer.Error(error);
        }

        OpenedFile opened = desk.Open(context.Workspace(), sent.Bytes, sent.Name);
        if (opened.Document is not { } document)
        {
            return Answer.Error(ProblemView.Error(ApiErrorCodes.WorkflowUnreadable, opened.Problems));
        }

        document = name is null ? document : document with { Meta = document.Meta with { Name = name } };
        ImportAnswer answer = new()
        {
            Definition = WorkflowAnswer.Json(WorkflowDesk.Write(document)),
            Report = opened.Report,
            Warnings = opened.Problems.IsEmpty ? null : opened.Problems,
            RequestId = context.RequestId(),
        };
        if (!store)
        {
            return Answer.Json(answer);
        }

        WorkflowRecord record = await shelf.CreateAsync(context.Workspace(), document, context.RequestAborted);
        context.Response.Headers.Location = "/v1/workflows/" + record.Id.Value;
        return Answer.Json(answer with { WorkflowId = record.Id.Value, Version = record.Version }, StatusCodes.Status201Created);
    }

    private static async Task<IResult> ExportStoredAsync(HttpContext context, WorkflowShelf shelf, WorkflowDesk desk)
    {
        Query query = new(context);
        int version = query.Int("version", 0, 1, int.MaxValue);
        if ((query.Error ?? FormatFault(context)) is { } fault)
        {
            return Answer.Error(fault);
        }

        Parsed<WorkflowRecord> found = await shelf.FindAsync(context, version == 0 ? null : version);
        if (!found.IsGood(out WorkflowRecord? record, out ApiError? error))
        {
            return Answer.Error(error);
        }

        OpenedFile opened = desk.Open(context.Workspace(), record.Document, null);
        return opened.Document is { } document
            ? Exported(context, desk, document)
            : Answer.Error(ProblemView.Error(ApiErrorCodes.WorkflowUnreadable, opened.Problems));
    }

    private static async Task<IResult> ExportAsync(HttpContext context, WorkflowShelf shelf, WorkflowDesk desk, IOptions<VortexApiOptions> options)
    {
        Query query = new(context);
        bool report = query.Flag("report") ?? false;
        if ((query.Error ?? FormatFault(context)) is { } fault)
        {
            return Answer.Error(fault);
        }

        Parsed<ReadWorkflow> read = await shelf.ReadBodyAsync(context, options.Value);
        return read.IsGood(out ReadWorkflow? workflow, out ApiError? error) ? Exported(context, desk, workflow.Document, report) : Answer.Error(error);
    }

    private static IResult Exported(HttpContext context, WorkflowDesk desk, WorkflowDocument document, bool report = false)
    {
        (byte[]? json, ImmutableArray<ProblemView> problems) = desk.Export(context.Workspace(), document, context.Request.Query["format"] == ComfyUi);
        return json is null
            ? Answer.Error(ProblemView.Error(ApiErrorCodes.WorkflowNotExportable, problems))
            : report
            ? Answer.Json(new ExportAnswer(WorkflowAnswer.Json(json), problems, context.RequestId()))
            : Results.Bytes(json, "application/json; charset=utf-8");
    }

    private static ApiError? FormatFault(HttpContext context)
    {
        string format = context.Request.Query["format"].ToString();
        return format is "" or ComfyApi or ComfyUi ? null : ApiError.Parameter("format", format, $"{ComfyApi} or {ComfyUi}");
    }

    private sealed record ImportFile(ReadOnlyMemory<byte> Bytes, string? Name);

    private static async ValueTask<Parsed<ImportFile>> ReadFileAsync(HttpContext context, int maxBytes)
    {
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out MediaTypeHeaderValue? type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            Parsed<ReadOnlyMemory<byte>> body = await RequestJson.ReadBytesAsync(context, maxBytes);
            return body.IsGood(out ReadOnlyMemory<byte> bytes, out ApiError? error) ? new ImportFile(bytes, null) : error;
        }

        RequestJson.LiftServerLimit(context);
        try
        {
            if (await MultipartFile.FindAsync(context, type, context.RequestAborted) is not { } part)
            {
                return new ApiError(ApiErrorCodes.InvalidMultipart);
            }

            await using BoundedStream content = new(part.Content, maxBytes);
            using MemoryStream copy = new();
            await content.CopyToAsync(copy, context.RequestAborted);
            return copy.Length == 0 ? new ApiError(ApiErrorCodes.EmptyBody) : new ImportFile(copy.ToArray(), part.Name);
        }
        catch (UploadTooLargeException)
        {
            return new ApiError(ApiErrorCodes.BodyTooLarge).With("max_bytes", maxBytes);
        }
        catch (Exception exception) when (MultipartFile.IsDamage(exception))
        {
            return new ApiError(ApiErrorCodes.InvalidMultipart);
        }
    }
}
