using System.Text.RegularExpressions;

namespace Vortex.Runs;

/// <summary>What a file of a workspace may be called, the same in every store.</summary>
public static partial class FileNames
{
    private const int LongestName = 1024;

    /// <summary>Refuses a name that is absolute, leaves the workspace, has control characters, or is longer than 1,024 characters.</summary>
    /// <exception cref="ArgumentException">It is one of these; the message says which.</exception>
    public static void Ensure(string name)
    {
        if (WhyNot(name) is { } reason)
        {
            throw new ArgumentException($"The file name {reason}.", nameof(name));
        }
    }

    /// <summary>Says whether <see cref="Ensure"/> takes a name.</summary>
    public static bool IsGood(string name) => WhyNot(name) is null;

    /// <summary>Takes off what ComfyUI's widgets put behind a name: <c> [input]</c>, <c> [output]</c> or <c> [temp]</c>.</summary>
    public static string WithoutPlace(string name) => Place().Replace(name, "");

    /// <summary>Says what is wrong with a name; null when nothing. Backslashes and drives are refused everywhere, so that a name means the same on every system.</summary>
    private static string? WhyNot(string name) => name switch
    {
        "" => "is empty",
        { Length: > LongestName } => $"is longer than {LongestName} characters",
        ['/', ..] => "is absolute",
        [_, ':', ..] => "names a drive",
        _ when name.Contains('\\', StringComparison.Ordinal) => "has a backslash; folders are separated by '/'",
        _ when name.Any(char.IsControl) => "has control characters",
        _ when name.Split('/').Any(part => part is "" or "." or "..") => "has an empty part, '.' or '..'",
        _ => null,
    };

    [GeneratedRegex(@"\s*\[(input|output|temp)\]$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Place();
}
