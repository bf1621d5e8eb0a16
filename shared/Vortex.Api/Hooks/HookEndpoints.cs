using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>Hooks: addresses that others deliver to, each delivery a run.</summary>
internal static class HookEndpoints
{
    private const string Tag = "Hooks";
    private const string List = "hooks";
    private const string Route = "/hooks/{hook_id}";

    /// <summary>Maps what the workspace's people do with hooks.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        OperationAnswer made = new(201, typeof(HookView), "Made. The secret is shown this once.") { Example = Examples.HookMade };
        api.MapPost("/hooks", CreateAsync).Describe(new Operation("createHook", Tag, "Makes a hook")
        {
            Description =
                "With scheme=token a delivery carries the secret as Authorization: Bearer or in X-Hook-Token. With scheme=signature it is signed as Standard Webhooks lays down. "
                + "A token is kept as its hash, a signing secret sealed; neither can be read again.",
            Body = new(typeof(CreateHookRequest), "application/json") { Example = Examples.CreateHook },
            Answers = [made],
            Errors = [ApiErrorCodes.WorkflowNotFound, ApiErrorCodes.WorkflowVersionNotFound, ApiErrorCodes.HookSigningUnavailable, ApiErrorCodes.StorageFull],
        });
        api.MapGet("/hooks", ListAsync).Describe(new Operation("listHooks", Tag, "Lists hooks, newest first")
        {
            Parameters = [Parameter.Cursor, Parameter.Limit],
            Answers = [new(200, typeof(ListAnswer<HookView>), "A part of the list.") { Example = Examples.Hooks }],
            Errors = [ApiErrorCodes.InvalidParameter, ApiErrorCodes.InvalidCursor],
        });
        api.MapGet(Route, GetAsync).Describe(new Operation("getHook", Tag, "Reads a hook")
        {
            Answers = [new(200, typeof(HookView), "The hook, without its secret.") { Example = Examples.Hook }],
            Errors = [ApiErrorCodes.HookNotFound],
        });
        api.MapPost(Route + "/rotate", RotateAsync).Describe(new Operation("rotateHook", Tag, "Gives a hook a new secret")
        {
            Description = "With grace_seconds the earlier secret is taken for that long as well, so that the sender can be changed without a gap.",
            Body = new(typeof(RotateHookRequest), "application/json") { Example = """{"grace_seconds":3600}""" },
            Answers = [new(200, typeof(HookView), "Rotated. The secret is shown this once.") { Example = Examples.HookMade }],
            Errors = [ApiErrorCodes.HookNotFound, ApiErrorCodes.HookChanged, ApiErrorCodes.HookSigningUnavailable, ApiErrorCodes.StorageFull],
        });
        api.MapDelete(Route, DeleteAsync).Describe(new Operation("deleteHook", Tag, "Removes a hook")
        {
            Description = "Deliveries are refused from then on. Runs that were started stay.",
            Answers = [new(204, null, "Removed.")],
            Errors = [ApiErrorCodes.HookNotFound],
        });
    }

    /// <summary>Maps the address that senders deliver to. They have no account, so it asks for no caller: the hook's secret decides.</summary>
    public static void MapDelivery(IEndpointRouteBuilder app) =>
        app.MapPost("/v1" + Route, (HttpContext context, HookDelivery delivery) => delivery.TakeAsync(context)).Describe(new Operation("deliverToHook", Tag, "Starts a run of a hook's workflow")
        {
            Description =
                "For senders, who prove themselves with the hook's secret. The same delivery id (webhook-id, Idempotency-Key, or where the hook says) gives the first run again. "
                + "Values of the payload become inputs of the workflow, as the hook says.",
            IsScoped = false,
            Parameters =
            [
                Parameter.Header(HookProof.TokenHeader, "The token, where Authorization: Bearer cannot be set."),
                Parameter.Header(HookProof.IdHeader, "The delivery's id; required with signatures."),
                Parameter.Header(HookProof.TimestampHeader, "Seconds since 1970; required with signatures."),
                Parameter.Header(HookProof.SignatureHeader, "v1, and the base64 of the HMAC-SHA256 of ID.TIMESTAMP.BODY; several are separated by spaces."),
                Parameter.Header(IdempotencyKeys.Header, "The delivery's id, where there is no webhook-id."),
            ],
            Body = new(null, "application/json"),
            Answers = [new(202, typeof(RunCreated), "Accepted.") { Example = Examples.RunCreated }],
            Errors =
            [
                ApiErrorCodes.HookNotFound, ApiErrorCodes.HookUnproved, ApiErrorCodes.HookStale, ApiErrorCodes.HookPayloadMismatch, ApiErrorCodes.HookSecretUnreadable,
                ApiErrorCodes.InvalidJson, ApiErrorCodes.JsonTooDeep, ApiErrorCodes.InvalidHeader, ApiErrorCodes.BodyTooLarge, ApiErrorCodes.UnsupportedMediaType,
                ApiErrorCodes.TooManyRequests, ApiErrorCodes.RunInvalid, ApiErrorCodes.WorkflowUnreadable, ApiErrorCodes.WorkflowNotFound,
                ApiErrorCodes.WorkflowVersionNotFound, ApiErrorCodes.QueueFull, ApiErrorCodes.StorageFull,
            ],
        });

    private static async Task<IResult> CreateAsync(HttpContext context, HookDesk desk, IOptions<VortexApiOptions> options)
    {
        Parsed<CreateHookRequest> body = await RequestJson.ReadAsync<CreateHookRequest>(context, options.Value);
        if (!body.IsGood(out CreateHookRequest? asked, out ApiError? error))
        {
            return Answer.Error(error);
        }

        Parsed<MadeHook> made = await desk.CreateAsync(context, asked);
        if (!made.IsGood(out MadeHook? hook, out error))
        {
            return Answer.Error(error);
        }

        context.Response.Headers.Location = "/v1/hooks/" + hook.Hook.Id.Value;
        return Answer.Json(Shown(context, hook), StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListAsync(HttpContext context, IHookStore store, TimeProvider time)
    {
        Query query = new(context);
        string? cursor = query.Cursor(List);
        int limit = query.Int("limit", 50, 1, 200);
        if (query.Error is { } error)
        {
            return Answer.Error(error);
        }

        Page<HookRecord> page = await store.ListAsync(context.Workspace(), cursor, limit, context.RequestAborted);
        return Answer.Json(new ListAnswer<HookView>([.. page.Items.Select(hook => HookView.Of(hook, time.GetUtcNow()))], Cursors.Wrap(List, page.NextCursor), context.RequestId()));
    }

    private static async Task<IResult> GetAsync(HttpContext context, IHookStore store, TimeProvider time) =>
        await FindAsync(context, store) is { } hook
            ? Answer.Json(HookView.Of(hook, time.GetUtcNow()) with { RequestId = context.RequestId() })
            : NotFound(context);

    private static async Task<IResult> RotateAsync(HttpContext context, IHookStore store, HookDesk desk, IOptions<VortexApiOptions> options)
    {
        if (await FindAsync(context, store) is not { } hook)
        {
            return NotFound(context);
        }

        Parsed<RotateHookRequest> body = await RequestJson.ReadAsync<RotateHookRequest>(context, options.Value);
        if (!body.IsGood(out RotateHookRequest? asked, out ApiError? error))
        {
            return Answer.Error(error);
        }

        Parsed<MadeHook> rotated = await desk.RotateAsync(context, hook, asked);
        return rotated.IsGood(out MadeHook? made, out error) ? Answer.Json(Shown(context, made)) : Answer.Error(error);
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, IHookStore store) =>
        await store.DeleteAsync(context.Workspace(), new HookId(context.Route("hook_id")), context.RequestAborted)
            ? Results.NoContent()
            : NotFound(context);

    private static HookView Shown(HttpContext context, MadeHook made) =>
        HookView.Of(made.Hook, made.Hook.RotatedAt) with { Secret = made.Secret, RequestId = context.RequestId() };

    // An id that names another workspace is answered like one that does not exist.
    private static async ValueTask<HookRecord?> FindAsync(HttpContext context, IHookStore store)
    {
        HookId id = new(context.Route("hook_id"));
        return id.Workspace == context.Workspace() ? await store.FindAsync(context.Workspace(), id, context.RequestAborted) : null;
    }

    private static IResult NotFound(HttpContext context) => Answer.Error(HookDelivery.NotFound(new HookId(context.Route("hook_id"))));
}
