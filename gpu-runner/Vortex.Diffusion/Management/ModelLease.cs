namespace Vortex.Diffusion.Management;

/// <summary>The right to use a loaded network. It stays loaded until its last lease is disposed of, and as long after that as memory allows.</summary>
/// <typeparam name="T">What was loaded.</typeparam>
public sealed class ModelLease<T> : IDisposable
    where T : class
{
    private readonly Action _release;
    private int _released;

    internal ModelLease(T value, Action release) => (Value, _release) = (value, release);

    /// <summary>Gets what was loaded. Shared with others: it must not be changed or disposed of.</summary>
    public T Value { get; }

    /// <summary>Ends the use. A second call does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0)
        {
            _release();
        }
    }
}
