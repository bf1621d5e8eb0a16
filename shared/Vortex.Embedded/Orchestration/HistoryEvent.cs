using System.Collections.Immutable;
using System.Text.Json;

namespace Vortex.Embedded;

/// <summary>What came to an instance, or what it decided.</summary>
internal enum HistoryKind
{
    /// <summary>It begins; the payload is its input.</summary>
    Started,

    /// <summary>Somebody raised an event.</summary>
    EventRaised,

    /// <summary>An activity returned.</summary>
    ActivityCompleted,

    /// <summary>An activity threw.</summary>
    ActivityFailed,

    /// <summary>A child returned.</summary>
    ChildCompleted,

    /// <summary>A child failed, was terminated or could not start.</summary>
    ChildFailed,

    /// <summary>A timer is due.</summary>
    TimerFired,

    /// <summary>Decided: run an activity.</summary>
    ActivityScheduled,

    /// <summary>Decided: start a child.</summary>
    ChildScheduled,

    /// <summary>Decided: wait until a time.</summary>
    TimerCreated,

    /// <summary>Decided: wait no longer.</summary>
    TimerCanceled,

    /// <summary>Decided: the end, with an output.</summary>
    Completed,

    /// <summary>The end, with an error.</summary>
    Failed,

    /// <summary>Decided: begin again with a new input.</summary>
    ContinuedAsNew,
}

/// <summary>One message to an instance or one decision of it.</summary>
internal sealed record HistoryEvent(HistoryKind Kind)
{
    /// <summary>Gets the number of the task it belongs to, counted per generation in order of decisions.</summary>
    public int? Task { get; init; }

    /// <summary>Gets the name of the activity, orchestration or event.</summary>
    public string? Name { get; init; }

    /// <summary>Gets the name of a child's instance.</summary>
    public string? Child { get; init; }

    /// <summary>Gets the input, output or event payload.</summary>
    public JsonElement? Payload { get; init; }

    /// <summary>Gets when a timer is due.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Gets why it failed.</summary>
    public string? Error { get; init; }

    /// <summary>Gets the type of what was thrown.</summary>
    public string? ErrorType { get; init; }

    /// <summary>Says in words what it is, for people who look for the difference of two decisions.</summary>
    public string Describe() => Kind switch
    {
        HistoryKind.ActivityScheduled => $"activity '{Name}' as task {Task}",
        HistoryKind.ChildScheduled => $"orchestration '{Name}' as instance '{Child}' and task {Task}",
        HistoryKind.TimerCreated => $"a timer as task {Task}",
        HistoryKind.TimerCanceled => $"cancel of timer {Task}",
        _ => Kind.ToString(),
    };

    /// <summary>Says whether two decisions are the same. Inputs are not compared: their form may grow while an instance runs.</summary>
    public bool IsSameDecision(HistoryEvent other) => (Kind, Task, Name, Child) == (other.Kind, other.Task, other.Name, other.Child);
}

/// <summary>One turn of an instance: when, what it was told, what it decided.</summary>
internal sealed record Turn(DateTimeOffset At, ImmutableArray<HistoryEvent> Messages, ImmutableArray<HistoryEvent> Decisions);
