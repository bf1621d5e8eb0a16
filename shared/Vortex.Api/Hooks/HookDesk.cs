using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>A hook and its secret, the one time that it is known.</summary>
internal sealed record MadeHook(HookRecord Hook, string Secret);

/// <summary>Makes hooks of requests and gives them new secrets.</summary>
internal sealed class HookDesk(IHookStore store, IWorkflowStore workflows, HookSecrets secrets, IdSource ids, TimeProvider time)
{
    private const int MostInputs = 100;
    private const int MostDefaultBytes = 64 * 1024;

    /// <summary>Checks a request and stores what it asks for.</summary>
    public async ValueTask<Parsed<MadeHook>> CreateAsync(HttpContext context, CreateHookRequest asked)
    {
        HookScheme scheme = asked.Scheme ?? HookScheme.Token;
        if (Fault(asked) is { } fault)
        {
            return fault;
        }

        if (SecretFault(scheme, asked.Secret) is { } unusable)
        {
            return unusable;
        }

        Parsed<WorkflowRecord> found = await WorkflowAsync(context, asked);
        if (!found.IsGood(out WorkflowRecord? workflow, out ApiError? error))
        {
            return error;
        }

        HookId id = ids.NewHookId(context.Workspace());
        if (!Tagged(asked.Options, id).ToOptions().IsGood(out RunOptions? options, out error))
        {
            return error;
        }

        string secret = asked.Secret ?? HookSecrets.Make(scheme);
        DateTimeOffset now = time.GetUtcNow();
        HookRecord hook = new()
        {
            Id = id,
            Name = asked.Name ?? workflow.Name,
            WorkflowId = workflow.Id,
            WorkflowVersion = asked.WorkflowVersion,
            Scheme = scheme,
            Secret = secrets.Keep(id, scheme, secret),
            Inputs = (asked.Inputs ?? []).ToImmutableSortedDictionary(StringComparer.Ordinal),
            Defaults = (asked.Defaults ?? []).ToImmutableSortedDictionary(StringComparer.Ordinal),
            DeliveryPointer = asked.DeliveryPointer,
            Options = options,
            CreatedAt = now,
            RotatedAt = now,
        };
        await store.CreateAsync(context.Workspace(), hook, context.RequestAborted);
        return new MadeHook(hook, secret);
    }

    /// <summary>Gives a hook a new secret.</summary>
    public async ValueTask<Parsed<MadeHook>> RotateAsync(HttpContext context, HookRecord hook, RotateHookRequest asked)
    {
        if (asked.GraceSeconds is < 0 or > 604_800)
        {
            return ApiError.Field("grace_seconds", "a whole number from 0 to 604800");
        }

        if (SecretFault(hook.Scheme, asked.Secret) is { } unusable)
        {
            return unusable;
        }

        string secret = asked.Secret ?? HookSecrets.Make(hook.Scheme);
        DateTimeOffset now = time.GetUtcNow();
        HookRecord rotated = hook with
        {
            Secret = secrets.Keep(hook.Id, hook.Scheme, secret),
            Earlier = asked.GraceSeconds is > 0 and { } grace ? new EarlierSecret(hook.Secret, now.AddSeconds(grace)) : null,
            RotatedAt = now,
            Revision = hook.Revision + 1,
        };
        return await store.ReplaceAsync(context.Workspace(), rotated, context.RequestAborted)
            ? new MadeHook(rotated, secret)
            : new ApiError(ApiErrorCodes.HookChanged).With("hook_id", hook.Id.Value);
    }

    private static ApiError? Fault(CreateHookRequest asked) =>
        asked.WorkflowId is null ? ApiError.Field("workflow_id", "the id of a stored workflow")
        : asked.WorkflowVersion is < 1 ? ApiError.Field("workflow_version", "a whole number from 1")
        : WorkflowShelf.NameFault(asked.Name) is { } name ? name
        : asked.Inputs is { Count: > MostInputs } || asked.Defaults is { Count: > MostInputs } ? ApiError.Field("inputs", $"at most {MostInputs} inputs")
        : asked.Inputs?.FirstOrDefault(one => !PayloadPointer.IsPointer(one.Value)) is { Key: not null } wrong
            ? ApiError.Field($"inputs.{ApiError.Shorten(wrong.Key)}", "a JSON pointer such as /data/prompt, or an empty text for the whole payload")
        : asked.Defaults?.Values.Sum(value => RequestJson.RawBytes(value).Length) > MostDefaultBytes ? ApiError.Field("defaults", $"at most {MostDefaultBytes} bytes")
        : asked.DeliveryPointer is { } pointer && !PayloadPointer.IsPointer(pointer) ? ApiError.Field("delivery_pointer", "a JSON pointer such as /id")
        : null;

    private ApiError? SecretFault(HookScheme scheme, string? secret) =>
        scheme == HookScheme.Signature && !secrets.CanSign ? new ApiError(ApiErrorCodes.HookSigningUnavailable).With("setting", $"{VortexApiOptions.Section}:{nameof(VortexApiOptions.HookKeys)}")
        : secret is not null && HookSecrets.Fault(scheme, secret) is { } expected ? ApiError.Field("secret", expected)
        : null;

    private async ValueTask<Parsed<WorkflowRecord>> WorkflowAsync(HttpContext context, CreateHookRequest asked)
    {
        if (!Ids.Is("wf", asked.WorkflowId))
        {
            return WorkflowShelf.NotFound(asked.WorkflowId!);
        }

        WorkflowId id = new(asked.WorkflowId!);
        return await workflows.FindAsync(context.Workspace(), id, asked.WorkflowVersion, context.RequestAborted) is { } workflow ? workflow
            : asked.WorkflowVersion is { } version && await workflows.FindAsync(context.Workspace(), id, null, context.RequestAborted) is not null
                ? new ApiError(ApiErrorCodes.WorkflowVersionNotFound).With("workflow_id", id.Value).With("version", version)
            : WorkflowShelf.NotFound(id.Value);
    }

    // The runs of a hook are found by this tag.
    private static RunOptionsBody Tagged(RunOptionsBody? options, HookId hook) =>
        (options ?? new RunOptionsBody()) with { Tags = (options?.Tags ?? []).Add("hook:" + hook.Name) };
}
