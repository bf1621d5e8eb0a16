using System.Globalization;
using System.Security.Cryptography;
using Vortex.Runs;

namespace Vortex.Local.Running;

/// <summary>Copies artifacts of a run into a folder, as ComfyUI's users expect: numbers count on, nothing is overwritten.</summary>
/// <remarks>A file that is there already with the same content is not written again. Each file appears whole or not at all.</remarks>
internal sealed class ArtifactWriter(string folder)
{
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Writes one file.</summary>
    /// <param name="name">The artifact's relative name.</param>
    /// <param name="digest">Its content's SHA-256.</param>
    /// <param name="open">Opens the content.</param>
    /// <param name="cancellationToken">Stops; a half written file is removed.</param>
    /// <returns>The path of the file that now has the content.</returns>
    /// <exception cref="IOException">The folder cannot be written to, or the disk is full.</exception>
    public async Task<string> WriteAsync(string name, Digest digest, Func<CancellationToken, Task<Stream>> open, CancellationToken cancellationToken = default)
    {
        string path = PathOf(name);
        while (!_taken.Add(path) || (File.Exists(path) && !await HoldsAsync(path, digest, cancellationToken)))
        {
            path = Next(path);
        }

        if (File.Exists(path))
        {
            return path;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string partial = path + ".part";
        try
        {
            await using (Stream from = await open(cancellationToken))
            await using (FileStream to = new(partial, FileMode.Create, FileAccess.Write))
            {
                await from.CopyToAsync(to, cancellationToken);
            }

            File.Move(partial, path);
            return path;
        }
        finally
        {
            File.Delete(partial);
        }
    }

    // photo_00001_.png -> photo_00002_.png; a name without a number gets one.
    internal static string Next(string path)
    {
        string folder = Path.GetDirectoryName(path) ?? "";
        string extension = Path.GetExtension(path);
        string stem = Path.GetFileNameWithoutExtension(path);
        string trimmed = stem.TrimEnd('_');
        int digits = 0;
        while (digits < trimmed.Length && char.IsAsciiDigit(trimmed[^(digits + 1)]))
        {
            digits++;
        }

        bool counted = digits is > 0 and <= 9 && stem.Length > trimmed.Length;
        string next = counted
            ? trimmed[..^digits] + (int.Parse(trimmed[^digits..], CultureInfo.InvariantCulture) + 1).ToString("D" + digits, CultureInfo.InvariantCulture) + "_"
            : stem + "_00002_";
        return Path.Combine(folder, next + extension);
    }

    private static async Task<bool> HoldsAsync(string path, Digest digest, CancellationToken cancellationToken)
    {
        await using FileStream file = File.OpenRead(path);
        byte[] hash = await SHA256.HashDataAsync(file, cancellationToken);
        return Convert.ToHexStringLower(hash) == digest.Value;
    }

    private string PathOf(string name)
    {
        string root = Path.GetFullPath(folder);
        string path = Path.GetFullPath(Path.Combine(root, name));
        // Names come checked from the runner; a host that was tampered with must still not write elsewhere.
        return path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw new IOException($"The file name '{name}' leaves the output folder.");
    }
}
