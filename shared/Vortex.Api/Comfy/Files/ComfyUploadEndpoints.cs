using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary><c>/upload/image</c> and <c>/upload/mask</c>: files that workflows can load by the name in the answer.</summary>
/// <remarks>A name that is taken by other content gets a number, unless the client says to overwrite; the same content keeps its name.</remarks>
internal static class ComfyUploadEndpoints
{
    private const long MaxMask = 64L * 1024 * 1024;
    private const int MaxNumber = 10_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/upload/image", ImageAsync);
        routes.MapPost("/upload/mask", MaskAsync);
    }

    private static async Task<IResult> ImageAsync(HttpContext context, IArtifactStore artifacts, IFileStore files, IOptions<VortexApiOptions> options)
    {
        Parsed<ComfyForm> read = await ComfyForm.ReadAsync(context, artifacts, options.Value.MaxUploadBytes);
        return read.IsGood(out ComfyForm? form, out ApiError? error) && form.Check(out error)
            ? await KeepAsync(context, files, form, form.Content)
            : ComfyAnswer.Error(error!, context);
    }

    private static async Task<IResult> MaskAsync(
        HttpContext context, IArtifactStore artifacts, IFileStore files, ViewFinder finder, IOptions<VortexApiOptions> options, [FromServices] IPictureEditor? editor = null)
    {
        if (editor is null)
        {
            return ComfyAnswer.Error(new ApiError(ApiErrorCodes.PictureEditingUnavailable), context);
        }

        Parsed<ComfyForm> read = await ComfyForm.ReadAsync(context, artifacts, Math.Min(MaxMask, options.Value.MaxUploadBytes));
        if (!read.IsGood(out ComfyForm? form, out ApiError? error) || !form.Check(out error))
        {
            return ComfyAnswer.Error(error!, context);
        }

        ApiError bad = ApiError.Field("original_ref", "the filename, and perhaps subfolder and type, of a picture of the mask's size, as JSON");
        if (await OriginalAsync(context, finder, form.OriginalRef) is not { } original)
        {
            return ComfyAnswer.Error(bad, context);
        }

        byte[]? picture = await StoredBytes.ReadAsync(artifacts, context.Workspace(), original.File.Digest, MaxMask, context.RequestAborted);
        byte[]? mask = await StoredBytes.ReadAsync(artifacts, context.Workspace(), form.Content.Digest, MaxMask, context.RequestAborted);
        byte[]? both = picture is null || mask is null ? null : await Task.Run(() => editor.PutAlpha(picture, mask, context.RequestAborted), context.RequestAborted);
        if (both is null)
        {
            return ComfyAnswer.Error(bad, context);
        }

        using MemoryStream stream = new(both, writable: false);
        return await KeepAsync(context, files, form, await artifacts.PutAsync(context.Workspace(), stream, context.RequestAborted));
    }

    private static async ValueTask<ArtifactRecord?> OriginalAsync(HttpContext context, ViewFinder finder, string? reference)
    {
        if (reference is null || RequestJson.ParseDocument(System.Text.Encoding.UTF8.GetBytes(reference), 8).Value is not { } document)
        {
            return null;
        }

        using (document)
        {
            string? name = ComfyAnswer.Text(document.RootElement, "filename");
            string? folder = ComfyAnswer.Text(document.RootElement, "subfolder");
            string type = ComfyAnswer.Text(document.RootElement, "type") is { Length: > 0 } given ? given : "output";
            return name is null || !ViewFinder.IsType(type) || UploadName.Fault(ViewName.Join(folder, name)) is not null
                ? null
                : await finder.FindAsync(context.Workspace(), name, folder, type, context.RequestAborted);
        }
    }

    private static async Task<IResult> KeepAsync(HttpContext context, IFileStore files, ComfyForm form, StoredContent content)
    {
        string name = form.FullName;
        string extension = Path.GetExtension(name);
        for (int number = 1; !form.Overwrite && number <= MaxNumber; number++)
        {
            if (await files.FindAsync(context.Workspace(), name, context.RequestAborted) is not { } taken || taken.Digest == content.Digest)
            {
                break;
            }

            name = $"{form.FullName[..^extension.Length]} ({number}){extension}";
        }

        if (UploadName.Fault(name) is { } reason)
        {
            return ComfyAnswer.Error(new ApiError(ApiErrorCodes.UploadInvalidName).With("name", ApiError.Shorten(name)).With("reason", reason), context);
        }

        await files.PutAsync(context.Workspace(), new FileRef(name, content.Digest, content.Size, MediaTypes.Of(name) ?? form.MediaType), context.RequestAborted);
        int slash = name.LastIndexOf('/');
        return Answer.Json(new JsonObject { ["name"] = name[(slash + 1)..], ["subfolder"] = slash < 0 ? "" : name[..slash], ["type"] = form.Type });
    }
}
