using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Vortex.Runs;

namespace Vortex.Testing;

/// <summary>What came to an orchestration: its start, a result, a timer, an event.</summary>
public sealed record HistoryMessage(MessageKind Kind)
{
    /// <summary>Gets the decision it answers.</summary>
    public int Id { get; init; }

    /// <summary>Gets the event's name.</summary>
    public string? Name { get; init; }

    /// <summary>Gets the input, result or event.</summary>
    public JsonElement? Payload { get; init; }

    /// <summary>Gets the type of the failure; null when there was none.</summary>
    public string? ErrorType { get; init; }

    /// <summary>Gets the words of the failure.</summary>
    public string? Error { get; init; }
}

/// <summary>The kinds of messages.</summary>
public enum MessageKind
{
    /// <summary>The instance begins, or begins anew.</summary>
    Started,

    /// <summary>An activity or a child ended.</summary>
    Done,

    /// <summary>A timer fired.</summary>
    Fired,

    /// <summary>An event was raised.</summary>
    Raised,
}

/// <summary>What an orchestrator decided.</summary>
public sealed record HistoryDecision(DecisionKind Kind)
{
    /// <summary>Gets the position among the decisions of the execution.</summary>
    public int Id { get; init; }

    /// <summary>Gets the activity's or orchestration's name.</summary>
    public string? Name { get; init; }

    /// <summary>Gets the child's instance name.</summary>
    public string? Instance { get; init; }

    /// <summary>Gets the input or output.</summary>
    public JsonElement? Payload { get; init; }

    /// <summary>Gets when a timer fires.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Gets why it failed.</summary>
    public string? Error { get; init; }
}

/// <summary>The kinds of decisions.</summary>
public enum DecisionKind
{
    /// <summary>Run an activity.</summary>
    CallActivity,

    /// <summary>Run a child.</summary>
    CallOrchestration,

    /// <summary>Set a timer.</summary>
    CreateTimer,

    /// <summary>Take a timer back.</summary>
    CancelTimer,

    /// <summary>Begin anew.</summary>
    ContinueAsNew,

    /// <summary>End with an output.</summary>
    Return,

    /// <summary>End with an error.</summary>
    Fail,
}

/// <summary>One turn: what came, and what was decided then.</summary>
public sealed record HistoryTurn(DateTimeOffset At, ImmutableArray<HistoryMessage> Messages, ImmutableArray<HistoryDecision> Decisions);

/// <summary>Everything that happened between a start and an end, or between two beginnings.</summary>
public sealed record RecordedExecution(WorkspaceId Workspace, string Instance, string Orchestration, int Version, int Execution, ImmutableArray<HistoryTurn> Turns)
{
    /// <summary>Gets the instance.</summary>
    [JsonIgnore]
    public OrchestrationId Id => new(Workspace, Instance);
}
