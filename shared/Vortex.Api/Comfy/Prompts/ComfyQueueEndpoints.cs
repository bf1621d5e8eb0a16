using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary><c>/queue</c>, <c>/interrupt</c> and <c>/free</c>: what waits and works, and how to stop it.</summary>
/// <remarks>A run a runner holds a batch of is at work; every other unfinished run waits.</remarks>
internal static class ComfyQueueEndpoints
{
    private const int MaxRuns = 10_000;

    /// <summary>How many entries carry their whole prompt; those behind them carry an empty one.</summary>
    private const int MaxPrompts = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/queue", ReadAsync);
        routes.MapPost("/queue", ChangeAsync);
        routes.MapPost("/interrupt", InterruptAsync);
        routes.MapPost("/free", FreeAsync);
    }

    private static async Task<IResult> ReadAsync(HttpContext context, RunService runs, PromptRecords records)
    {
        QueuePicture queue = await runs.QueueAsync(context.Workspace(), MaxRuns, context.RequestAborted);
        JsonArray running = [];
        JsonArray pending = [];
        foreach ((int index, QueuedRun one) in queue.Items.Index())
        {
            RunSnapshot? snapshot = index < MaxPrompts ? await records.SnapshotAsync(context.Workspace(), one.Run, context.RequestAborted) : null;
            (one.Position is null ? running : pending).Add(PromptRecords.Entry(one.Run, snapshot));
        }

        return Answer.Json(new JsonObject { ["queue_running"] = running, ["queue_pending"] = pending });
    }

    private static async Task<IResult> ChangeAsync(HttpContext context, RunService runs, ComfySockets sockets, IOptions<VortexApiOptions> options)
    {
        Parsed<JsonElement> body = await ComfyAnswer.ReadObjectAsync(context, options.Value, mayBeEmpty: false);
        if (!body.IsGood(out JsonElement root, out ApiError? error))
        {
            return ComfyAnswer.Error(error, context);
        }

        Parsed<IReadOnlyList<string>?> ids = ComfyAnswer.Texts(root, "delete");
        if (ids.Error is { } bad)
        {
            return ComfyAnswer.Error(bad, context);
        }

        bool all = ComfyAnswer.Flag(root, "clear");
        HashSet<RunId> named = [.. (ids.Value ?? []).Select(id => PromptIds.TryRead(id, out RunId? run) ? run : null).OfType<RunId>()];
        if (all || named.Count > 0)
        {
            await StopAsync(context, runs, sockets, one => one.Position is not null && (all || named.Contains(one.Run.Id)));
        }

        return ComfyAnswer.Done();
    }

    private static async Task<IResult> InterruptAsync(HttpContext context, RunService runs, ComfySockets sockets, IOptions<VortexApiOptions> options)
    {
        Parsed<JsonElement> body = await ComfyAnswer.ReadObjectAsync(context, options.Value, mayBeEmpty: true);
        if (!body.IsGood(out JsonElement root, out ApiError? error))
        {
            return ComfyAnswer.Error(error, context);
        }

        string? asked = ComfyAnswer.Text(root, "prompt_id");
        PromptIds.TryRead(asked, out RunId? only);
        // Between two of its batches no runner holds a run that is at work all the same.
        await StopAsync(context, runs, sockets, one => asked is null ? one.Position is null : one.Run.Id == only && (one.Position is null || one.Run.Status == RunStatus.Running));
        return ComfyAnswer.Done();
    }

    /// <summary>Runners unload models by their own budget; there is nothing to ask them for.</summary>
    private static async Task<IResult> FreeAsync(HttpContext context, IOptions<VortexApiOptions> options)
    {
        Parsed<JsonElement> body = await ComfyAnswer.ReadObjectAsync(context, options.Value, mayBeEmpty: true);
        return body.Error is { } error ? ComfyAnswer.Error(error, context) : ComfyAnswer.Done();
    }

    private static async Task StopAsync(HttpContext context, RunService runs, ComfySockets sockets, Func<QueuedRun, bool> which)
    {
        QueuePicture queue = await runs.QueueAsync(context.Workspace(), MaxRuns, context.RequestAborted);
        foreach (QueuedRun one in queue.Items.Where(which))
        {
            await runs.CancelAsync(context.Workspace(), one.Run.Id, context.RequestId(), context.RequestAborted);
        }

        sockets.Nudge(context.Workspace());
    }
}
