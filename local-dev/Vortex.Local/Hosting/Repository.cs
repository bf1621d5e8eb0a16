using Vortex.Local.Terminal;

namespace Vortex.Local.Hosting;

/// <summary>Finds the checkout this command was built in, for the commands that work on it.</summary>
internal static class Repository
{
    public static string Root()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Vortex.Cloud.sln")))
            {
                return at.FullName;
            }
        }

        throw CommandFailure.BadInput("This command works on the repository's sources, and there are none around this build. Run it in a checkout.");
    }
}
