using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Vortex.Api;

/// <summary>A file on its way in.</summary>
internal sealed record UploadPart(string Name, string? MediaType, Stream Content);

/// <summary>Finds the file of a multipart form without keeping it: the content is read from the network as it is stored.</summary>
internal static class MultipartFile
{
    private const int MaxParts = 16;

    /// <summary>Goes to the first part that is a file named <c>file</c>, <c>image</c> or <c>workflow</c>; null when there is none.</summary>
    /// <exception cref="InvalidDataException">The form is damaged.</exception>
    public static async ValueTask<UploadPart?> FindAsync(HttpContext context, MediaTypeHeaderValue type, CancellationToken cancellationToken)
    {
        string boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        if (boundary.Length is 0 or > 100)
        {
            return null;
        }

        MultipartReader reader = new(boundary, context.Request.Body);
        for (int i = 0; i < MaxParts; i++)
        {
            MultipartSection? section = await reader.ReadNextSectionAsync(cancellationToken);
            if (section is null)
            {
                return null;
            }

            if (section.GetContentDispositionHeader() is { } disposition
                && disposition.IsFileDisposition()
                && HeaderUtilities.RemoveQuotes(disposition.Name).ToString() is "file" or "image" or "workflow")
            {
                string name = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).ToString();
                return new UploadPart(name, section.ContentType, section.Body);
            }
        }

        return null;
    }

    /// <summary>Says whether an exception is the reader's way of telling that the form breaks its own rules or ends early.</summary>
    public static bool IsDamage(Exception exception) =>
        exception is InvalidDataException
        || (exception.GetType() == typeof(IOException) && exception.Message.StartsWith("Unexpected end of Stream", StringComparison.Ordinal));
}
