using System.Diagnostics;
using System.Text;
using Vortex.Testing;

namespace Vortex.Local.Tests;

/// <summary>Runs the command as a process, as a person does.</summary>
internal static class VortexCommand
{
    public static string Sample { get; } = Path.Combine(ReferenceData.RepositoryRoot(), "samples", "photo-finish", "photo-finish.json");

    public static string ApiSample { get; } = Path.Combine(ReferenceData.RepositoryRoot(), "samples", "photo-finish", "photo-finish.api.json");

    public static Process Start(string dataFolder, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "vortex.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Directory.CreateDirectory(dataFolder).FullName,
        };
        start.Environment["VORTEX_DATA"] = dataFolder;
        start.Environment["VORTEX_NO_BUILD"] = "1";
        return Process.Start(start)!;
    }

    public static async Task<Outcome> RunAsync(string dataFolder, params string[] arguments)
    {
        using Process process = Start(dataFolder, arguments);
        StringBuilder errors = new();
        process.ErrorDataReceived += (_, data) =>
        {
            lock (errors)
            {
                errors.AppendLine(data.Data);
            }
        };
        process.BeginErrorReadLine();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        lock (errors)
        {
            return new Outcome(process.ExitCode, output, errors.ToString());
        }
    }

    internal sealed record Outcome(int Exit, string Output, string Errors)
    {
        public string All => $"exit {Exit}\n{Output}\n{Errors}";
    }
}
