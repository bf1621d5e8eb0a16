using System.Text.Json;
using Microsoft.DurableTask;
using Vortex.Runs;

namespace Vortex.Functions;

/// <summary>What the orchestrator sees of Durable Functions. Every task of it comes from the backend; nothing here waits for anything else.</summary>
/// <remarks>
/// Payloads are JSON of our own making, so that a history reads the same whatever serialiser the host has. Awaiting inside these
/// methods stays on the turn: no <c>ConfigureAwait(false)</c>, here or in the orchestrator.
/// </remarks>
internal sealed class DurableContext(TaskOrchestrationContext durable, DurableInput input, int version) : IOrchestrationContext
{
    /// <summary>The activity that says which version a new child gets; a call, so that it is in the history.</summary>
    public const string NewestVersion = "newest-version";

    private readonly Dictionary<string, Task> _waiters = new(StringComparer.OrdinalIgnoreCase);

    public OrchestrationId InstanceId { get; } = input.Instance();

    public int Version => version;

    public DateTimeOffset CurrentUtc => new(DateTime.SpecifyKind(durable.CurrentUtcDateTime, DateTimeKind.Utc));

    public bool IsReplaying => durable.IsReplaying;

    public Guid NewGuid() => durable.NewGuid();

    public Task<TResult> CallActivityAsync<TResult>(string name, object? input)
    {
        DurableInput order = DurableInput.Of(InstanceId, OrchestrationPayload.ForOrchestrator(input, $"The input of activity '{name}'"));
        durable.SetCustomStatus(new { activity = name });
        return AnswerAsync<TResult>(name, durable.CallActivityAsync<ActivityAnswer>(name, order));
    }

    public Task<TResult> CallOrchestrationAsync<TResult>(string name, string instanceName, object? input)
    {
        OrchestrationId child = InstanceId with { Name = instanceName };
        DurableInput order = DurableInput.Of(child, OrchestrationPayload.ForOrchestrator(input, $"The input of orchestration '{name}'"));
        return ChildAsync<TResult>(name, child, order);
    }

    public Task<TEvent> WaitForEventAsync<TEvent>(string name)
    {
        if (_waiters.TryGetValue(name, out Task? pending) && !pending.IsCompleted)
        {
            throw new InvalidOperationException($"A waiter for event '{name}' is pending already. Keep its task and await it again.");
        }

        Task<TEvent> waiter = EventAsync<TEvent>(durable.WaitForExternalEvent<JsonElement>(name));
        _waiters[name] = waiter;
        return waiter;
    }

    public Task CreateTimerAsync(DateTimeOffset fireAt, CancellationToken cancellationToken) => durable.CreateTimer(fireAt.UtcDateTime, cancellationToken);

    public void ContinueAsNew(object? input) => durable.ContinueAsNew(
        DurableInput.Of(InstanceId, OrchestrationPayload.ForOrchestrator(input, "The input to begin again with")), preserveUnprocessedEvents: true);

    private static async Task<TEvent> EventAsync<TEvent>(Task<JsonElement> raised) => Read<TEvent>(await raised);

    private static async Task<TResult> AnswerAsync<TResult>(string name, Task<ActivityAnswer> call)
    {
        try
        {
            ActivityAnswer answer = await call;
            return answer.ErrorType is null ? Read<TResult>(answer.Output ?? default) : throw new ActivityFailedException(name, answer.ErrorType, answer.Error ?? "");
        }
        catch (TaskFailedException lost)
        {
            // The platform's own failure: a worker that died, a payload it refused.
            throw new ActivityFailedException(name, lost.FailureDetails.ErrorType, lost.FailureDetails.ErrorMessage);
        }
    }

    private async Task<TResult> ChildAsync<TResult>(string name, OrchestrationId child, DurableInput order)
    {
        int newest = await CallActivityAsync<int>(NewestVersion, name);
        try
        {
            JsonElement output = await durable.CallSubOrchestratorAsync<JsonElement>(
                DurableNames.Orchestrator(name, newest), order, new SubOrchestrationOptions(instanceId: DurableNames.Instance(child)));
            return Read<TResult>(output);
        }
        catch (TaskFailedException failed)
        {
            throw new ActivityFailedException(name, failed.FailureDetails.ErrorType, failed.FailureDetails.ErrorMessage);
        }
    }

    private static T Read<T>(JsonElement json) => json.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? default! : json.Deserialize<T>(RunsJson.Options)!;
}
