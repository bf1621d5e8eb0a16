using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>How blobs of the model store are called.</summary>
internal static class ModelNames
{
    /// <summary>The metadata of a name: the digest of its content.</summary>
    internal const string Digest = "sha256";

    /// <summary>The metadata of a name: the size of its content in bytes.</summary>
    internal const string Size = "size";

    private const string Names = "names/";

    /// <summary>Returns the blob with the content.</summary>
    internal static string Content(Digest digest) => $"sha256/{digest.Value[..2]}/{digest}";

    /// <summary>Returns the blob, empty itself, whose metadata say what a name means; null where no file can have that name.</summary>
    internal static string? Name(string folder, string name)
    {
        string path = $"{folder}/{name}";
        return folder.Contains('/', StringComparison.Ordinal) || !FileNames.IsGood(path) ? null : Names + path;
    }

    /// <summary>Returns what the blobs of a folder's names, or of all, begin with.</summary>
    internal static string Prefix(string? folder) => folder is null ? Names : $"{Names}{folder}/";

    /// <summary>Returns the folder and the name that a blob stands for; null for another blob.</summary>
    internal static (string Folder, string Name)? Read(string blob)
    {
        string[] parts = blob.StartsWith(Names, StringComparison.Ordinal) ? blob[Names.Length..].Split('/', 2) : [];
        return parts is [{ Length: > 0 } folder, { Length: > 0 } name] ? (folder, name) : null;
    }
}
