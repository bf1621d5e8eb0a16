using System.Text.Json;
using Vortex.Runs;

namespace Vortex.Embedded;

/// <summary>Something an orchestrator awaits. Continuations run at once, on the turn's thread.</summary>
internal abstract class PendingTask(string name)
{
    /// <summary>Gets what it is called in messages.</summary>
    internal string Name { get; } = name;

    internal abstract void Complete(JsonElement? payload);

    internal abstract void Fail(Exception error);
}

/// <summary>An awaited activity, child or event with a result.</summary>
internal sealed class PendingTask<T>(string name) : PendingTask(name)
{
    private readonly TaskCompletionSource<T> _source = new();

    internal Task<T> Task => _source.Task;

    internal override void Complete(JsonElement? payload)
    {
        T value;
        try
        {
            value = Read(payload);
        }
        catch (JsonException error)
        {
            _source.SetException(new JsonException($"What '{Name}' gave is no {typeof(T).Name}: {error.Message}", error));
            return;
        }

        _source.SetResult(value);
    }

    internal override void Fail(Exception error) => _source.SetException(error);

    internal static T Read(JsonElement? payload) => payload is { } element ? element.Deserialize<T>(RunsJson.Options)! : default!;
}

/// <summary>An awaited timer.</summary>
internal sealed class PendingTimer(CancellationToken token) : PendingTask("timer")
{
    private readonly TaskCompletionSource _source = new();

    internal Task Task => _source.Task;

    internal bool IsCanceled => token.IsCancellationRequested;

    internal override void Complete(JsonElement? payload) => _source.SetResult();

    internal override void Fail(Exception error) => _source.SetException(error);

    internal void Cancel() => _source.SetCanceled(token);
}
