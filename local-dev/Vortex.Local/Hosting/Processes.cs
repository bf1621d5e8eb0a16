using System.ComponentModel;
using System.Diagnostics;

namespace Vortex.Local.Hosting;

/// <summary>Runs other programs.</summary>
internal static class Processes
{
    /// <summary>Runs a program and hands on each line of its output; ends it with its children when canceled.</summary>
    /// <returns>Its exit status.</returns>
    public static async Task<int> StreamAsync(string program, IEnumerable<string> arguments, string? folder, Action<string> line, CancellationToken cancellationToken)
    {
        using Process process = new()
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = folder ?? "",
            },
        };
        Lock gate = new();
        void Take(string? text)
        {
            if (text is not null)
            {
                lock (gate)
                {
                    line(text);
                }
            }
        }

        process.OutputDataReceived += (_, data) => Take(data.Data);
        process.ErrorDataReceived += (_, data) => Take(data.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return process.ExitCode;
    }

    /// <summary>Runs a program for its first line of output; null when it is not there or fails.</summary>
    public static async Task<string?> FirstLineAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        try
        {
            string? first = null;
            int exit = await StreamAsync(program, arguments, null, line => first ??= line, cancellationToken);
            return exit == 0 ? first : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
