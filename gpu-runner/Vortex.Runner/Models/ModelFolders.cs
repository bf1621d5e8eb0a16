using System.Collections.Immutable;
using Vortex.Diffusion;
using Vortex.Diffusion.Management;
using Vortex.Diffusion.Recipes;

namespace Vortex.Runner.Models;

/// <summary>The model folders of this machine, in ComfyUI's layout.</summary>
/// <remarks>
/// A name is a path below its folder, with either slash; it cannot lead out. Links in the folders are followed wherever they lead, since people keep
/// gigabytes on other disks: whoever can put a link into a model folder could put the file there as well. Where two roots have one name the first counts.
/// </remarks>
public sealed class ModelFolders : IModelFiles
{
    private const int MaxDepth = 16;
    private const int MaxFiles = 100_000;

    /// <summary>What a name without extension is tried with, in this order.</summary>
    internal static readonly ImmutableArray<string> LooseExtensions = ["", ".safetensors", ".pt", ".bin", ".sft", ".pth", ".ckpt", ".gguf"];

    private readonly IReadOnlyList<ModelDirectory> _directories;

    /// <summary>Takes directories, the first ones searched first.</summary>
    /// <param name="directories">Where the models of each folder lie; they need not exist.</param>
    /// <param name="digests">Knows what is in the files.</param>
    public ModelFolders(IEnumerable<ModelDirectory> directories, DigestCache digests) => (_directories, Digests) = ([.. directories.Distinct()], digests);

    /// <summary>Gets what knows the files' digests.</summary>
    public DigestCache Digests { get; }

    /// <summary>Returns the directories of a folder, in the order they are searched.</summary>
    public IEnumerable<string> DirectoriesOf(string folder)
    {
        string current = ModelFolderNames.Current(folder);
        return _directories.Where(directory => directory.Folder == current).Select(directory => directory.Path);
    }

    /// <summary>Returns all folders that have a directory here.</summary>
    public IEnumerable<string> Folders => _directories.Select(directory => directory.Folder).Distinct().Order(StringComparer.Ordinal);

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string folder)
    {
        SortedSet<string> names = new(StringComparer.Ordinal);
        foreach (string directory in DirectoriesOf(folder))
        {
            HashSet<string> seen = new(StringComparer.Ordinal);
            Add(new DirectoryInfo(directory), "", 0, ModelFolderNames.Current(folder), names, seen);
        }

        return [.. names];
    }

    /// <summary>Returns where a name lies; null where no folder has it.</summary>
    public string? Locate(string folder, string name)
    {
        string relative = name.Replace('\\', '/');
        if (!IsInside(relative))
        {
            return null;
        }

        foreach (string directory in DirectoriesOf(folder))
        {
            string path = Path.Combine(directory, relative);
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public ModelFileRef? Find(string folder, string name)
    {
        foreach (string extension in LooseExtensions)
        {
            if (Locate(folder, name + extension) is { } path)
            {
                return new ModelFileRef(ModelFolderNames.Current(folder), (name + extension).Replace('\\', '/'), Digests.DigestOf(path));
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public string PathOf(ModelFileRef file)
    {
        try
        {
            string? named = Locate(file.Folder, file.Name);
            if (named is not null && Digests.DigestOf(named) == file.Digest)
            {
                return named;
            }

            foreach (string path in Digests.PathsOf(file.Digest).Where(File.Exists).Order(StringComparer.Ordinal))
            {
                if (Digests.DigestOf(path) == file.Digest)
                {
                    return path;
                }
            }

            throw new DiffusionException(
                DiffusionCodes.FileGone,
                named is null
                    ? $"The model '{file.Name}' is no longer in {file.Folder}. Put it back, or start a new run with another."
                    : $"The model '{file.Name}' in {file.Folder} is not the file any more that the run was accepted with. Start a new run to use the one that is there now.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DiffusionException(DiffusionCodes.FileGone, $"The model '{file.Name}' in {file.Folder} cannot be read: {failure.Message}");
        }
    }

    /// <summary>Returns names of a folder that resemble one that is not there, the nearest first.</summary>
    public IReadOnlyList<string> Similar(string folder, string name, int most = 3)
    {
        string wanted = Plain(name);
        return
        [
            .. List(folder)
                .Select(known => (Name: known, Distance: Distance(wanted, Plain(known))))
                .Where(known => known.Distance <= Math.Max(2, wanted.Length / 3))
                .OrderBy(known => known.Distance).ThenBy(known => known.Name, StringComparer.Ordinal)
                .Take(most).Select(known => known.Name),
        ];
    }

    private static string Plain(string name) => Path.GetFileNameWithoutExtension(name.Replace('\\', '/')).ToLowerInvariant();

    // Levenshtein's, over names of at most 200 characters.
    private static int Distance(string a, string b)
    {
        (a, b) = (a[..Math.Min(a.Length, 200)], b[..Math.Min(b.Length, 200)]);
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[^1];
    }

    private static bool IsInside(string name) =>
        name.Length is > 0 and <= 1024
        && !name.StartsWith('/')
        && !name.Contains('\0', StringComparison.Ordinal)
        && !name.Contains(':', StringComparison.Ordinal)
        && !name.Split('/').Contains("..");

    private static void Add(DirectoryInfo directory, string prefix, int depth, string folder, SortedSet<string> names, HashSet<string> seen)
    {
        // A link back up would otherwise go round for ever.
        if (depth > MaxDepth || !directory.Exists || !seen.Add((directory.ResolveLinkTarget(returnFinalTarget: true) ?? directory).FullName))
        {
            return;
        }

        try
        {
            foreach (FileSystemInfo entry in directory.EnumerateFileSystemInfos())
            {
                if (names.Count >= MaxFiles)
                {
                    return;
                }

                if (entry is DirectoryInfo below)
                {
                    if (!entry.Name.StartsWith('.'))
                    {
                        Add(below, $"{prefix}{entry.Name}/", depth + 1, folder, names, seen);
                    }
                }
                else if (ModelFolderNames.Counts(folder, entry.Name))
                {
                    names.Add(prefix + entry.Name);
                }
            }
        }
        catch (UnauthorizedAccessException)
        {
            // What may not be read is not there for us.
        }
    }
}

/// <summary>A directory with models of one folder.</summary>
/// <param name="Folder">The folder, such as <c>loras</c>.</param>
/// <param name="Path">The full path.</param>
public sealed record ModelDirectory(string Folder, string Path);
