namespace Vortex.Api;

/// <summary>The kind of content by a file's extension. Short on purpose: what workflows load and make.</summary>
internal static class MediaTypes
{
    private static readonly Dictionary<string, string> ByExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        [".png"] = "image/png",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".webp"] = "image/webp",
        [".gif"] = "image/gif",
        [".bmp"] = "image/bmp",
        [".tif"] = "image/tiff",
        [".tiff"] = "image/tiff",
        [".svg"] = "image/svg+xml",
        [".mp4"] = "video/mp4",
        [".webm"] = "video/webm",
        [".mp3"] = "audio/mpeg",
        [".wav"] = "audio/wav",
        [".flac"] = "audio/flac",
        [".txt"] = "text/plain",
        [".json"] = "application/json",
    };

    /// <summary>Returns the type; null for an extension that says nothing.</summary>
    public static string? Of(string name) => ByExtension.GetValueOrDefault(Path.GetExtension(name));
}
