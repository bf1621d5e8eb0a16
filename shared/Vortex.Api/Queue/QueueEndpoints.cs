using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>What waits and what is worked on.</summary>
/// <param name="Items">Unfinished runs, those at work first, then in the order they will be served; at most 200.</param>
/// <param name="LagMs">How long the oldest waiting batch has waited, in milliseconds; 0 when none waits.</param>
/// <param name="Paused">Whether nothing is handed out.</param>
/// <param name="RequestId">The request's id.</param>
internal sealed record QueueAnswer(ImmutableArray<QueueItem> Items, long LagMs, bool Paused, string RequestId);

/// <summary>A run in the queue.</summary>
internal sealed record QueueItem
{
    public required string RunId { get; init; }

    /// <summary>Gets the stored workflow; null when the definition came with the request.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.Never)]
    public required string? WorkflowId { get; init; }

    public string? WorkflowName { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required int Priority { get; init; }

    public required RunStatus Status { get; init; }

    /// <summary>Gets the runner that holds one of its batches.</summary>
    public string? WorkerId { get; init; }

    /// <summary>Gets when it will probably begin; absent while nothing is known.</summary>
    public DateTimeOffset? Eta { get; init; }

    /// <summary>Gets its place among those that wait, from 1; absent for those at work.</summary>
    public int? QueuePosition { get; init; }

    /// <summary>Gets why it waits for a runner; absent when it does not, and when runners are there and it waits for its turn.</summary>
    public CapacityView? WaitsFor { get; init; }
}

/// <summary>Where to put a run.</summary>
internal sealed record ReorderRequest
{
    /// <summary>Gets the run to move.</summary>
    public string? RunId { get; init; }

    /// <summary>Gets the run to put it before; to the end when null.</summary>
    public string? Before { get; init; }
}

/// <summary>The workspace's queue: look, pause, resume, reorder.</summary>
internal static class QueueEndpoints
{
    private const string Tag = "Queue";

    public static void Map(IEndpointRouteBuilder api)
    {
        OperationAnswer queue = new(200, typeof(QueueAnswer), "The queue as it is now.") { Example = Examples.Queue };
        api.MapGet("/queue", ReadAsync).Describe(new Operation("getQueue", Tag, "Reads the queue") { Answers = [queue] });
        api.MapPost("/queue/pause", PauseAsync).Describe(new Operation("pauseQueue", Tag, "Stops handing out work")
        {
            Description = "What runners hold they finish. Pausing twice changes nothing.",
            Answers = [queue],
        });
        api.MapPost("/queue/resume", ResumeAsync).Describe(new Operation("resumeQueue", Tag, "Hands out work again") { Answers = [queue] });
        api.MapPost("/queue/reorder", ReorderAsync).Describe(new Operation("reorderQueue", Tag, "Moves a run before another, or to the end")
        {
            Body = new(typeof(ReorderRequest), "application/json") { Example = """{"run_id":"run_01JD9Q0V7N2C4M5T8XKZ3B6Y1B","before":"run_01JD9Q0V7N2C4M5T8XKZ3B6Y1A"}""" },
            Answers = [queue],
            Errors = [ApiErrorCodes.QueueNothingWaiting, ApiErrorCodes.RunNotFound],
        });
    }

    private static async Task<IResult> ReadAsync(HttpContext context, RunService runs)
    {
        QueuePicture queue = await runs.QueueAsync(context.Workspace(), cancellationToken: context.RequestAborted);
        ImmutableArray<QueueItem> items =
        [
            .. queue.Items.Select(entry => new QueueItem
            {
                RunId = entry.Run.Id.Value,
                WorkflowId = entry.Run.WorkflowId?.Value,
                WorkflowName = entry.Run.WorkflowName,
                CreatedAt = entry.Run.CreatedAt,
                Priority = entry.Run.Options.Priority,
                Status = entry.Run.Status,
                WorkerId = entry.RunnerId,
                Eta = entry.Eta,
                QueuePosition = entry.Position,
                WaitsFor = CapacityView.Of(entry.Waits),
            }),
        ];
        return Answer.Json(new QueueAnswer(items, queue.LagMs, queue.Paused, context.RequestId()));
    }

    private static async Task<IResult> PauseAsync(HttpContext context, RunService runs)
    {
        await runs.PauseAsync(context.Workspace(), context.RequestAborted);
        return await ReadAsync(context, runs);
    }

    private static async Task<IResult> ResumeAsync(HttpContext context, RunService runs)
    {
        await runs.ResumeAsync(context.Workspace(), context.RequestAborted);
        return await ReadAsync(context, runs);
    }

    private static async Task<IResult> ReorderAsync(
        HttpContext context, RunService runs, IOptions<VortexApiOptions> options)
    {
        Parsed<ReorderRequest> body = await RequestJson.ReadAsync<ReorderRequest>(context, options.Value);
        if (!body.IsGood(out ReorderRequest? request, out ApiError? error))
        {
            return Answer.Error(error);
        }

        if (request.RunId is null || request.RunId == request.Before)
        {
            return Answer.Error(ApiError.Field(request.RunId is null ? "run_id" : "before", "the id of a run, and of another one to put it before"));
        }

        foreach (string id in new[] { request.RunId, request.Before }.OfType<string>())
        {
            if (!Ids.Is("run", id) || await runs.FindAsync(context.Workspace(), new RunId(id), context.RequestAborted) is null)
            {
                return Answer.Error(new ApiError(ApiErrorCodes.RunNotFound).With("run_id", ApiError.Shorten(id)));
            }
        }

        RunId? before = request.Before is { } other ? new RunId(other) : null;
        return await runs.MoveAsync(context.Workspace(), new RunId(request.RunId), before, context.RequestAborted)
            ? await ReadAsync(context, runs)
            : Answer.Error(new ApiError(ApiErrorCodes.QueueNothingWaiting).With("run_id", request.RunId));
    }
}
