using System.Globalization;
using Vortex.Runs;

namespace Vortex.Embedded;

/// <summary>Where everything of one machine lies. <c>docs/embedded.md</c> lists what is what.</summary>
public sealed class DataFolder
{
    /// <summary>Names a folder. It is made when missing.</summary>
    /// <exception cref="EmbeddedStoreException">It cannot be made or written.</exception>
    public DataFolder(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(Path);
            Directory.CreateDirectory(TemporaryPath);
            Directory.CreateDirectory(ContentRoot);
        }
        catch (Exception error) when (StoreErrors.FromFile(error, Path) is not null)
        {
            throw StoreErrors.FromFile(error, Path)!;
        }
        catch (IOException error)
        {
            throw new EmbeddedStoreException(StoreErrors.Io, $"'{Path}' cannot be used as the data folder: {error.Message} Name another one.", error);
        }
    }

    /// <summary>Gets the full path.</summary>
    public string Path { get; }

    /// <summary>Gets the database.</summary>
    public string DatabasePath => System.IO.Path.Combine(Path, "vortex.db");

    internal string TemporaryPath => System.IO.Path.Combine(Path, "temp");

    private string ContentRoot => System.IO.Path.Combine(Path, "content");

    /// <summary>Takes the folder for one host: the process whose engine and maintenance work on it. Runner processes need no lock.</summary>
    /// <returns>The lock, held until disposed or until the process ends, however it ends.</returns>
    /// <exception cref="EmbeddedStoreException">Another host has it (<c>store.in_use</c>).</exception>
    public IDisposable LockForHost()
    {
        string lockPath = System.IO.Path.Combine(Path, "host.lock");
        string ownerPath = System.IO.Path.Combine(Path, "host.pid");
        try
        {
            FileStream held = new(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(ownerPath, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return held;
        }
        catch (Exception error) when (StoreErrors.FromFile(error, lockPath) is not null)
        {
            throw StoreErrors.FromFile(error, lockPath)!;
        }
        catch (IOException error)
        {
            throw new EmbeddedStoreException(StoreErrors.InUse, $"Another Vortex host{Owner(ownerPath)} works on '{Path}'. Stop it, or name another data folder.", error);
        }
    }

    /// <summary>Returns the folder that holds a workspace's content.</summary>
    internal string ContentPath(WorkspaceId workspace)
    {
        workspace.EnsureWellFormed();
        return System.IO.Path.Combine(ContentRoot, workspace.Tenant, workspace.Workspace);
    }

    private static string Owner(string ownerPath)
    {
        try
        {
            return $" (process {File.ReadAllText(ownerPath).Trim()})";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
