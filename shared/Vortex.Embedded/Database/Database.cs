using Vortex.Runs;

namespace Vortex.Embedded;

/// <summary>The database of a data folder: its writer, its readers, and who is woken by writes.</summary>
internal sealed class Database : IDisposable
{
    private readonly Writer _writer;
    private readonly Readers _readers;

    private Database(DataFolder folder, EmbeddedOptions options, TimeProvider time)
    {
        (Folder, Options, Time) = (folder, options, time);
        Connection writing = Connection.Open(folder.DatabasePath, options.BusyTimeout, readOnly: false);
        try
        {
            Schema.Bring(writing, folder.DatabasePath);
            _writer = new Writer(writing, options.PollInterval, OtherProcessWrote);
        }
        catch
        {
            writing.Dispose();
            throw;
        }

        _readers = new Readers(options.ReadConnections, () => Connection.Open(folder.DatabasePath, options.BusyTimeout, readOnly: true));
    }

    /// <summary>Raised on the writer's thread when another process wrote.</summary>
    internal event Action? WrittenElsewhere;

    internal DataFolder Folder { get; }

    internal EmbeddedOptions Options { get; }

    internal TimeProvider Time { get; }

    internal Signals Signals { get; } = new();

    internal static Database Open(DataFolder folder, EmbeddedOptions options, TimeProvider time) => new(folder, options, time);

    /// <summary>Writes in a transaction that others may share. Durable once the task has ended.</summary>
    internal Task<T> WriteAsync<T>(Func<WriteScope, T> work, CancellationToken cancellationToken = default) => _writer.WriteAsync(work, cancellationToken);

    /// <summary>Reads one committed state.</summary>
    internal ValueTask<T> ReadAsync<T>(Func<Connection, T> read, CancellationToken cancellationToken = default) => _readers.ReadAsync(read, cancellationToken);

    /// <summary>Folds the write-ahead log into the database as far as readers allow. Writers are not held up.</summary>
    internal void Checkpoint()
    {
        using Connection connection = Connection.Open(Folder.DatabasePath, Options.BusyTimeout, readOnly: false);
        connection.Execute("PRAGMA wal_checkpoint(PASSIVE)");
    }

    public void Dispose()
    {
        _readers.Dispose();
        _writer.Dispose();
    }

    private void OtherProcessWrote()
    {
        Signals.PulseAll();
        WrittenElsewhere?.Invoke();
    }
}
