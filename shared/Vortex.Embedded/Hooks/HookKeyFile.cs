using System.Security.Cryptography;

namespace Vortex.Embedded;

/// <summary>The key that seals the signing secrets of hooks, in a file of the data folder that only its owner may read.</summary>
/// <remarks>Whoever copies the database alone has no secrets. Whoever loses the file rotates the secrets; nothing else depends on it.</remarks>
public static class HookKeyFile
{
    private const string FileName = "hooks.key";
    private const int KeyBytes = 32;

    /// <summary>Reads the key, base64 of 32 bytes, and makes one when there is none.</summary>
    /// <exception cref="EmbeddedStoreException">The file cannot be read or made.</exception>
    public static string ReadOrMake(DataFolder folder)
    {
        string path = Path.Combine(folder.Path, FileName);
        try
        {
            if (!File.Exists(path))
            {
                Make(folder, path);
            }

            return File.ReadAllText(path).Trim();
        }
        catch (Exception error) when (StoreErrors.FromFile(error, path) is not null)
        {
            throw StoreErrors.FromFile(error, path)!;
        }
        catch (IOException error)
        {
            throw new EmbeddedStoreException(StoreErrors.Io, $"'{path}' cannot be used: {error.Message}", error);
        }
    }

    private static void Make(DataFolder folder, string path)
    {
        string part = Path.Combine(folder.TemporaryPath, Path.GetRandomFileName());
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (FileStream file = new(part, options))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)) + "\n"));
            file.Flush(flushToDisk: true);
        }

        // Whole or not at all: a key that is half there would be lost with everything it sealed.
        File.Move(part, path);
        Durable.FlushFolder(folder.Path);
    }
}
