using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary><c>/view</c>: sends a file by its name, perhaps in another form.</summary>
internal static partial class ViewEndpoint
{
    private const int MaxName = 1_024;
    private const long MaxConverted = 64L * 1024 * 1024;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/view", [HttpMethods.Get, HttpMethods.Head], SendAsync);

    private static async Task<IResult> SendAsync(HttpContext context, ViewFinder finder, IArtifactStore store, [FromServices] IPictureEditor? editor = null)
    {
        Query query = new(context);
        string filename = query.Text("filename", MaxName) ?? "";
        string? subfolder = query.Text("subfolder", MaxName);
        string type = query.Text("type") is { Length: > 0 } given ? given : "output";
        string? preview = query.Text("preview");
        string? channel = query.Text("channel");
        if (query.Error is { } error)
        {
            return ComfyAnswer.Error(error, context);
        }

        // ComfyUI lets a name end in the type of its folder.
        if (Suffix().Match(filename) is { Success: true } suffix)
        {
            (filename, type) = (filename[..suffix.Index], suffix.Groups[1].Value);
        }

        if (!ViewFinder.IsType(type))
        {
            return ComfyAnswer.Error(ApiError.Parameter("type", type, "input, output or temp"), context);
        }

        if (UploadName.Fault(ViewName.Join(subfolder, filename)) is { } reason)
        {
            return ComfyAnswer.Error(new ApiError(ApiErrorCodes.UploadInvalidName).With("name", ApiError.Shorten(filename)).With("reason", reason), context);
        }

        if (await finder.FindAsync(context.Workspace(), filename, subfolder, type, context.RequestAborted) is not { } file)
        {
            return ComfyAnswer.Error(new ApiError(ApiErrorCodes.ArtifactNotFound).With("artifact_id", ApiError.Shorten(filename)), context);
        }

        PictureForm? form = FormOf(preview, channel);
        if (form is { Channels: not PictureChannels.All } && editor is null)
        {
            // The whole file would be another picture; in another file format it is the same.
            return ComfyAnswer.Error(new ApiError(ApiErrorCodes.PictureEditingUnavailable), context);
        }

        return form is not null && editor is not null && await ConvertAsync(context, store, editor, file.File, form) is { } converted
            ? Results.Bytes(converted, form.MediaType)
            : new ArtifactContent(file, store, asDownload: false);
    }

    /// <summary>What is wanted; null for the file as it is.</summary>
    internal static PictureForm? FormOf(string? preview, string? channel)
    {
        PictureChannels channels = channel switch { "rgb" => PictureChannels.Colours, "a" => PictureChannels.Alpha, _ => PictureChannels.All };
        if (string.IsNullOrEmpty(preview))
        {
            return channels == PictureChannels.All ? null : new PictureForm("image/png", 100, channels);
        }

        string[] parts = preview.Split(';');
        int quality = int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? Math.Clamp(number, 1, 100) : 90;
        return new PictureForm(parts[0] == "jpeg" && channels != PictureChannels.Alpha ? "image/jpeg" : "image/webp", quality, channels);
    }

    private static async ValueTask<byte[]?> ConvertAsync(HttpContext context, IArtifactStore store, IPictureEditor editor, ArtifactRef file, PictureForm form)
    {
        if (!file.MediaType.StartsWith("image/", StringComparison.Ordinal) || file.Size > MaxConverted)
        {
            return null;
        }

        byte[]? bytes = await StoredBytes.ReadAsync(store, context.Workspace(), file.Digest, MaxConverted, context.RequestAborted);
        // Seconds for a large picture, and the thread is the server's.
        return bytes is null ? null : await Task.Run(() => editor.Convert(bytes, form, context.RequestAborted), context.RequestAborted);
    }

    [GeneratedRegex(@" ?\[(input|output|temp)\]$")]
    private static partial Regex Suffix();
}
