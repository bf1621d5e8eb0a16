using System.Text.Json;
using Vortex.Runs;

namespace Vortex.Local.Hosting;

/// <summary>A note in the data folder that says where its host listens, so that other commands find it.</summary>
internal sealed record RunningHost(string Url, int ProcessId)
{
    private const string FileName = "host.json";

    /// <summary>Writes the note.</summary>
    public static async Task WriteAsync(string dataFolder, string url, CancellationToken cancellationToken)
    {
        string path = Path.Combine(dataFolder, FileName);
        await File.WriteAllTextAsync(path + ".part", JsonSerializer.Serialize(new RunningHost(url, Environment.ProcessId), RunsJson.Options), cancellationToken);
        File.Move(path + ".part", path, overwrite: true);
    }

    /// <summary>Removes this process's note.</summary>
    public static void Remove(string dataFolder)
    {
        if (Read(dataFolder)?.ProcessId == Environment.ProcessId)
        {
            File.Delete(Path.Combine(dataFolder, FileName));
        }
    }

    /// <summary>Reads the note; null when there is none. A killed host leaves its note behind, so ask the address before believing it.</summary>
    public static RunningHost? Read(string dataFolder)
    {
        try
        {
            return JsonSerializer.Deserialize<RunningHost>(File.ReadAllText(Path.Combine(dataFolder, FileName)), RunsJson.Options);
        }
        catch (Exception failure) when (failure is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
