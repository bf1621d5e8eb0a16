using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>Sends an artifact's content: whole, one range of it, or only the news that the caller has it already (RFC 9110).</summary>
internal sealed class ArtifactContent(ArtifactRecord artifact, IArtifactStore store, bool asDownload) : IResult
{
    private const int ChunkBytes = 128 * 1024;

    // What a browser shows without running anything in it. Everything else is saved, not opened: an SVG or HTML file that a
    // workflow made would otherwise act with this origin's rights.
    private static readonly HashSet<string> Shown = new(StringComparer.OrdinalIgnoreCase)
    {
        "image/png", "image/jpeg", "image/webp", "image/gif", "image/avif", "image/bmp",
        "video/mp4", "video/webm", "audio/mpeg", "audio/wav", "audio/flac", "audio/ogg", "text/plain", "application/json",
    };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        ArtifactRef file = artifact.File;
        WorkspaceId workspace = httpContext.Workspace();
        CancellationToken aborted = httpContext.RequestAborted;
        if (await store.StatAsync(workspace, file.Digest, aborted) is not { } content)
        {
            await ErrorAnswer.WriteAsync(httpContext, new ApiError(ApiErrorCodes.ArtifactContentGone).With("artifact_id", artifact.Id.Value));
            return;
        }

        EntityTagHeaderValue tag = new($"\"{file.Digest.Value}\"");
        HttpResponse response = httpContext.Response;
        response.Headers.ETag = tag.ToString();
        response.Headers.AcceptRanges = "bytes";
        // The content behind an id may be replaced when a node is repeated, so ask again; the answer is nearly always 304.
        response.Headers.CacheControl = "private, no-cache";
        response.Headers.LastModified = HeaderUtilities.FormatDate(artifact.CreatedAt);
        if (ETags.Matches(httpContext.Request.Headers.IfNoneMatch, tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        (long Offset, long Length)? part = null;
        if (httpContext.Request.Headers.Range.Count > 0 && MayRange(httpContext.Request, tag))
        {
            RangeOutcome outcome = RangeOf(httpContext.Request.Headers.Range.ToString(), content.Size, out (long, long) found);
            if (outcome == RangeOutcome.Unsatisfiable)
            {
                response.Headers.ContentRange = $"bytes */{content.Size.ToString(CultureInfo.InvariantCulture)}";
                await ErrorAnswer.WriteAsync(httpContext, new ApiError(ApiErrorCodes.RangeNotSatisfiable).With("size", content.Size));
                return;
            }

            part = outcome == RangeOutcome.One ? found : null;
        }

        Describe(response, file);
        (long offset, long length) = part ?? (0, content.Size);
        if (part is not null)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = new ContentRangeHeaderValue(offset, offset + length - 1, content.Size).ToString();
        }

        response.ContentLength = length;
        if (HttpMethods.IsHead(httpContext.Request.Method) || length == 0)
        {
            return;
        }

        await using Stream? stream = await store.OpenAsync(workspace, file.Digest, offset, length, aborted);
        if (stream is null)
        {
            // Gone between the two questions.
            throw new IOException("The content was removed while it was being opened.");
        }

        await stream.CopyToAsync(response.Body, ChunkBytes, aborted);
    }

    private void Describe(HttpResponse response, ArtifactRef file)
    {
        bool shown = MediaTypeHeaderValue.TryParse(file.MediaType, out MediaTypeHeaderValue? type) && Shown.Contains(type.MediaType.ToString());
        response.ContentType = type is null ? "application/octet-stream" : type.ToString();
        response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        ContentDispositionHeaderValue disposition = new(shown && !asDownload ? "inline" : "attachment");
        disposition.SetHttpFileName(SafeName(file.Name));
        response.Headers.ContentDisposition = disposition.ToString();
    }

    /// <summary>The last part of the name, without what a file system or a header could misread.</summary>
    internal static string SafeName(string name)
    {
        string last = name.Split('/', '\\')[^1];
        string safe = string.Concat(last.Select(c => char.IsControl(c) || c is '"' or '<' or '>' or ':' or '|' or '?' or '*' or ';' ? '_' : c)).Trim(' ', '.');
        return safe.Length == 0 ? "artifact" : safe.Length <= 200 ? safe : safe[^200..];
    }

    /// <summary>If-Range: a range only of the content the caller has the beginning of; anything but our strong tag means the whole.</summary>
    private static bool MayRange(HttpRequest request, EntityTagHeaderValue tag) =>
        request.Headers.IfRange.Count == 0
        || (EntityTagHeaderValue.TryParse(request.Headers.IfRange.ToString(), out EntityTagHeaderValue? has) && has.Compare(tag, useStrongComparison: true));

    internal enum RangeOutcome
    {
        Whole,
        One,
        Unsatisfiable,
    }

    /// <summary>Reads a Range header. Several ranges, other units and bad syntax give the whole, as RFC 9110 allows or demands.</summary>
    internal static RangeOutcome RangeOf(string header, long size, out (long Offset, long Length) part)
    {
        part = default;
        if (!RangeHeaderValue.TryParse(header, out RangeHeaderValue? range)
            || !range.Unit.Equals("bytes", StringComparison.OrdinalIgnoreCase)
            || range.Ranges.Count != 1)
        {
            return RangeOutcome.Whole;
        }

        RangeItemHeaderValue one = range.Ranges.Single();
        long from = one.From ?? Math.Max(0, size - one.To!.Value);
        long to = one.From is null ? size - 1 : Math.Min(one.To ?? long.MaxValue, size - 1);
        if (from >= size || to < from)
        {
            return RangeOutcome.Unsatisfiable;
        }

        part = (from, to - from + 1);
        return RangeOutcome.One;
    }
}
