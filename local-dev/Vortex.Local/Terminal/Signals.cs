using System.Runtime.InteropServices;

namespace Vortex.Local.Terminal;

/// <summary>Requests to end: Ctrl+C, or SIGTERM of a service manager. The first lets the command end in order; a second Ctrl+C ends the process where it stands, as does a command that needs too long.</summary>
/// <remarks>It listens before anything begins, and alone: a host with a lifetime of its own would take a request that comes before the command can hear of it, and nobody would end.</remarks>
internal sealed class Signals : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(45);

    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _requests;

    /// <summary>Begins to listen.</summary>
    public Signals() => _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Take), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Take)];

    /// <summary>Gets what is canceled with the first request.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _stop.Dispose();
    }

    private void Take(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (Interlocked.Increment(ref _requests) == 1)
        {
            // Elsewhere: this thread must be free to hear the next one.
            _ = EndAsync();
        }
        else if (signal.Signal == PosixSignal.SIGINT)
        {
            Environment.Exit(ExitCodes.Canceled);
        }
    }

    private async Task EndAsync()
    {
        await _stop.CancelAsync();
        await Task.Delay(s_patience, CancellationToken.None);
        Environment.Exit(ExitCodes.Canceled);
    }
}
