namespace Vortex.Tensors.Cpu;

/// <summary>Threads that share the chunks of one piece of work at a time and then wait for the next.</summary>
/// <remarks>
/// The caller works along and does not wait for threads that took nothing. A call while another one runs, or from inside one, is done by its caller alone.
/// Which thread does a chunk is left open, so a chunk's result must not depend on it. Idle threads end by themselves.
/// </remarks>
internal sealed unsafe class CpuThreads(int threads) : IDisposable
{
    private const int SpinRounds = 60;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _wake = new(0);
    private readonly Lock _busy = new();
    private readonly bool[] _running = new bool[threads];
    private delegate*<void*, int, int, void> _body;
    private void* _context;
    private int _chunks;
    private int _done;
    private int _sleeping;
    private volatile bool _disposed;
    private volatile Exception? _failure;

    // Generation in the upper half, chunks not yet taken in the lower: one exchange takes a chunk of exactly the work it was meant for.
    private long _ticket;

    /// <summary>Gets the most threads that work together, the caller included: worker numbers are below it.</summary>
    public int Count => threads;

    /// <summary>Does chunks 0 to <paramref name="chunks"/> - 1 and returns when all are done.</summary>
    /// <param name="chunks">How many.</param>
    /// <param name="body">Does one: (context, chunk, worker). Two chunks at one time have different workers, for scratch memory of their own.</param>
    /// <param name="context">Passed on.</param>
    public void Run(int chunks, delegate*<void*, int, int, void> body, void* context)
    {
        if (chunks <= 1 || threads == 1 || _busy.IsHeldByCurrentThread || !_busy.TryEnter())
        {
            for (int i = 0; i < chunks; i++)
            {
                body(context, i, 0);
            }

            return;
        }

        try
        {
            _body = body;
            _context = context;
            (_chunks, _done, _failure) = (chunks, 0, null);
            long generation = (Volatile.Read(ref _ticket) >> 32) + 1;
            Interlocked.Exchange(ref _ticket, (generation << 32) | (uint)chunks);
            Summon(Math.Min(threads, chunks) - 1);
            while (TakeOne(0))
            {
            }

            SpinWait spin = default;
            while (Volatile.Read(ref _done) != chunks)
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }

            if (_failure is { } failure)
            {
                throw new InvalidOperationException("A kernel failed.", failure);
            }
        }
        finally
        {
            _busy.Exit();
        }
    }

    /// <summary>Cuts 0 to <paramref name="count"/> into ranges of at least <paramref name="grain"/> and does (from, to) for each.</summary>
    /// <remarks>Cuts differently for different numbers of threads: for work on values that do not depend on their neighbours.</remarks>
    public void For(long count, long grain, Action<long, long> body)
    {
        int chunks = (int)Math.Clamp(count / Math.Max(1, grain), 1, threads * 4L);
        if (chunks == 1 || threads == 1)
        {
            body(0, count);
            return;
        }

        Ranges ranges = new(count, chunks, body);
#pragma warning disable CS8500 // It stays on this stack until every chunk is done.
        Run(chunks, &Ranges.Do, &ranges);
#pragma warning restore CS8500
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _wake.Release(threads);
    }

    private void Summon(int helpers)
    {
        for (int i = 1; i <= helpers; i++)
        {
            if (!Volatile.Read(ref _running[i]) && !_disposed)
            {
                _running[i] = true;
                int worker = i;
                new Thread(() => Serve(worker)) { IsBackground = true, Name = $"tensors {worker}" }.Start();
            }
        }

        int sleeping = Volatile.Read(ref _sleeping);
        if (sleeping > 0)
        {
            _wake.Release(Math.Min(sleeping, helpers));
        }
    }

    private void Serve(int worker)
    {
        while (!_disposed)
        {
            if (TakeOne(worker))
            {
                continue;
            }

            if (Spin())
            {
                continue;
            }

            Interlocked.Increment(ref _sleeping);
            bool woken = (uint)Interlocked.Read(ref _ticket) != 0 || _wake.Wait(s_patience);
            Interlocked.Decrement(ref _sleeping);
            if (!woken)
            {
                break;
            }
        }

        Volatile.Write(ref _running[worker], false);
    }

    private bool Spin()
    {
        for (int i = 0; i < SpinRounds; i++)
        {
            if ((uint)Volatile.Read(ref _ticket) != 0)
            {
                return true;
            }

            Thread.SpinWait(20);
        }

        return false;
    }

    private bool TakeOne(int worker)
    {
        long ticket = Volatile.Read(ref _ticket);
        while ((uint)ticket != 0)
        {
            long seen = Interlocked.CompareExchange(ref _ticket, ticket - 1, ticket);
            if (seen != ticket)
            {
                ticket = seen;
                continue;
            }

            // The chunk is ours, so its work cannot end before we count it, and what was set for it stays.
            try
            {
                _body(_context, _chunks - (int)(uint)ticket, worker);
            }
#pragma warning disable CA1031 // The caller's thread throws it.
            catch (Exception e)
#pragma warning restore CA1031
            {
                _failure = e;
            }

            Interlocked.Increment(ref _done);
            return true;
        }

        return false;
    }

    private readonly struct Ranges(long count, int chunks, Action<long, long> body)
    {
        public static void Do(void* context, int chunk, int worker)
        {
#pragma warning disable CS8500 // See above.
            ((Ranges*)context)->One(chunk);
#pragma warning restore CS8500
        }

        private void One(int chunk) => body(count * chunk / chunks, count * (chunk + 1) / chunks);
    }
}
