using System.Text;

namespace Vortex.Api;

/// <summary>Which names an upload may have. The same rules on every system, so that a workflow moves from one to the other.</summary>
internal static class UploadName
{
    private const int MaxBytes = 255;
    private const int MaxDepth = 8;

    /// <summary>Says what is wrong with a name; null when nothing is.</summary>
    public static string? Fault(string name)
    {
        if (name.Length == 0)
        {
            return "it is empty";
        }

        if (Encoding.UTF8.GetByteCount(name) > MaxBytes)
        {
            return $"it is longer than {MaxBytes} bytes";
        }

        if (name.Contains('\\', StringComparison.Ordinal) || name.Contains(':', StringComparison.Ordinal))
        {
            return "it contains a backslash or a colon; folders are separated by '/'";
        }

        if (name.Any(c => char.IsControl(c) || char.IsSurrogate(c) && !IsPaired(name)))
        {
            return "it contains a control character or half a character";
        }

        string[] parts = name.Split('/');
        return parts.Length > MaxDepth ? $"it has more than {MaxDepth} parts"
            : parts.Any(part => part.Length == 0) ? "it begins or ends with '/', or has an empty part"
            : parts.Any(part => part is "." or "..") ? "it leaves its folder"
            : parts.Any(part => part[^1] is ' ' or '.' || part[0] == ' ') ? "a part begins with a space or ends with a space or a dot"
            : null;
    }

    private static bool IsPaired(string name)
    {
        for (int i = 0; i < name.Length; i++)
        {
            if (char.IsHighSurrogate(name[i]) && i + 1 < name.Length && char.IsLowSurrogate(name[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(name[i]))
            {
                return false;
            }
        }

        return true;
    }
}
