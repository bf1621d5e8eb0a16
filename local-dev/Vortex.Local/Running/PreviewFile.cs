using System.Text.Json;
using Vortex.Runs;

namespace Vortex.Local.Running;

/// <summary>Keeps the newest preview picture of a run in a file, for a viewer that reloads it.</summary>
/// <param name="path">The file; null to keep none.</param>
internal sealed class PreviewFile(string? path)
{
    /// <summary>Writes the preview that an event carries; a picture is whole whenever it is read.</summary>
    public void Show(RunEvent one)
    {
        if (path is null || one.Type != RunEventTypes.NodeProgress
            || !one.Payload.TryGetProperty("preview", out JsonElement preview) || preview.ValueKind != JsonValueKind.Object
            || !preview.TryGetProperty("data", out JsonElement data) || !data.TryGetBytesFromBase64(out byte[]? picture))
        {
            return;
        }

        string whole = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(whole)!);
        string fresh = whole + ".new";
        File.WriteAllBytes(fresh, picture);
        File.Move(fresh, whole, overwrite: true);
    }
}
