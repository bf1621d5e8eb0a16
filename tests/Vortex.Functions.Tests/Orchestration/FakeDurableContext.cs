using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Vortex.Runs;

namespace Vortex.Functions.Tests.Orchestration;

/// <summary>The durable context as the platform gives it, over an engine of the tests: what the orchestrator decides through it lands in a history that can be replayed.</summary>
/// <remarks>Everything crosses as the text that the platform's own converter makes. Activities answer as <see cref="OrchestrationHost.CallAsync"/> has them answer.</remarks>
internal sealed class FakeDurableContext(IOrchestrationContext engine, DurableInput input) : TaskOrchestrationContext
{
    private static readonly DataConverter Converter = JsonDataConverter.Default;

    public List<object?> Statuses { get; } = [];

    public override TaskName Name => new(DurableNames.Orchestrator("test", engine.Version));

    public override string InstanceId => DurableNames.Instance(engine.InstanceId);

    public override ParentOrchestrationInstance? Parent => null;

    public override DateTime CurrentUtcDateTime => engine.CurrentUtc.UtcDateTime;

    public override bool IsReplaying => engine.IsReplaying;

    protected override ILoggerFactory LoggerFactory => NullLoggerFactory.Instance;

    /// <summary>Hosts code as the function app does, for an engine of the tests.</summary>
    public static OrchestratorCode Host(OrchestratorCode code) => async (engine, input) =>
    {
        FakeDurableContext durable = new(engine, DurableInput.Of(engine.InstanceId, input));
        return await OrchestrationHost.RunAsync(code, durable, engine.Version);
    };

    public override T GetInput<T>() => Cross<T>(input);

    public override async Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        DurableInput order = Cross<DurableInput>(input);
        Assert.Equal(engine.InstanceId, order.Instance());
        ActivityAnswer answer;
        try
        {
            answer = new ActivityAnswer(await engine.CallActivityAsync<JsonElement>(name.Name, order.Payload));
        }
        catch (ActivityFailedException failure)
        {
            answer = new ActivityAnswer(null, failure.ErrorType, failure.Message[(failure.Message.IndexOf(": ", StringComparison.Ordinal) + 2)..]);
        }

        return Cross<TResult>(answer);
    }

    public override async Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, object? input = null, TaskOptions? options = null)
    {
        DurableInput order = Cross<DurableInput>(input);
        SubOrchestrationOptions chosen = Assert.IsType<SubOrchestrationOptions>(options);
        Assert.Equal(DurableNames.Instance(order.Instance()), chosen.InstanceId);
        try
        {
            return Cross<TResult>(await engine.CallOrchestrationAsync<JsonElement>(DurableNames.Read(orchestratorName.Name).Name, order.Name, order.Payload));
        }
        catch (ActivityFailedException failure)
        {
            throw new TaskFailedException(orchestratorName.Name, 0, new TaskFailureDetails(failure.ErrorType, failure.Message, null, null, null));
        }
    }

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        Assert.Equal(DateTimeKind.Utc, fireAt.Kind);
        return engine.CreateTimerAsync(new DateTimeOffset(fireAt), cancellationToken);
    }

    public override async Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default) =>
        Cross<T>(await engine.WaitForEventAsync<JsonElement>(eventName));

    public override void SendEvent(string instanceId, string eventName, object payload) => throw new NotSupportedException();

    public override void SetCustomStatus(object? customStatus) => Statuses.Add(customStatus);

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true)
    {
        Assert.True(preserveUnprocessedEvents, "Events that came early must not be lost.");
        engine.ContinueAsNew(Cross<DurableInput>(newInput).Payload);
    }

    public override Guid NewGuid() => engine.NewGuid();

    private static T Cross<T>(object? value) => Converter.Deserialize<T>(Converter.Serialize(value))!;
}
