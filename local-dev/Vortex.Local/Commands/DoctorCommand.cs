using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text.Json;
using Vortex.Imaging.Codecs;
using Vortex.Local.Hosting;
using Vortex.Local.Terminal;
using Vortex.Runs;

namespace Vortex.Local.Commands;

/// <summary><c>vortex doctor</c>: what this machine has, what it lacks, and what to install.</summary>
internal static class DoctorCommand
{
    public static Command Make(Option<string?> data)
    {
        Option<bool> json = new("--json") { Description = "Print as JSON" };
        Command command = new("doctor", "Say what this machine has and lacks, and what to install") { data, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            List<Finding> findings = await FindAsync(DataFolders.Choose(parsed.GetValue(data)), cancellationToken);
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(findings, RunsJson.Options));
            }
            else
            {
                foreach (Finding finding in findings)
                {
                    Console.Out.WriteLine($"{finding.State,-8} {finding.What,-18} {finding.Detail}");
                    if (finding.Remedy is { } remedy)
                    {
                        Console.Out.WriteLine($"{"",-28}{remedy}");
                    }
                }
            }

            return findings.Any(finding => finding.State == "broken") ? ExitCodes.Failed : ExitCodes.Done;
        });
        return command;
    }

    private static async Task<List<Finding>> FindAsync(string dataFolder, CancellationToken cancellationToken)
    {
        List<Finding> findings =
        [
            new("ok", "system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}", null),
            new("ok", ".NET", RuntimeInformation.FrameworkDescription, null),
            new("ok", "processor", $"{Environment.ProcessorCount} cores, {(Avx512F.IsSupported ? "AVX-512" : Avx2.IsSupported ? "AVX2" : "no AVX2: pictures take longer")}", null),
            new("ok", "memory", $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1L << 30)} GiB", null),
        ];
        findings.Add(Folder(dataFolder));
        foreach (CodecAvailability codec in ImageCodecs.Availability())
        {
            findings.Add(codec.Present
                ? new("ok", codec.Name, codec.Version ?? "there", null)
                : new("missing", codec.Name, "not found; files of this format cannot be read or written", codec.HowToInstall));
        }

        int executable = Catalogs.All.Types.Count(type => type.IsExecutable);
        findings.Add(new("ok", "node types", $"{executable.ToString(CultureInfo.InvariantCulture)} run here", null));
        string? gpu = await Processes.FirstLineAsync("nvidia-smi", ["--query-gpu=name,memory.total", "--format=csv,noheader"], cancellationToken);
        findings.Add(gpu is null
            ? new("note", "GPU", "none found; this version computes on the processor", null)
            : new("note", "GPU", $"{gpu}; this version computes on the processor", null));
        return findings;
    }

    private static Finding Folder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            string probe = Path.Combine(folder, $".probe-{Environment.ProcessId}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            long free = new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;
            return free < 1L << 30
                ? new("low", "data folder", $"{folder}, {free >> 20} MiB free", "Free some space, or choose another folder with --data DIR or VORTEX_DATA.")
                : new("ok", "data folder", $"{folder}, {free >> 30} GiB free", null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new("broken", "data folder", $"{folder}: {failure.Message}", "Choose another folder with --data DIR or VORTEX_DATA.");
        }
    }

    private sealed record Finding(string State, string What, string Detail, string? Remedy);
}
