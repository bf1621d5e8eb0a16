using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Vortex.Runner.Tests;

/// <summary>The runner as a process of its own, beside the tests, that can be told to stop as a container's platform does.</summary>
internal sealed partial class RunnerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _said = new();
    private readonly TaskCompletionSource<Uri> _health = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RunnerProcess(string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "Vortex.Runner.dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        _process = Process.Start(start)!;
        // Read to the end, so that the runner never waits for a full pipe.
        _process.OutputDataReceived += (_, data) => Take(data.Data);
        _process.ErrorDataReceived += (_, data) => Take(data.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Gets the address that health is answered at, once the runner says so.</summary>
    public Task<Uri> Health => _health.Task;

    public string Said
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    public static RunnerProcess Start(params string[] arguments) => new(arguments);

    /// <summary>Sends SIGTERM.</summary>
    public async Task TerminateAsync()
    {
        using Process kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(5));
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Take(string? line)
    {
        lock (_said)
        {
            _said.AppendLine(line);
        }

        if (line is not null && HealthLine().Match(line) is { Success: true } match)
        {
            _health.TrySetResult(new Uri(match.Groups[1].Value));
        }
    }

    [GeneratedRegex("Health is answered at (http://[^ ]+/)health/live")]
    private static partial Regex HealthLine();
}
