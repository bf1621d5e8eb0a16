using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Vortex.Benchmarks;

/// <summary><c>vortex up</c> on a free port over a fresh data folder, ended with the benchmark.</summary>
internal sealed partial class BenchHost : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _folder;

    private BenchHost(Process process, DirectoryInfo folder, Uri url, double readyMs)
    {
        (_process, _folder, Url, ReadyMs) = (process, folder, url, readyMs);
        Http = new HttpClient { BaseAddress = url };
    }

    public Uri Url { get; }

    public HttpClient Http { get; }

    /// <summary>Gets how long it took from the start of the process to the first 200 of <c>/health/ready</c>.</summary>
    public double ReadyMs { get; }

    public static async Task<BenchHost> StartAsync(params string[] options)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("vortex-bench-");
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "vortex.dll"), "up", "--port", "0", "--data", folder.FullName, .. options])
        {
            RedirectStandardOutput = true,
        };
        long began = Stopwatch.GetTimestamp();
        Process process = Process.Start(start)!;
        TaskCompletionSource<Uri> address = new(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, data) =>
        {
            if (data.Data is not null && Address().Match(data.Data) is { Success: true } match)
            {
                address.TrySetResult(new Uri(match.Value));
            }
        };
        process.BeginOutputReadLine();
        if (await Task.WhenAny(address.Task, process.WaitForExitAsync()) != address.Task)
        {
            throw new InvalidOperationException("The host ended before it was ready.");
        }

        Uri url = await address.Task;
        using HttpClient http = new() { BaseAddress = url };
        while (!(await http.GetAsync(new Uri("health/ready", UriKind.Relative))).IsSuccessStatusCode)
        {
        }

        return new BenchHost(process, folder, url, Stopwatch.GetElapsedTime(began).TotalMilliseconds);
    }

    public long ResidentBytes()
    {
        _process.Refresh();
        return _process.WorkingSet64;
    }

    /// <summary>Returns the most memory that was resident so far, pages of mapped files included.</summary>
    public long PeakBytes()
    {
        _process.Refresh();
        return _process.PeakWorkingSet64;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+/")]
    private static partial Regex Address();
}
