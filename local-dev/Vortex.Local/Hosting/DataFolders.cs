using Vortex.Local.Terminal;

namespace Vortex.Local.Hosting;

/// <summary>Where this machine's Vortex keeps its data.</summary>
internal static class DataFolders
{
    /// <summary>Returns the folder asked for, else <c>VORTEX_DATA</c>, else the system's place for a person's application data.</summary>
    public static string Choose(string? asked)
    {
        string? chosen = asked ?? Environment.GetEnvironmentVariable("VORTEX_DATA");
        if (!string.IsNullOrWhiteSpace(chosen))
        {
            return Path.GetFullPath(chosen);
        }

        string home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return home.Length > 0
            ? Path.Combine(home, "vortex")
            : throw CommandFailure.BadInput("This system names no folder for application data. Say --data DIR or set VORTEX_DATA.");
    }
}
