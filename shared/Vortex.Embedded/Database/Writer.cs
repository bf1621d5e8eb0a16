using System.Runtime.ExceptionServices;

namespace Vortex.Embedded;

/// <summary>The one writer: takes writes from a queue and commits many of them together.</summary>
/// <remarks>
/// A write is a function over the connection that may run more than once: when a whole group cannot be committed, its
/// writes are tried one by one, so that a write fails for its own reason only. It must therefore have no effect
/// outside the database but through <see cref="WriteScope.AfterCommit"/>. Once a write's task has ended well, it is durable.
/// </remarks>
internal sealed class Writer : IDisposable
{
    private const int MostInGroup = 512;

    private readonly object _gate = new();
    private readonly Connection _connection;
    private readonly TimeSpan _pollInterval;
    private readonly Action _otherProcessWrote;
    private readonly Thread _thread;
    private readonly Queue<Write> _waiting = new();
    private bool _closing;
    private long _dataVersion;

    /// <param name="connection">Used by this writer alone from now on.</param>
    /// <param name="pollInterval">How often to look whether another process wrote.</param>
    /// <param name="otherProcessWrote">Called on the writer's thread when one did.</param>
    internal Writer(Connection connection, TimeSpan pollInterval, Action otherProcessWrote)
    {
        (_connection, _pollInterval, _otherProcessWrote) = (connection, pollInterval, otherProcessWrote);
        _dataVersion = connection.Scalar("PRAGMA data_version");
        _thread = new Thread(Loop) { IsBackground = true, Name = "vortex-writer" };
        _thread.Start();
    }

    /// <summary>Queues a write and waits until it is durable.</summary>
    internal Task<T> WriteAsync<T>(Func<WriteScope, T> work, CancellationToken cancellationToken = default)
    {
        Write<T> write = new(work, cancellationToken);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closing, this);
            _waiting.Enqueue(write);
            Monitor.Pulse(_gate);
        }

        return write.Task;
    }

    /// <summary>Finishes what is queued, then closes the connection.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_closing)
            {
                return;
            }

            _closing = true;
            Monitor.Pulse(_gate);
        }

        _thread.Join();
        _connection.Dispose();
    }

    private void Loop()
    {
        List<Write> group = [];
        while (TakeGroup(group))
        {
            if (group.Count > 0)
            {
                Commit(group);
                group.Clear();
            }

            LookForOthers();
        }
    }

    /// <summary>Takes what waits; an empty group means that it is time to look for other processes' writes.</summary>
    private bool TakeGroup(List<Write> group)
    {
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                if (_closing)
                {
                    return false;
                }

                // Real time on purpose: what is awaited is another process, which no time provider of ours drives.
                Monitor.Wait(_gate, _pollInterval);
            }

            while (group.Count < MostInGroup && _waiting.TryDequeue(out Write? write))
            {
                group.Add(write);
            }

            return true;
        }
    }

    private void Commit(List<Write> group)
    {
        group.RemoveAll(write => write.TryCancel());
        if (group.Count == 0)
        {
            return;
        }

        if (TryCommit(group) is not { } failure)
        {
            return;
        }

        if (group.Count == 1)
        {
            group[0].Fail(failure.SourceException);
            return;
        }

        foreach (Write write in group)
        {
            if (TryCommit([write]) is { } alone)
            {
                write.Fail(alone.SourceException);
            }
        }
    }

    /// <summary>Runs writes in one transaction. What fails inside its savepoint is answered at once and takes no part in the commit.</summary>
    /// <returns>Why the transaction as a whole failed; null when it is durable.</returns>
    private ExceptionDispatchInfo? TryCommit(List<Write> group)
    {
        List<Write> done = new(group.Count);
        List<(Write Write, Exception Error)> failed = [];
        try
        {
            _connection.Execute("BEGIN IMMEDIATE");
            foreach (Write write in group)
            {
                _connection.Execute("SAVEPOINT one");
                try
                {
                    write.Run(_connection);
                    _connection.Execute("RELEASE one");
                    done.Add(write);
                }
#pragma warning disable CA1031 // Whatever a write throws belongs to its caller; the others of the group go on.
                catch (Exception error) when (_connection.InTransaction)
#pragma warning restore CA1031
                {
                    _connection.Execute("ROLLBACK TO one");
                    _connection.Execute("RELEASE one");
                    failed.Add((write, error));
                }
            }

            CrashPoints.Pass(CrashPoints.BeforeCommit);
            _connection.Execute("COMMIT");
            CrashPoints.Pass(CrashPoints.AfterCommit);
        }
#pragma warning disable CA1031 // Answered to every caller of the group; the writer itself must live on.
        catch (Exception error)
#pragma warning restore CA1031
        {
            RollBack();
            return ExceptionDispatchInfo.Capture(error);
        }

        failed.ForEach(one => one.Write.Fail(one.Error));
        done.ForEach(write => write.Succeed());
        return null;
    }

    private void RollBack()
    {
        if (_connection.InTransaction)
        {
            try
            {
                _connection.Execute("ROLLBACK");
            }
            catch (EmbeddedStoreException)
            {
                // SQLite rolls back by itself when the connection is used next; the cause is already on its way to the callers.
            }
        }
    }

    private void LookForOthers()
    {
        long version;
        try
        {
            version = _connection.Scalar("PRAGMA data_version");
        }
        catch (EmbeddedStoreException)
        {
            // Whatever is wrong will be told to the next one who reads or writes.
            return;
        }

        if (version != _dataVersion)
        {
            _dataVersion = version;
            _otherProcessWrote();
        }
    }

    private abstract class Write
    {
        internal abstract bool TryCancel();

        internal abstract void Run(Connection connection);

        internal abstract void Succeed();

        internal abstract void Fail(Exception error);
    }

    private sealed class Write<T>(Func<WriteScope, T> work, CancellationToken cancellationToken) : Write
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private WriteScope? _scope;
        private T _result = default!;

        internal Task<T> Task => _done.Task;

        internal override bool TryCancel() => cancellationToken.IsCancellationRequested && _done.TrySetCanceled(cancellationToken);

        internal override void Run(Connection connection)
        {
            _scope = new WriteScope(connection);
            _result = work(_scope);
        }

        internal override void Succeed()
        {
            _scope!.Committed();
            _done.TrySetResult(_result);
        }

        internal override void Fail(Exception error) => _done.TrySetException(error);
    }
}
