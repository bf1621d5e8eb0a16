using System.Diagnostics;
using System.Globalization;

namespace Vortex.Benchmarks;

/// <summary>PyTorch running one of the networks in a process of its own, in the strongest configuration that is known.</summary>
internal sealed class DiffusionPeer : IDisposable
{
    private readonly Process _process;

    private DiffusionPeer(Process process) => _process = process;

    /// <summary>Starts it; null where Python or PyTorch is not installed.</summary>
    public static DiffusionPeer? Start(string network, int threads) =>
        PythonPeer.Start(threads, Path.Combine(AppContext.BaseDirectory, "Peers", "diffusion.py"), threads.ToString(CultureInfo.InvariantCulture), network) is { } process
            ? new DiffusionPeer(process)
            : null;

    /// <summary>Runs once and returns milliseconds; null when it failed.</summary>
    public double? Run()
    {
        _process.StandardInput.WriteLine();
        _process.StandardInput.Flush();
        return double.TryParse(_process.StandardOutput.ReadLine(), CultureInfo.InvariantCulture, out double time) ? time : null;
    }

    /// <summary>Ends it and returns the peak of its memory in bytes, 0 where it did not say.</summary>
    public long End()
    {
        _process.StandardInput.Close();
        string? line = _process.StandardOutput.ReadLine();
        _process.WaitForExit();
        return long.TryParse(line, CultureInfo.InvariantCulture, out long bytes) ? bytes : 0;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
