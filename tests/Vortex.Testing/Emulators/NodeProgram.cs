using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Vortex.Testing;

/// <summary>A program from an npm package that a test runs beside itself: an emulator of a cloud service, or a client.</summary>
/// <remarks>Packages are looked for in the repository and in its <c>artifacts</c> folder, where <c>.ci/run</c> puts them. Node ends with the test program.</remarks>
public sealed class NodeProgram : IAsyncDisposable
{
    private readonly Process _process;

    private NodeProgram(Process process) => _process = process;

    /// <summary>Finds a script of a package, or skips the test with what to install.</summary>
    public static string FindOrSkip(string package, string script)
    {
        string? found = Find(package, script);
        Assert.SkipWhen(found is null, $"{package} is not installed: run 'npm install --prefix artifacts --no-save {package}' in the repository to run this test.");
        return found!;
    }

    /// <summary>Says whether a package is there, for what cannot skip: a fixture that several tests share.</summary>
    public static bool IsThere(string package) => Find(package, "package.json") is not null;

    /// <summary>Returns a port of 127.0.0.1 that was free a moment ago.</summary>
    public static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts a script and waits until it says that it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ended or said nothing of the kind within a minute.</exception>
    public static async Task<NodeProgram> StartAsync(string script, IEnumerable<string> arguments, string readyLine)
    {
        Process process = new()
        {
            StartInfo = new ProcessStartInfo("node", [script, .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
                WorkingDirectory = Path.GetTempPath(),
            },
        };
        StringBuilder said = new();
        TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        void Take(string? line)
        {
            lock (said)
            {
                if (said.Length < 10_000)
                {
                    said.AppendLine(line);
                }
            }

            if (line?.Contains(readyLine, StringComparison.Ordinal) == true)
            {
                ready.TrySetResult();
            }
        }

        process.OutputDataReceived += (_, data) => Take(data.Data);
        process.ErrorDataReceived += (_, data) => Take(data.Data);
        process.Start();
        // Whatever way the test program ends, its emulators go too.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Kill(process);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Task ended = process.WaitForExitAsync();
        Task first = await Task.WhenAny(ready.Task, ended, Task.Delay(TimeSpan.FromMinutes(1)));
        if (first == ready.Task)
        {
            return new NodeProgram(process);
        }

        Kill(process);
        lock (said)
        {
            throw new InvalidOperationException($"{Path.GetFileName(script)} did not become ready: {said}");
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Kill(_process);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string? Find(string package, string script)
    {
        string root = ReferenceData.RepositoryRoot();
        return new[] { root, Path.Combine(root, "artifacts") }
            .Select(folder => Path.Combine(folder, "node_modules", package, script))
            .FirstOrDefault(File.Exists);
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It ended before, or was disposed of.
        }
    }
}
