using Microsoft.Extensions.Logging;
using Vortex.Embedded;

namespace Vortex.Local.Hosting;

/// <summary>Notices that the data folder can take nothing more, so that a command ends with a sentence where a host would wait for space.</summary>
/// <remarks>
/// Rooms that cannot store a result log the failure and try again, which is right for a service. A full disk cannot be told in the run's own
/// events, because these lie on it.
/// </remarks>
internal sealed class StoreFaults : ILoggerProvider, ILogger
{
    private readonly TaskCompletionSource<EmbeddedStoreException> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets a task that ends with the first fault that waiting does not mend.</summary>
    public Task<EmbeddedStoreException> First => _first.Task;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        for (Exception? at = exception; at is not null; at = at.InnerException)
        {
            if (at is EmbeddedStoreException { Code: "store.disk_full" or "store.read_only" or "store.corrupt" or "store.io" } fault)
            {
                _first.TrySetResult(fault);
            }
        }
    }

    public void Dispose()
    {
    }
}
