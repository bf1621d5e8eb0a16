using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>The form of an upload. Its fields come in any order, so the content is stored as it comes and named afterwards.</summary>
internal sealed record ComfyForm(StoredContent Content, string FileName, string? MediaType)
{
    private const int MaxParts = 16;
    private const int MaxFieldBytes = 4_096;

    public string Subfolder { get; init; } = "";

    public string Type { get; init; } = "input";

    public bool Overwrite { get; init; }

    public string? OriginalRef { get; init; }

    public string FullName => ViewName.Join(Subfolder, FileName);

    /// <summary>Says whether the names in the form can be used.</summary>
    public bool Check([NotNullWhen(false)] out ApiError? error)
    {
        error = !ViewFinder.IsType(Type) ? ApiError.Field("type", "input, output or temp")
            : FileName.Contains('/', StringComparison.Ordinal) ? Bad("it contains a slash; folders go into 'subfolder'")
            : UploadName.Fault(FullName) is { } reason ? Bad(reason)
            : Content.Size == 0 ? new ApiError(ApiErrorCodes.EmptyBody)
            : null;
        return error is null;
    }

    public static async ValueTask<Parsed<ComfyForm>> ReadAsync(HttpContext context, IArtifactStore artifacts, long maxBytes)
    {
        ApiError tooLarge = new ApiError(ApiErrorCodes.BodyTooLarge).With("max_bytes", maxBytes);
        if (context.Request.ContentLength > maxBytes + (MaxParts * MaxFieldBytes))
        {
            return tooLarge;
        }

        RequestJson.LiftServerLimit(context);
        try
        {
            return await PartsAsync(context, artifacts, maxBytes);
        }
        catch (UploadTooLargeException)
        {
            return tooLarge;
        }
        catch (Exception exception) when (MultipartFile.IsDamage(exception))
        {
            return new ApiError(ApiErrorCodes.InvalidMultipart);
        }
    }

    private static async ValueTask<Parsed<ComfyForm>> PartsAsync(HttpContext context, IArtifactStore artifacts, long maxBytes)
    {
        string boundary = MediaTypeHeaderValue.TryParse(context.Request.ContentType, out MediaTypeHeaderValue? type) ? HeaderUtilities.RemoveQuotes(type.Boundary).ToString() : "";
        if (boundary.Length is 0 or > 100)
        {
            return new ApiError(ApiErrorCodes.InvalidMultipart);
        }

        MultipartReader reader = new(boundary, context.Request.Body);
        ComfyForm? form = null;
        Dictionary<string, string> fields = new(StringComparer.Ordinal);
        for (int i = 0; i < MaxParts && await reader.ReadNextSectionAsync(context.RequestAborted) is { } section; i++)
        {
            if (section.GetContentDispositionHeader() is not { } disposition)
            {
                continue;
            }

            string name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
            if (disposition.IsFileDisposition() && form is null && name == "image")
            {
                string file = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).ToString();
                await using BoundedStream content = new(section.Body, maxBytes);
                form = new ComfyForm(await artifacts.PutAsync(context.Workspace(), content, context.RequestAborted), file, section.ContentType);
            }
            else if (!disposition.IsFileDisposition())
            {
                await using BoundedStream content = new(section.Body, MaxFieldBytes);
                using StreamReader text = new(content, Encoding.UTF8);
                fields[name] = await text.ReadToEndAsync(context.RequestAborted);
            }
        }

        return form is null
            ? new ApiError(ApiErrorCodes.InvalidMultipart)
            : form with
            {
                Subfolder = fields.GetValueOrDefault("subfolder", ""),
                Type = fields.GetValueOrDefault("type") is { Length: > 0 } given ? given : "input",
                Overwrite = fields.GetValueOrDefault("overwrite") is "true" or "1",
                OriginalRef = fields.GetValueOrDefault("original_ref") ?? fields.GetValueOrDefault("originalRef"),
            };
    }

    private ApiError Bad(string reason) => new ApiError(ApiErrorCodes.UploadInvalidName).With("name", ApiError.Shorten(FullName)).With("reason", reason);
}
