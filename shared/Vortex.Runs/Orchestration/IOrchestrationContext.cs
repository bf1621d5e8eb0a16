namespace Vortex.Runs;

/// <summary>What an orchestrator may use: everything that is not a pure function of its input comes through here and is replayed.</summary>
/// <remarks>
/// The rules are those of Durable Functions. Only tasks from this context are awaited. One pending waiter per event name, reused
/// and never abandoned; names are case-insensitive; events that come early are buffered. A timer that lost a race is
/// canceled. Payloads stay under 200 KB as JSON. Hosts refuse what breaks a rule instead of hanging.
/// </remarks>
public interface IOrchestrationContext
{
    /// <summary>Gets the instance.</summary>
    OrchestrationId InstanceId { get; }

    /// <summary>Gets the version the instance began with; it keeps it until it ends.</summary>
    int Version { get; }

    /// <summary>Gets the time of the current turn. Frozen within a turn.</summary>
    DateTimeOffset CurrentUtc { get; }

    /// <summary>Gets whether the turn repeats what was decided before.</summary>
    bool IsReplaying { get; }

    /// <summary>Returns an id that replays to the same value.</summary>
    Guid NewGuid();

    /// <summary>Runs an activity, at least once, and returns its result.</summary>
    /// <exception cref="ActivityFailedException">The activity threw; its words are in the message.</exception>
    Task<TResult> CallActivityAsync<TResult>(string name, object? input);

    /// <summary>Runs another orchestration and returns its result.</summary>
    /// <exception cref="ActivityFailedException">It failed.</exception>
    Task<TResult> CallOrchestrationAsync<TResult>(string name, string instanceName, object? input);

    /// <summary>Waits for an event, or takes the oldest one that came early.</summary>
    /// <exception cref="InvalidOperationException">A waiter for the name is pending already.</exception>
    Task<TEvent> WaitForEventAsync<TEvent>(string name);

    /// <summary>Waits until a time.</summary>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    Task CreateTimerAsync(DateTimeOffset fireAt, CancellationToken cancellationToken);

    /// <summary>Begins again with a new input and an empty history once the orchestrator returns. Events not yet taken stay.</summary>
    void ContinueAsNew(object? input);
}

/// <summary>An instance of an orchestration.</summary>
public sealed record OrchestrationId(WorkspaceId Workspace, string Name)
{
    /// <inheritdoc />
    public override string ToString() => $"{Workspace}/{Name}";
}

/// <summary>An activity or a child orchestration failed.</summary>
public sealed class ActivityFailedException : Exception
{
    /// <summary>Makes the exception.</summary>
    public ActivityFailedException(string activity, string errorType, string message)
        : base($"'{activity}' failed: {message}") => (Activity, ErrorType) = (activity, errorType);

    /// <summary>Gets the activity's name.</summary>
    public string Activity { get; }

    /// <summary>Gets the type of what it threw.</summary>
    public string ErrorType { get; }
}
