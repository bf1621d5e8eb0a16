using System.Collections.Immutable;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>How to run, as the caller asked.</summary>
public sealed record RunOptions
{
    /// <summary>Gets the order among waiting runs; higher goes first, -100 to 100.</summary>
    /// <value>The default is 0.</value>
    public int Priority { get; init; }

    /// <summary>Gets words to find the run by, at most 20 of 64 characters.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>Gets the kind of runner to use, such as <c>cpu</c>; null for any.</summary>
    public string? TargetBackend { get; init; }

    /// <summary>Gets what to do about earlier results.</summary>
    /// <value>The default is <see cref="CachePolicy.Use"/>.</value>
    public CachePolicy CachePolicy { get; init; }

    /// <summary>Gets a value for every seed input that holds a constant; null leaves them.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Gets the output nodes to run; empty for all.</summary>
    public ImmutableArray<NodeId> Outputs { get; init; } = [];

    /// <summary>Gets the nodes to compute anew, with everything that takes their values; empty for none.</summary>
    /// <remarks>Under <see cref="CachePolicy.Use"/> other nodes are served from earlier results as ever. What is computed anew replaces its earlier result.</remarks>
    public ImmutableArray<NodeId> Refresh { get; init; } = [];

    /// <summary>Gets how transient failures are tried again.</summary>
    public RetryPolicy Retry { get; init; } = RetryPolicy.Default;
}

/// <summary>What a run does about earlier results.</summary>
public enum CachePolicy
{
    /// <summary>Take them and add to them.</summary>
    Use,

    /// <summary>Neither look nor add.</summary>
    Bypass,

    /// <summary>Do not look, but replace them.</summary>
    Refresh,
}

/// <summary>How often a batch is tried, and how long it waits before each further attempt: initial * factor^(attempt-1), at most the maximum.</summary>
/// <param name="MaxAttempts">Attempts in all, from 1.</param>
/// <param name="InitialDelay">The wait before the second attempt.</param>
/// <param name="BackoffFactor">What each wait is multiplied with for the next, from 1.</param>
/// <param name="MaxDelay">The longest wait.</param>
public sealed record RetryPolicy(int MaxAttempts, TimeSpan InitialDelay, double BackoffFactor, TimeSpan MaxDelay)
{
    /// <summary>Three attempts, one second before the second, two before the third.</summary>
    public static RetryPolicy Default { get; } = new(3, TimeSpan.FromSeconds(1), 2, TimeSpan.FromMinutes(1));
}
