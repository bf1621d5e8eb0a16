using System.Collections.Concurrent;

namespace Vortex.Embedded;

/// <summary>A small pool of reading connections. Each read sees one committed state of the whole database.</summary>
internal sealed class Readers : IDisposable
{
    private readonly ConcurrentBag<Connection> _idle = [];
    private readonly SemaphoreSlim _free;
    private readonly Func<Connection> _open;
    private volatile bool _closed;

    internal Readers(int most, Func<Connection> open) => (_free, _open) = (new SemaphoreSlim(most, most), open);

    /// <summary>Runs a read. It is short, so it runs where it was called.</summary>
    internal async ValueTask<T> ReadAsync<T>(Func<Connection, T> read, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_closed, this);
        if (!_free.Wait(0, CancellationToken.None))
        {
            await _free.WaitAsync(cancellationToken);
        }

        Connection? connection = null;
        try
        {
            connection = _idle.TryTake(out Connection? idle) ? idle : _open();
            // One read transaction, so that several statements see the same state.
            connection.Execute("BEGIN");
            T result = read(connection);
            connection.Execute("COMMIT");
            return result;
        }
        catch
        {
            // Whatever state it is in, it is not used again.
            connection?.Dispose();
            connection = null;
            throw;
        }
        finally
        {
            Return(connection);
        }
    }

    public void Dispose()
    {
        _closed = true;
        while (_idle.TryTake(out Connection? idle))
        {
            idle.Dispose();
        }
    }

    private void Return(Connection? connection)
    {
        if (connection is not null)
        {
            if (_closed)
            {
                connection.Dispose();
            }
            else
            {
                _idle.Add(connection);
            }
        }

        _free.Release();
    }
}
