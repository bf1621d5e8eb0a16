namespace Vortex.Runs;

/// <summary>Says which textual inversions a prompt may name, the same for every <see cref="IFileResolver"/>.</summary>
/// <remarks>
/// A textual inversion counts when the prompt says <c>embedding:</c> and has the file's name anywhere. That takes in more than the prompt's grammar
/// would, and so never too little, whatever weights, commas and brackets stand around the name.
/// </remarks>
public static class PromptMentions
{
    /// <summary>Says whether a prompt may name any at all.</summary>
    /// <param name="text">The prompt; null where it is not known yet, and may.</param>
    public static bool MayNameAny(string? text) => text is null || text.Contains("embedding:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Says whether a prompt may name a file.</summary>
    /// <param name="text">The prompt; null where it is not known yet, and may.</param>
    /// <param name="name">The file's path below its folder, with slashes.</param>
    public static bool MayName(string? text, string name)
    {
        if (text is null)
        {
            return true;
        }

        // Brackets of a name are written with a backslash before them.
        string stem = Path.GetFileNameWithoutExtension(name);
        return MayNameAny(text)
            && (text.Contains(stem, StringComparison.OrdinalIgnoreCase)
                || text.Replace("\\(", "(", StringComparison.Ordinal).Replace("\\)", ")", StringComparison.Ordinal).Contains(stem, StringComparison.OrdinalIgnoreCase));
    }
}
