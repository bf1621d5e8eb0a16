using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>A hook to make: whoever delivers to it starts a run of the workflow.</summary>
internal sealed record CreateHookRequest
{
    /// <summary>Gets the stored workflow.</summary>
    public string? WorkflowId { get; init; }

    /// <summary>Gets the version of the workflow; the newest at each delivery when absent.</summary>
    public int? WorkflowVersion { get; init; }

    /// <summary>Gets what people call the hook; the workflow's name when absent.</summary>
    public string? Name { get; init; }

    /// <summary>Gets how a delivery proves where it comes from; token when absent.</summary>
    public HookScheme? Scheme { get; init; }

    /// <summary>Gets the secret, where the sender lays it down: 24 to 200 visible characters for a token, whsec_ and base64 of 24 to 64 bytes for signatures. One is made when absent.</summary>
    public string? Secret { get; init; }

    /// <summary>Gets where in the payload the values of workflow inputs are: names to JSON pointers such as /data/prompt.</summary>
    public Dictionary<string, string>? Inputs { get; init; }

    /// <summary>Gets values for workflow inputs that the payload does not name.</summary>
    public Dictionary<string, JsonElement>? Defaults { get; init; }

    /// <summary>Gets where in the payload the delivery's id is; the header webhook-id tells when absent.</summary>
    public string? DeliveryPointer { get; init; }

    /// <summary>Gets how the runs run.</summary>
    public RunOptionsBody? Options { get; init; }
}

/// <summary>How to replace a hook's secret.</summary>
internal sealed record RotateHookRequest
{
    /// <summary>Gets the new secret; one is made when absent.</summary>
    public string? Secret { get; init; }

    /// <summary>Gets for how long the earlier secret is taken as well, 0 to 604800; 0 when absent.</summary>
    public int? GraceSeconds { get; init; }
}

/// <summary>A hook.</summary>
internal sealed record HookView
{
    public required string HookId { get; init; }

    public required string Name { get; init; }

    public required string WorkflowId { get; init; }

    /// <summary>Gets the version of the workflow; absent for the newest.</summary>
    public int? WorkflowVersion { get; init; }

    public required HookScheme Scheme { get; init; }

    /// <summary>Gets where the values of inputs are in the payload.</summary>
    public required ImmutableSortedDictionary<string, string> Inputs { get; init; }

    /// <summary>Gets values for inputs that the payload does not name.</summary>
    public required ImmutableSortedDictionary<string, JsonElement> Defaults { get; init; }

    public string? DeliveryPointer { get; init; }

    public required RunOptionsBody Options { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets when its secret was made.</summary>
    public required DateTimeOffset RotatedAt { get; init; }

    /// <summary>Gets until when the secret before it is taken as well; absent when it is not.</summary>
    public DateTimeOffset? EarlierSecretUntil { get; init; }

    /// <summary>Gets where to deliver.</summary>
    public required string Url { get; init; }

    /// <summary>Gets the secret. It is shown once and cannot be read again; absent everywhere but in the answer that made it.</summary>
    public string? Secret { get; init; }

    /// <summary>Gets the request's id; absent in lists.</summary>
    public string? RequestId { get; init; }

    public static HookView Of(HookRecord hook, DateTimeOffset now) => new()
    {
        HookId = hook.Id.Value,
        Name = hook.Name,
        WorkflowId = hook.WorkflowId.Value,
        WorkflowVersion = hook.WorkflowVersion,
        Scheme = hook.Scheme,
        Inputs = hook.Inputs,
        Defaults = hook.Defaults,
        DeliveryPointer = hook.DeliveryPointer,
        Options = RunOptionsBody.Of(hook.Options),
        CreatedAt = hook.CreatedAt,
        RotatedAt = hook.RotatedAt,
        EarlierSecretUntil = hook.Earlier?.Until is { } until && until > now ? until : null,
        Url = "/v1/hooks/" + hook.Id.Value,
    };
}
