namespace Vortex.Testing;

/// <summary>What the suites share: a port is opened over a storage that belongs to the running test, used, closed, and perhaps opened again.</summary>
/// <typeparam name="TPort">The port, or a record of ports that share one storage.</typeparam>
public abstract class PortConformance<TPort>
    where TPort : class
{
    /// <summary>Gets the time the adapter must use, if it uses any.</summary>
    protected ManualTimeProvider Time { get; } = new(Some.Time);

    /// <summary>Opens the port over this test's storage: empty at first, as it was left when opened again after <see cref="CloseAsync"/>.</summary>
    protected abstract ValueTask<TPort> OpenAsync();

    /// <summary>Lets go of the port as a process does that ends. What was acknowledged stays.</summary>
    protected virtual async ValueTask CloseAsync(TPort port)
    {
        if (port is IAsyncDisposable asyncDisposable)
        {
            await asyncDisposable.DisposeAsync();
        }
        else if (port is IDisposable disposable)
        {
            disposable.Dispose();
        }
    }

    /// <summary>Closes and opens again.</summary>
    protected async ValueTask<TPort> ReopenAsync(TPort port)
    {
        await CloseAsync(port);
        return await OpenAsync();
    }
}
