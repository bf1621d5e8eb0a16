using System.Text.Json.Nodes;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>How a run's file is called towards ComfyUI's clients: <c>filename</c>, <c>subfolder</c> and <c>type</c>.</summary>
/// <remarks>
/// Every run numbers its files from 1, so a name alone would mean the file of another run once there is one. The first part of the
/// subfolder is therefore the prompt's id. Clients pass all three back to <c>/view</c> as they came.
/// </remarks>
internal static class ViewName
{
    public static JsonObject Of(string prompt, string name, bool isPreview)
    {
        int slash = name.LastIndexOf('/');
        return new JsonObject
        {
            ["filename"] = name[(slash + 1)..],
            ["subfolder"] = slash < 0 ? prompt : $"{prompt}/{name[..slash]}",
            ["type"] = isPreview ? "temp" : "output",
        };
    }

    /// <summary>Takes a prompt's id off a subfolder.</summary>
    /// <returns>The run, null when the subfolder names none, and the rest of the subfolder.</returns>
    public static (RunId? Run, string Folder) Split(string subfolder)
    {
        string[] parts = subfolder.Split('/', 2);
        return PromptIds.IsPromptId(parts[0]) && PromptIds.TryRead(parts[0], out RunId? run) ? (run, parts.Length > 1 ? parts[1] : "") : (null, subfolder);
    }

    /// <summary>Joins a subfolder and a file name, both perhaps with Windows' separators.</summary>
    public static string Join(string? subfolder, string filename)
    {
        string folder = (subfolder ?? "").Replace('\\', '/').Trim('/');
        string name = filename.Replace('\\', '/');
        return folder.Length == 0 ? name : $"{folder}/{name}";
    }
}
