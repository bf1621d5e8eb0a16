using System.ComponentModel;

namespace Vortex.Local.Hosting;

/// <summary>The studio's page: where it lies, whether its build is older than its sources, and how it is built.</summary>
internal static class Studio
{
    private static readonly string[] s_sources = ["src", "public"];
    private static readonly string[] s_files = ["index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts"];

    /// <summary>The studio's sources in a checkout; null where there are none, as in a copy of the build alone.</summary>
    public static string? Sources()
    {
        try
        {
            string folder = Path.Combine(Repository.Root(), "web");
            return File.Exists(Path.Combine(folder, "package.json")) ? folder : null;
        }
        catch (Terminal.CommandFailure)
        {
            return null;
        }
    }

    public static string Built(string sources) => Path.Combine(sources, "dist");

    /// <summary>Whether the page is missing or older than what it is built from.</summary>
    public static bool IsStale(string sources)
    {
        string page = Path.Combine(Built(sources), "index.html");
        return !File.Exists(page) || File.GetLastWriteTimeUtc(page) < Newest(sources);
    }

    /// <summary>The major version of Node, or null where it or npm is missing.</summary>
    public static async Task<int?> NodeAsync(CancellationToken cancellationToken)
    {
        string? version = await Processes.FirstLineAsync("node", ["--version"], cancellationToken);
        return version is not null && await Processes.FirstLineAsync(Npm, ["--version"], cancellationToken) is not null
            && int.TryParse(version.TrimStart('v').Split('.')[0], out int major)
            ? major
            : null;
    }

    /// <summary>Installs what the studio needs where that is missing or older than the list of it.</summary>
    /// <returns>Null, or the last lines of what went wrong.</returns>
    public static async Task<string?> InstallAsync(string sources, CancellationToken cancellationToken)
    {
        string stamp = Path.Combine(sources, "node_modules", ".package-lock.json");
        bool there = File.Exists(stamp) && File.GetLastWriteTimeUtc(stamp) >= File.GetLastWriteTimeUtc(Path.Combine(sources, "package-lock.json"));
        return there ? null : await NpmAsync(sources, ["ci"], cancellationToken);
    }

    /// <summary>Builds the page. Two at once are one after the other, and the second finds nothing to do.</summary>
    /// <returns>Null, or the last lines of what went wrong.</returns>
    public static async Task<string?> BuildAsync(string sources, CancellationToken cancellationToken)
    {
        await using FileStream turn = await TurnAsync(Path.Combine(sources, ".building"), cancellationToken);
        return !IsStale(sources)
            ? null
            : await InstallAsync(sources, cancellationToken) ?? await NpmAsync(sources, ["run", "build"], cancellationToken);
    }

    public static string Npm => OperatingSystem.IsWindows() ? "npm.cmd" : "npm";

    private static async Task<string?> NpmAsync(string folder, string[] arguments, CancellationToken cancellationToken)
    {
        Queue<string> last = new();
        try
        {
            int exit = await Processes.StreamAsync(Npm, arguments, folder, line =>
            {
                last.Enqueue(line);
                if (last.Count > 20)
                {
                    last.Dequeue();
                }
            }, cancellationToken);
            return exit == 0 ? null : string.Join(Environment.NewLine, last);
        }
        catch (Win32Exception failure)
        {
            return failure.Message;
        }
    }

    private static async Task<FileStream> TurnAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException) when (Directory.Exists(Path.GetDirectoryName(path)))
            {
                // Another host of this checkout builds it now.
                await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
            }
        }
    }

    private static DateTime Newest(string sources) => s_sources
        .Select(name => new DirectoryInfo(Path.Combine(sources, name)))
        .Where(folder => folder.Exists)
        .SelectMany(folder => folder.EnumerateFiles("*", SearchOption.AllDirectories))
        .Concat(s_files.Select(name => new FileInfo(Path.Combine(sources, name))).Where(file => file.Exists))
        .Select(file => file.LastWriteTimeUtc)
        .DefaultIfEmpty(DateTime.MinValue)
        .Max();
}
