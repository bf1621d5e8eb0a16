using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>A file somebody brought.</summary>
/// <param name="Name">The name workflows use for it.</param>
/// <param name="Digest">The SHA-256 of the content.</param>
/// <param name="Size">Bytes.</param>
/// <param name="MediaType">The kind of content, by the name's extension or as the caller said.</param>
internal sealed record UploadView(string Name, string Digest, long Size, string? MediaType)
{
    public static UploadView Of(FileRef file) => new(file.Name, file.Digest.Value, file.Size, file.MediaType);
}

/// <summary>The answer to an upload.</summary>
internal sealed record UploadAnswer(string Name, string Digest, long Size, string? MediaType, string RequestId);

/// <summary>Uploads: content goes to the artifact store, its name to the file store.</summary>
internal static class UploadEndpoints
{
    private const string Tag = "Uploads";
    private const string List = "uploads";
    private static readonly ApiErrorCode[] BodyErrors =
    [
        ApiErrorCodes.UploadInvalidName, ApiErrorCodes.UploadMissingName, ApiErrorCodes.EmptyBody, ApiErrorCodes.InvalidMultipart,
        ApiErrorCodes.BodyTooLarge, ApiErrorCodes.StorageFull,
    ];

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/uploads", CreateAsync).Describe(new Operation("createUpload", Tag, "Stores a file that workflows can load by its name")
        {
            Description = "Send the bytes as the body and the name as ?name=, or a multipart form with a part named 'file'. A name in use then means the new content; runs already accepted keep the old.",
            Parameters = [Parameter.Query("name", "The name, such as photos/cat.png. Needed for a raw body; wins over the form's file name.")],
            Body = new(null, "application/octet-stream", "multipart/form-data"),
            Answers = [new(201, typeof(UploadAnswer), "Stored.") { Example = Examples.Upload }],
            Errors = BodyErrors,
        });
        api.MapGet("/uploads", ListAsync).Describe(new Operation("listUploads", Tag, "Lists uploaded files by name")
        {
            Parameters = [Parameter.Query("prefix", "Only names that begin so."), Parameter.Cursor, Parameter.Limit],
            Answers = [new(200, typeof(ListAnswer<UploadView>), "A part of the list.") { Example = Examples.Uploads }],
            Errors = [ApiErrorCodes.InvalidParameter, ApiErrorCodes.InvalidCursor],
        });
    }

    private static async Task<IResult> CreateAsync(HttpContext context, IArtifactStore artifacts, IFileStore files, IOptions<VortexApiOptions> options)
    {
        long maxBytes = options.Value.MaxUploadBytes;
        ApiError tooLarge = new ApiError(ApiErrorCodes.BodyTooLarge).With("max_bytes", maxBytes);
        // A form adds its boundaries and headers to the file.
        if (context.Request.ContentLength > maxBytes + 16_384)
        {
            return Answer.Error(tooLarge);
        }

        RequestJson.LiftServerLimit(context);
        Query query = new(context);
        string? name = query.Text("name", 1024);
        if (query.Error is { } fault)
        {
            return Answer.Error(fault);
        }

        try
        {
            Parsed<UploadPart> part = await OpenAsync(context, name);
            return part.IsGood(out UploadPart? upload, out ApiError? error)
                ? await StoreAsync(context, artifacts, files, upload, maxBytes)
                : Answer.Error(error);
        }
        catch (UploadTooLargeException)
        {
            return Answer.Error(tooLarge);
        }
        catch (Exception exception) when (MultipartFile.IsDamage(exception))
        {
            return Answer.Error(ApiErrorCodes.InvalidMultipart);
        }
    }

    private static async Task<IResult> StoreAsync(HttpContext context, IArtifactStore artifacts, IFileStore files, UploadPart upload, long maxBytes)
    {
        if (UploadName.Fault(upload.Name) is { } reason)
        {
            return Answer.Error(new ApiError(ApiErrorCodes.UploadInvalidName).With("name", ApiError.Shorten(upload.Name)).With("reason", reason));
        }

        byte[] first = new byte[1];
        if (await upload.Content.ReadAsync(first, context.RequestAborted) == 0)
        {
            return Answer.Error(ApiErrorCodes.EmptyBody);
        }

        await using BoundedStream content = new(new PrefixedStream(first, upload.Content), maxBytes);
        StoredContent stored = await artifacts.PutAsync(context.Workspace(), content, context.RequestAborted);
        FileRef file = new(upload.Name, stored.Digest, stored.Size, MediaTypes.Of(upload.Name) ?? upload.MediaType);
        await files.PutAsync(context.Workspace(), file, context.RequestAborted);
        return Answer.Json(new UploadAnswer(file.Name, file.Digest.Value, file.Size, file.MediaType, context.RequestId()), StatusCodes.Status201Created);
    }

    private static async ValueTask<Parsed<UploadPart>> OpenAsync(HttpContext context, string? name)
    {
        string? contentType = context.Request.ContentType;
        if (!MediaTypeHeaderValue.TryParse(contentType, out MediaTypeHeaderValue? type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            return name is null
                ? new ApiError(ApiErrorCodes.UploadMissingName)
                : new UploadPart(name, type?.MediaType.ToString(), context.Request.Body);
        }

        return await MultipartFile.FindAsync(context, type, context.RequestAborted) is not { } part
            ? new ApiError(ApiErrorCodes.InvalidMultipart)
            : (name ?? part.Name) is { Length: > 0 } named
                ? part with { Name = named }
                : new ApiError(ApiErrorCodes.UploadMissingName);
    }

    private static async Task<IResult> ListAsync(HttpContext context, IFileStore files)
    {
        Query query = new(context);
        string? prefix = query.Text("prefix", 1024);
        string? cursor = query.Cursor(List);
        int limit = query.Int("limit", 50, 1, 200);
        if (query.Error is { } error)
        {
            return Answer.Error(error);
        }

        Page<FileRef> page = await files.ListAsync(context.Workspace(), string.IsNullOrEmpty(prefix) ? null : prefix, cursor, limit, context.RequestAborted);
        return Answer.Json(new ListAnswer<UploadView>([.. page.Items.Select(UploadView.Of)], Cursors.Wrap(List, page.NextCursor), context.RequestId()));
    }
}
