using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>What to run: a stored workflow, or a definition that comes along (VTXW, or ComfyUI's API or UI format).</summary>
internal sealed record CreateRunRequest
{
    /// <summary>Gets the stored workflow; exactly one of this and <c>definition</c>.</summary>
    public string? WorkflowId { get; init; }

    /// <summary>Gets the version of the stored workflow; the newest when absent.</summary>
    public int? WorkflowVersion { get; init; }

    /// <summary>Gets the document itself.</summary>
    public JsonElement? Definition { get; init; }

    /// <summary>Gets values for the workflow's inputs by name.</summary>
    public Dictionary<string, JsonElement>? Inputs { get; init; }

    /// <summary>Gets how to run.</summary>
    public RunOptionsBody? Options { get; init; }
}

/// <summary>How to run.</summary>
internal sealed record RunOptionsBody
{
    /// <summary>Gets the order among waiting runs, -100 to 100; higher goes first.</summary>
    public int? Priority { get; init; }

    /// <summary>Gets words to find the run by: at most 20 of 1 to 64 characters.</summary>
    public ImmutableArray<string>? Tags { get; init; }

    /// <summary>Gets the kind of runner, such as <c>cpu</c>.</summary>
    public string? TargetBackend { get; init; }

    /// <summary>Gets what to do about earlier results.</summary>
    public CachePolicy? CachePolicy { get; init; }

    /// <summary>Gets a value for every seed of the workflow.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Gets the output nodes to run; all when absent.</summary>
    public ImmutableArray<string>? Outputs { get; init; }

    /// <summary>Gets the nodes to compute anew, with everything that takes their values; other nodes are served from earlier results as <c>cache_policy</c> says.</summary>
    public ImmutableArray<string>? Refresh { get; init; }

    /// <summary>Gets how transient failures are tried again.</summary>
    public RetryBody? Retry { get; init; }

    /// <summary>Checks the values and fills in what is absent.</summary>
    public Parsed<RunOptions> ToOptions()
    {
        ImmutableArray<string> tags = Tags ?? [];
        ImmutableArray<string> outputs = Outputs ?? [];
        ImmutableArray<string> refresh = Refresh ?? [];
        return Priority is < -100 or > 100 ? ApiError.Field("options.priority", "a whole number from -100 to 100")
            : tags.Length > 20 || tags.Any(tag => tag is not { Length: >= 1 and <= 64 }) ? ApiError.Field("options.tags", "at most 20 texts of 1 to 64 characters")
            : TargetBackend is not (null or { Length: >= 1 and <= 64 }) ? ApiError.Field("options.target_backend", "the name of a backend, such as cpu")
            : outputs.Length > 10_000 || outputs.Any(node => node is not { Length: >= 1 and <= 256 }) ? ApiError.Field("options.outputs", "the ids of output nodes")
            : refresh.Length > 10_000 || refresh.Any(node => node is not { Length: >= 1 and <= 256 }) ? ApiError.Field("options.refresh", "the ids of nodes")
            : Retry is { } retry && retry.Fault() is { } fault ? fault
            : new RunOptions
            {
                Priority = Priority ?? 0,
                Tags = tags,
                TargetBackend = TargetBackend,
                CachePolicy = CachePolicy ?? Vortex.Runs.CachePolicy.Use,
                Seed = Seed,
                Outputs = [.. outputs.Select(node => new Workflows.NodeId(node))],
                Refresh = [.. refresh.Select(node => new Workflows.NodeId(node))],
                Retry = Retry?.ToPolicy() ?? RetryPolicy.Default,
            };
    }

    public static RunOptionsBody Of(RunOptions options) => new()
    {
        Priority = options.Priority,
        Tags = options.Tags,
        TargetBackend = options.TargetBackend,
        CachePolicy = options.CachePolicy,
        Seed = options.Seed,
        Outputs = options.Outputs.IsDefaultOrEmpty ? null : [.. options.Outputs.Select(node => node.Value)],
        Refresh = options.Refresh.IsDefaultOrEmpty ? null : [.. options.Refresh.Select(node => node.Value)],
        Retry = options.Retry == RetryPolicy.Default ? null : RetryBody.Of(options.Retry),
    };
}

/// <summary>How often a batch is tried, and how long it waits before each further attempt.</summary>
internal sealed record RetryBody
{
    /// <summary>Gets the attempts in all, 1 to 20.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>Gets the wait before the second attempt, 0 to 3600000 ms.</summary>
    public int? InitialDelayMs { get; init; }

    /// <summary>Gets what each wait is multiplied with for the next, 1 to 10.</summary>
    public double? BackoffFactor { get; init; }

    /// <summary>Gets the longest wait, 0 to 86400000 ms.</summary>
    public int? MaxDelayMs { get; init; }

    public ApiError? Fault() =>
        MaxAttempts is < 1 or > 20 ? ApiError.Field("options.retry.max_attempts", "a whole number from 1 to 20")
        : InitialDelayMs is < 0 or > 3_600_000 ? ApiError.Field("options.retry.initial_delay_ms", "a whole number from 0 to 3600000")
        : BackoffFactor is < 1 or > 10 ? ApiError.Field("options.retry.backoff_factor", "a number from 1 to 10")
        : MaxDelayMs is < 0 or > 86_400_000 ? ApiError.Field("options.retry.max_delay_ms", "a whole number from 0 to 86400000")
        : null;

    public RetryPolicy ToPolicy() => new(
        MaxAttempts ?? RetryPolicy.Default.MaxAttempts,
        InitialDelayMs is { } initial ? TimeSpan.FromMilliseconds(initial) : RetryPolicy.Default.InitialDelay,
        BackoffFactor ?? RetryPolicy.Default.BackoffFactor,
        MaxDelayMs is { } max ? TimeSpan.FromMilliseconds(max) : RetryPolicy.Default.MaxDelay);

    public static RetryBody Of(RetryPolicy policy) => new()
    {
        MaxAttempts = policy.MaxAttempts,
        InitialDelayMs = (int)policy.InitialDelay.TotalMilliseconds,
        BackoffFactor = policy.BackoffFactor,
        MaxDelayMs = (int)policy.MaxDelay.TotalMilliseconds,
    };
}
