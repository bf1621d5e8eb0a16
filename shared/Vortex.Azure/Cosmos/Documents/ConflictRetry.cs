namespace Vortex.Azure;

/// <summary>Writes again what somebody else was faster with. Writers of this process take turns, so that only those of other processes can be in the way.</summary>
internal sealed class ConflictRetry : IDisposable
{
    // A turn per name would have to be forgotten again; names that share one only wait a little longer.
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1, 1))];

    /// <summary>Tries until something was written.</summary>
    /// <param name="name">What is written to.</param>
    /// <param name="attempt">Reads, decides and writes; null when somebody else wrote in between.</param>
    /// <param name="cancellationToken">Stops trying.</param>
    internal async ValueTask<T> UntilWrittenAsync<T>(string name, Func<ValueTask<T?>> attempt, CancellationToken cancellationToken)
        where T : class
    {
        SemaphoreSlim turn = _turns[(uint)StringComparer.Ordinal.GetHashCode(name) % (uint)_turns.Length];
        await turn.WaitAsync(cancellationToken);
        try
        {
            for (int tried = 0; ; tried++)
            {
                if (await attempt() is { } done)
                {
                    return done;
                }

                // The others go on meanwhile; each attempt reads afresh, so somebody always wins.
                if (tried > 2)
                {
                    await Task.Delay(Random.Shared.Next(5, 20 * Math.Min(tried, 20)), cancellationToken);
                }
            }
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose()
    {
        foreach (SemaphoreSlim turn in _turns)
        {
            turn.Dispose();
        }
    }
}
