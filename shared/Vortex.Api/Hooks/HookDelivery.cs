using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>Takes what is delivered to a hook and starts its run.</summary>
/// <remarks>
/// The run's id is computed from hook and delivery id, as for an <c>Idempotency-Key</c>: a sender that delivers again, because our answer was
/// lost or because it does so by habit, gets the first run again.
/// </remarks>
internal sealed class HookDelivery(
    IHookStore store, HookProof proof, RequestLimiter limiter, RunService runs, RunRequestReader reader, IOptions<VortexApiOptions> options, ILogger<HookDelivery> log)
{
    public async Task<IResult> TakeAsync(HttpContext context)
    {
        HookId id = new(context.Route("hook_id"));
        if (id.Workspace is not { } workspace)
        {
            return Answer.Error(NotFound(id));
        }

        // Before anything is read or computed: an address is no secret, and whoever has it must not be able to keep the store busy.
        if (limiter.Refuse(id) is { } seconds)
        {
            return Answer.Error(RequestLimiter.TooMany(seconds));
        }

        if (await store.FindAsync(workspace, id, context.RequestAborted) is not { } hook)
        {
            return Answer.Error(NotFound(id));
        }

        Parsed<ReadOnlyMemory<byte>> read = await RequestJson.ReadRawAsync(context, options.Value.MaxHookBytes);
        if (!read.IsGood(out ReadOnlyMemory<byte> body, out ApiError? error))
        {
            return Answer.Error(error);
        }

        if (proof.Refuse(hook, context.Request.Headers, body.Span) is { } refusal)
        {
            log.DeliveryRefused(id.Value, refusal.Code.Code, context.RequestId());
            return Answer.Error(refusal);
        }

        // From here on the hook is the caller, in its own workspace.
        context.ApiRequest().Caller = new Caller(workspace, "hook:" + id.Name);
        return limiter.Refuse(workspace) is { } wait ? Answer.Error(RequestLimiter.TooMany(wait)) : await StartAsync(context, hook, body);
    }

    private async Task<IResult> StartAsync(HttpContext context, HookRecord hook, ReadOnlyMemory<byte> body)
    {
        Parsed<JsonDocument> parsed = Payload(context, body);
        if (!parsed.IsGood(out JsonDocument? payload, out ApiError? error))
        {
            return Answer.Error(error);
        }

        using (payload)
        {
            Parsed<string?> delivery = DeliveryId(context.Request.Headers, hook, payload.RootElement);
            if (!delivery.IsGood(out string? deliveryId, out error))
            {
                return Answer.Error(error);
            }

            RunId? run = deliveryId is null ? null : IdempotencyKeys.RunIdOf(context.Workspace(), $"hook\n{hook.Id}\n{deliveryId}");
            if (run is { } known && await runs.FindAsync(context.Workspace(), known, context.RequestAborted) is { } earlier)
            {
                return RunEndpoints.Created(context, earlier, null, []);
            }

            Parsed<Dictionary<string, JsonElement>> inputs = Inputs(hook, payload.RootElement);
            return inputs.IsGood(out Dictionary<string, JsonElement>? values, out error) ? await SubmitAsync(context, hook, run, values) : Answer.Error(error);
        }
    }

    private async Task<IResult> SubmitAsync(HttpContext context, HookRecord hook, RunId? run, Dictionary<string, JsonElement> inputs)
    {
        CreateRunRequest asked = new() { WorkflowId = hook.WorkflowId.Value, WorkflowVersion = hook.WorkflowVersion, Inputs = inputs, Options = RunOptionsBody.Of(hook.Options) };
        Parsed<ReadRequest> request = await reader.ReadAsync(context, asked);
        return request.IsGood(out ReadRequest? good, out ApiError? error)
            ? await RunEndpoints.AnswerSubmittedAsync(context, runs, good with { Request = good.Request with { Id = run, TraceParent = Activity.Current?.Id } })
            : Answer.Error(error);
    }

    /// <summary>Reads the payload as JSON. A delivery that only rings the bell has none, and that is an object without members.</summary>
    private Parsed<JsonDocument> Payload(HttpContext context, ReadOnlyMemory<byte> body) =>
        body.IsEmpty ? JsonDocument.Parse("{}")
        : !RequestJson.IsJson(context.Request.ContentType) ? RequestJson.NotJson(context)
        : RequestJson.ParseDocument(body, options.Value.MaxJsonDepth);

    /// <summary>Finds the delivery's id, or null when the sender names none: each delivery is then a run of its own.</summary>
    private static Parsed<string?> DeliveryId(IHeaderDictionary headers, HookRecord hook, JsonElement payload)
    {
        if (hook.DeliveryPointer is { } pointer)
        {
            JsonElement? found = PayloadPointer.Find(payload, pointer);
            string? text = found?.ValueKind switch
            {
                JsonValueKind.String => found.Value.GetString(),
                JsonValueKind.Number => found.Value.GetRawText(),
                _ => null,
            };
            return text is { Length: >= 1 and <= 200 } ? text : Mismatch(pointer, "delivery_pointer");
        }

        string id = headers[HookProof.IdHeader].ToString() is { Length: > 0 } own ? own : headers[IdempotencyKeys.Header].ToString();
        return id.Length == 0 ? default(Parsed<string?>)
            : IdempotencyKeys.IsUsable(id) ? id
            : new ApiError(ApiErrorCodes.InvalidHeader).With("header", HookProof.IdHeader).With("expected", "1 to 200 visible ASCII characters");
    }

    private static Parsed<Dictionary<string, JsonElement>> Inputs(HookRecord hook, JsonElement payload)
    {
        Dictionary<string, JsonElement> inputs = new(hook.Defaults, StringComparer.Ordinal);
        foreach ((string name, string pointer) in hook.Inputs)
        {
            if (PayloadPointer.Find(payload, pointer) is { } value)
            {
                inputs[name] = value.Clone();
            }
            else if (!inputs.ContainsKey(name))
            {
                return Mismatch(pointer, name);
            }
        }

        return inputs;
    }

    public static ApiError NotFound(HookId id) => new ApiError(ApiErrorCodes.HookNotFound).With("hook_id", ApiError.Shorten(id.Value));

    private static ApiError Mismatch(string pointer, string input) =>
        new ApiError(ApiErrorCodes.HookPayloadMismatch).With("pointer", pointer).With("input", input);
}
