using System.Text;
using Vortex.Imaging.Codecs.Png;

namespace Vortex.Nodes.Packs.Files;

/// <summary>The texts a saved picture carries, so that it can be opened as the workflow that made it.</summary>
internal static class PictureText
{
    // An EXIF block in a JPEG ends at 64 KB.
    private const int MostExifBytes = 60_000;

    // ComfyUI's order; its readers take the first of several.
    private static readonly string[] s_first = ["prompt", "workflow", "vtxw"];

    /// <summary>Returns all texts, ComfyUI's first.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(NodeContext context) =>
        [
            .. s_first.Where(context.Metadata.ContainsKey).Select(key => KeyValuePair.Create(key, context.Metadata[key])),
            .. context.Metadata.Where(text => !s_first.Contains(text.Key, StringComparer.Ordinal) && PngText.IsKeyword(text.Key)).OrderBy(text => text.Key, StringComparer.Ordinal),
        ];

    /// <summary>Returns as many of the texts as an EXIF block holds, in the same order.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> ThatFitExif(NodeContext context)
    {
        List<KeyValuePair<string, string>> fitting = [];
        int left = MostExifBytes;
        foreach (KeyValuePair<string, string> text in Of(context).Take(8))
        {
            int bytes = Encoding.UTF8.GetByteCount(text.Key) + Encoding.UTF8.GetByteCount(text.Value) + 16;
            if (bytes <= left)
            {
                left -= bytes;
                fitting.Add(text);
            }
        }

        return fitting;
    }
}
