namespace Vortex.Embedded;

/// <summary>Waits for a signal, but not for ever.</summary>
internal static class Waiting
{
    /// <summary>Returns when the task ends or the time is over, whichever comes first.</summary>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    internal static async Task UntilAsync(Task signal, TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        // A timer holds at most 49 days; whoever waits longer looks in between.
        TimeSpan delay = atMost < TimeSpan.Zero ? TimeSpan.Zero : atMost > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : atMost;
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(signal, Task.Delay(delay, time, over.Token));
        await over.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }
}
