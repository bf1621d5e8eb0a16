using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary><c>/history</c>: runs that have ended.</summary>
/// <remarks>Runs are never deleted. What a client clears is hidden from this list until the process ends, as ComfyUI's own list ends with its process.</remarks>
internal static class HistoryEndpoints
{
    private const int DefaultItems = 200;
    private const int MaxItems = 1_000;
    private const int MaxListed = 10_000;
    private const int PageSize = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/history", ListAsync);
        routes.MapGet("/history/{prompt_id}", GetAsync);
        routes.MapPost("/history", ChangeAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext context, IRunStore runs, PromptRecords records, ComfySockets state)
    {
        Query query = new(context);
        int items = query.Int("max_items", DefaultItems, 0, int.MaxValue);
        int offset = query.Text("offset") is null or "-1" ? -1 : query.Int("offset", -1, 0, int.MaxValue);
        if (query.Error is { } error)
        {
            return ComfyAnswer.Error(error, context);
        }

        items = Math.Min(items, MaxItems);
        // Newest first, as the store lists them; ComfyUI counts from the oldest.
        List<RunRecord> ended = [];
        string? cursor = null;
        do
        {
            Page<RunRecord> page = await runs.ListAsync(context.Workspace(), new RunQuery { Cursor = cursor, Limit = PageSize }, context.RequestAborted);
            ended.AddRange(page.Items.Where(run => run.Status.IsOver() && !state.IsHidden(context.Workspace(), run)));
            cursor = page.NextCursor;
        }
        while (cursor is not null && ended.Count < MaxListed && (offset >= 0 || ended.Count < items));

        ended.Reverse();
        JsonObject history = [];
        foreach (RunRecord run in offset < 0 ? ended.TakeLast(items) : ended.Skip(offset).Take(items))
        {
            history[PromptIds.Of(run.Id)] = await records.HistoryAsync(context.Workspace(), run, context.RequestAborted);
        }

        return Answer.Json(history);
    }

    private static async Task<IResult> GetAsync(HttpContext context, IRunStore runs, PromptRecords records, ComfySockets state)
    {
        // As in ComfyUI: a prompt that is unknown, or has not ended, has an empty history and is no error.
        JsonObject history = [];
        string id = context.Route("prompt_id");
        if (PromptIds.TryRead(id, out RunId? asked)
            && await runs.FindAsync(context.Workspace(), asked.Value, context.RequestAborted) is { } run
            && run.Status.IsOver() && !state.IsHidden(context.Workspace(), run))
        {
            history[id] = await records.HistoryAsync(context.Workspace(), run, context.RequestAborted);
        }

        return Answer.Json(history);
    }

    private static async Task<IResult> ChangeAsync(HttpContext context, ComfySockets state, TimeProvider time, IOptions<VortexApiOptions> options)
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

        if (ComfyAnswer.Flag(root, "clear"))
        {
            state.HideUntil(context.Workspace(), time.GetUtcNow());
        }

        foreach (string id in ids.Value ?? [])
        {
            if (PromptIds.TryRead(id, out RunId? run))
            {
                state.Hide(context.Workspace(), run.Value);
            }
        }

        return ComfyAnswer.Done();
    }
}
