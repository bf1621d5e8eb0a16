using System.Collections.Concurrent;
using System.Diagnostics;

namespace Vortex.Embedded.Tests;

/// <summary>A process of the crash host, and what it acknowledged until it ended.</summary>
internal sealed class CrashHostProcess : IDisposable
{
    private static readonly TimeSpan Missing = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource _lastLine = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private CrashHostProcess(ProcessStartInfo start, Action<CrashHostProcess, int>? onLine)
    {
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                _lastLine.TrySetResult();
                return;
            }

            _lines.Enqueue(line.Data);
            onLine?.Invoke(this, _lines.Count);
        };
        _process.Start();
        _process.BeginOutputReadLine();
    }

    public IEnumerable<string> Lines => _lines;

    /// <summary>Starts it; <paramref name="onLine"/> is told after each line it wrote, and how many there are.</summary>
    public static CrashHostProcess Start(string[] arguments, string? crashAt = null, Action<CrashHostProcess, int>? onLine = null)
    {
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Vortex.Embedded.CrashHost.dll"));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["VORTEX_CRASH_AT"] = crashAt ?? "";
        return new CrashHostProcess(start, onLine);
    }

    /// <summary>Ends it as the machine would: no handler runs.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Waits for its end, however it comes.</summary>
    /// <returns>The exit code and what it said on its standard error.</returns>
    public async Task<(int Code, string Error)> EndAsync()
    {
        using CancellationTokenSource missing = new(Missing);
        string error = await _process.StandardError.ReadToEndAsync(missing.Token);
        await _process.WaitForExitAsync(missing.Token);
        await _lastLine.Task.WaitAsync(missing.Token);
        return (_process.ExitCode, error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
