using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Api;

/// <summary>Runs: make, check, read, list, stop, and what they did.</summary>
internal static class RunEndpoints
{
    private const string Tag = "Runs";
    private const int FullRetrySeconds = 30;
    private const string List = "runs";
    private const string ArtifactList = "run-artifacts";
    internal static readonly Dictionary<string, RunStatus> Statuses =
        Enum.GetValues<RunStatus>().ToDictionary(status => status.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/runs", SubmitAsync).Describe(new Operation("createRun", Tag, "Runs a workflow")
        {
            Description =
                "The run is durable once it is answered with 202. The definition may be VTXW or ComfyUI's API or UI format. "
                + "With mode=check nothing runs and the answer lists every problem.",
            Parameters =
            [
                Parameter.Query("mode", "run, or check to validate only.") with { Choices = ["run", "check"] },
                Parameter.Header(IdempotencyKeys.Header, "1 to 200 visible characters. The same key with the same body gives the first answer again; with another body 409."),
            ],
            Body = new(typeof(CreateRunRequest), "application/json") { Example = Examples.CreateRun },
            Answers =
            [
                new(202, typeof(RunCreated), "Accepted.") { Example = Examples.RunCreated },
                new(200, typeof(RunChecked), "Checked only (mode=check).") { Example = Examples.RunChecked },
            ],
            Errors =
            [
                ApiErrorCodes.RunInvalid, ApiErrorCodes.WorkflowUnreadable, ApiErrorCodes.WorkflowNotFound, ApiErrorCodes.WorkflowVersionNotFound,
                ApiErrorCodes.IdempotencyConflict, ApiErrorCodes.QueueFull, ApiErrorCodes.InvalidParameter, ApiErrorCodes.InvalidHeader, ApiErrorCodes.StorageFull,
            ],
        });
        api.MapGet("/runs", ListAsync).Describe(new Operation("listRuns", Tag, "Lists runs, newest first")
        {
            Parameters =
            [
                Parameter.Query("status", "Only runs of this status.") with { Choices = [.. Statuses.Keys] },
                Parameter.Query("workflow_id", "Only runs of this stored workflow."),
                Parameter.Query("tag", "Only runs with this tag."),
                Parameter.Query("created_from", "Only runs from this time on.", ParameterKind.Time),
                Parameter.Query("created_before", "Only runs before this time.", ParameterKind.Time),
                Parameter.Cursor,
                Parameter.Limit,
            ],
            Answers = [new(200, typeof(ListAnswer<RunView>), "A part of the list.") { Example = Examples.Runs }],
            Errors = [ApiErrorCodes.InvalidParameter, ApiErrorCodes.InvalidCursor],
        });
        api.MapGet("/runs/{run_id}", GetAsync).Describe(new Operation("getRun", Tag, "Reads a run")
        {
            Parameters = [Parameter.Query("include", "nodes adds where each node is.") with { Choices = ["nodes"] }],
            Answers = [new(200, typeof(RunView), "The run.") { Example = Examples.Run }],
            Errors = [ApiErrorCodes.RunNotFound, ApiErrorCodes.InvalidParameter],
        });
        api.MapPost("/runs/{run_id}/cancel", CancelAsync).Describe(new Operation("cancelRun", Tag, "Asks a run to stop at its next safe point")
        {
            Description = "Asking twice changes nothing. The run.canceled event tells when it has stopped.",
            Answers = [new(202, typeof(RunCancelAnswer), "Asked.") { Example = """{"run_id":"run_01JD9Q0V7N2C4M5T8XKZ3B6Y1A","status":"cancel_requested","request_id":"req_1"}""" }],
            Errors = [ApiErrorCodes.RunNotFound, ApiErrorCodes.RunEnded],
        });
        api.MapGet("/runs/{run_id}/events", EventsAsync).Describe(new Operation("listRunEvents", Tag, "Reads a run's events in order")
        {
            Parameters =
            [
                Parameter.Query("since", "Only events with a larger seq; 0 when absent.", ParameterKind.Integer),
                Parameter.Query("limit", "The most events, 1 to 1000; 200 when absent.", ParameterKind.Integer),
                Parameter.Cursor,
            ],
            Answers = [new(200, typeof(ListAnswer<RunEvent>), "A part of the log. next_cursor is null at its present end; go on with since then.") { Example = Examples.RunEvents }],
            Errors = [ApiErrorCodes.RunNotFound, ApiErrorCodes.InvalidParameter, ApiErrorCodes.InvalidCursor],
        });
        api.MapGet("/runs/{run_id}/artifacts", ArtifactsAsync).Describe(new Operation("listRunArtifacts", Tag, "Lists a run's artifacts in order of appearance")
        {
            Parameters = [Parameter.Cursor, Parameter.Limit],
            Answers = [new(200, typeof(ListAnswer<ArtifactView>), "A part of the list.") { Example = Examples.Artifacts }],
            Errors = [ApiErrorCodes.RunNotFound, ApiErrorCodes.InvalidParameter, ApiErrorCodes.InvalidCursor],
        });
    }

    private static async Task<IResult> SubmitAsync(
        HttpContext context, RunService runs, RunRequestReader reader, IOptions<VortexApiOptions> options)
    {
        string mode = context.Request.Query["mode"].ToString();
        if (mode is not ("" or "run" or "check"))
        {
            return Answer.Error(ApiError.Parameter("mode", mode, "run or check"));
        }

        string? key = context.Request.Headers[IdempotencyKeys.Header];
        if (key is not null && !IdempotencyKeys.IsUsable(key))
        {
            return Answer.Error(new ApiError(ApiErrorCodes.InvalidHeader).With("header", IdempotencyKeys.Header).With("expected", "1 to 200 visible ASCII characters"));
        }

        if (!RequestJson.IsJson(context.Request.ContentType))
        {
            return Answer.Error(RequestJson.NotJson(context));
        }

        Parsed<ReadOnlyMemory<byte>> body = await RequestJson.ReadBytesAsync(context, options.Value.MaxBodyBytes);
        if (!body.IsGood(out ReadOnlyMemory<byte> bytes, out ApiError? error))
        {
            return Answer.Error(error);
        }

        bool keyed = key is not null && mode != "check";
        RunId? id = keyed ? IdempotencyKeys.RunIdOf(context.Workspace(), key!) : null;
        string? hash = keyed ? IdempotencyKeys.HashOf(bytes.Span) : null;
        if (id is { } known && await runs.FindAsync(context.Workspace(), known, context.RequestAborted) is { } earlier)
        {
            // The first answer again, whatever has become of the workflow and its files since.
            return Created(context, earlier, hash, []);
        }

        Parsed<CreateRunRequest> parsed = RequestJson.Parse<CreateRunRequest>(bytes, options.Value.MaxJsonDepth);
        if (!parsed.IsGood(out CreateRunRequest? asked, out error))
        {
            return Answer.Error(error);
        }

        Parsed<ReadRequest> read = await reader.ReadAsync(context, asked);
        if (!read.IsGood(out ReadRequest? request, out error))
        {
            return Answer.Error(error);
        }

        if (mode == "check")
        {
            ImmutableArray<WorkflowProblem> problems = await runs.CheckAsync(context.Workspace(), request.Request, context.RequestAborted);
            ImmutableArray<ProblemView> found = [.. request.Warnings, .. problems.Select(ProblemView.Of)];
            return Answer.Json(new RunChecked(!found.Any(problem => problem.Severity == ProblemSeverity.Error), found, context.RequestId()));
        }

        RunRequest submitted = request.Request with { Id = id, RequestHash = hash, TraceParent = Activity.Current?.Id };
        return await AnswerSubmittedAsync(context, runs, request with { Request = submitted });
    }

    /// <summary>Submits a request that was read and answers with the run, or with why there is none.</summary>
    internal static async Task<IResult> AnswerSubmittedAsync(HttpContext context, RunService runs, ReadRequest request)
    {
        RunSubmission submission = await runs.SubmitAsync(context.Workspace(), request.Request, context.RequestId(), context.RequestAborted);
        ImmutableArray<ProblemView> all = [.. request.Warnings, .. submission.Problems.Select(ProblemView.Of)];
        return submission.Run is { } run ? Created(context, run, request.Request.RequestHash, all) : Answer.Error(Refusal(all));
    }

    /// <summary>Why there is no run. Two reasons are not the workflow's and have statuses of their own.</summary>
    private static ApiError Refusal(ImmutableArray<ProblemView> problems) =>
        problems.Any(problem => problem.Code == RunProblemCodes.RequestIdReused) ? ApiErrorCodes.IdempotencyConflict
        : problems.Any(problem => problem.Code == RunProblemCodes.TooManyRuns) ? new ApiError(ApiErrorCodes.QueueFull) { RetryAfterSeconds = FullRetrySeconds }.With("retry_after", FullRetrySeconds)
        : ProblemView.Error(ApiErrorCodes.RunInvalid, problems);

    /// <summary>Answers with a run that was made, now or by an earlier request.</summary>
    internal static IResult Created(HttpContext context, RunRecord run, string? hash, ImmutableArray<ProblemView> warnings)
    {
        if (hash is not null && run.RequestHash is { } first && !string.Equals(first, hash, StringComparison.Ordinal))
        {
            return Answer.Error(new ApiError(ApiErrorCodes.IdempotencyConflict).WithDetail("run_id", run.Id.Value));
        }

        context.Response.Headers.Location = "/v1/runs/" + run.Id.Value;
        RunCreated created = new(run.Id.Value, RunStatus.Queued, context.RequestId()) { Warnings = warnings.IsEmpty ? null : warnings };
        return Answer.Json(created, StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> ListAsync(HttpContext context, IRunStore runs)
    {
        Query query = new(context);
        RunQuery wanted = new()
        {
            Status = query.OneOf("status", Statuses),
            WorkflowId = query.Text("workflow_id") is { } workflow ? new WorkflowId(workflow) : null,
            Tag = query.Text("tag"),
            CreatedFrom = query.Time("created_from"),
            CreatedBefore = query.Time("created_before"),
            Cursor = query.Cursor(List),
            Limit = query.Int("limit", 50, 1, 200),
        };
        if (query.Error is { } error)
        {
            return Answer.Error(error);
        }

        Page<RunRecord> page = await runs.ListAsync(context.Workspace(), wanted, context.RequestAborted);
        return Answer.Json(new ListAnswer<RunView>([.. page.Items.Select(RunView.Of)], Cursors.Wrap(List, page.NextCursor), context.RequestId()));
    }

    private static async Task<IResult> GetAsync(HttpContext context, RunService runs, IRunStore store, ILaneControl lane)
    {
        string include = context.Request.Query["include"].ToString();
        if (include is not ("" or "nodes"))
        {
            return Answer.Error(ApiError.Parameter("include", include, "nodes"));
        }

        if (await FindAsync(context, store) is not { } run)
        {
            return NotFound(context);
        }

        RunView view = RunView.Of(run) with { RequestId = context.RequestId() };
        if (run.Status is RunStatus.Queued or RunStatus.Running)
        {
            LaneState state = await lane.ReadAsync(context.Workspace(), context.RequestAborted);
            int at = state.Runs.Where(one => one.Leased == 0).Select(one => one.RunId).ToList().IndexOf(run.Id);
            view = view with
            {
                QueuePosition = at < 0 ? null : at + 1,
                WaitsFor = CapacityView.Of(await runs.WaitsAsync(state, run.Id, context.RequestAborted)),
            };
        }

        RunPicture? picture = include == "nodes" ? await runs.PictureAsync(context.Workspace(), run.Id, context.RequestAborted) : null;
        return Answer.Json(picture is null ? view : view with { Nodes = NodeView.Of(picture) });
    }

    private static async Task<IResult> CancelAsync(HttpContext context, RunService runs)
    {
        string id = context.Route("run_id");
        if (!Ids.Is("run", id) || await runs.CancelAsync(context.Workspace(), new RunId(id), context.RequestId(), context.RequestAborted) is not { } asked)
        {
            return NotFound(context);
        }

        return asked.Status is RunStatus.Queued or RunStatus.Running || asked.CancelRequested
            ? Answer.Json(new RunCancelAnswer(asked.Id.Value, "cancel_requested", context.RequestId()), StatusCodes.Status202Accepted)
            : Answer.Error(new ApiError(ApiErrorCodes.RunEnded).With("run_id", asked.Id.Value).With("status", asked.Status.ToString().ToLowerInvariant()));
    }

    private static async Task<IResult> EventsAsync(HttpContext context, IRunStore runs)
    {
        Query query = new(context);
        long since = query.Long("since", 0);
        int limit = query.Int("limit", 200, 1, 1000);
        string? cursor = query.Cursor(context.Route("run_id"));
        if (query.Error is { } error)
        {
            return Answer.Error(error);
        }

        if (await FindAsync(context, runs) is not { } run)
        {
            return NotFound(context);
        }

        long after = cursor is null ? since : long.Parse(cursor, System.Globalization.CultureInfo.InvariantCulture);
        IReadOnlyList<RunEvent> events = await runs.ReadEventsAsync(context.Workspace(), run.Id, after, limit + 1, context.RequestAborted);
        ImmutableArray<RunEvent> page = [.. events.Take(limit).Select(RunEventJson.Envelope)];
        string? next = events.Count > limit ? page[^1].Sequence.ToString(System.Globalization.CultureInfo.InvariantCulture) : null;
        return Answer.Json(new ListAnswer<RunEvent>(page, Cursors.Wrap(run.Id.Value, next), context.RequestId()));
    }

    private static async Task<IResult> ArtifactsAsync(HttpContext context, IRunStore runs)
    {
        Query query = new(context);
        string? cursor = query.Cursor(ArtifactList);
        int limit = query.Int("limit", 50, 1, 200);
        if (query.Error is { } error)
        {
            return Answer.Error(error);
        }

        if (await FindAsync(context, runs) is not { } run)
        {
            return NotFound(context);
        }

        Page<ArtifactRecord> page = await runs.ListArtifactsAsync(context.Workspace(), run.Id, cursor, limit, context.RequestAborted);
        return Answer.Json(new ListAnswer<ArtifactView>([.. page.Items.Select(ArtifactView.Of)], Cursors.Wrap(ArtifactList, page.NextCursor), context.RequestId()));
    }

    private static async ValueTask<RunRecord?> FindAsync(HttpContext context, IRunStore runs)
    {
        string id = context.Route("run_id");
        return Ids.Is("run", id) ? await runs.FindAsync(context.Workspace(), new RunId(id), context.RequestAborted) : null;
    }

    private static IResult NotFound(HttpContext context) =>
        Answer.Error(new ApiError(ApiErrorCodes.RunNotFound).With("run_id", ApiError.Shorten(context.Route("run_id"))));
}
