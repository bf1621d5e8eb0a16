using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Vortex.Api;

/// <summary>The built studio, from a folder: one page, its icon, and the files the page names.</summary>
/// <remarks>
/// Files under <c>assets</c> have the hash of their content in their names, so browsers keep them for good. The page itself is asked for
/// again each time, and so names the files of the newest build.
/// </remarks>
internal sealed partial class StudioFiles(string folder)
{
    /// <summary>Pictures may also be previews that came with an event (<c>data:</c>) and files just dropped (<c>blob:</c>).</summary>
    private const string Policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data: blob:; media-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string Revalidated = "no-cache";
    private const string ForGood = "public, max-age=31536000, immutable";

    /// <summary>The page, or null while it is not built.</summary>
    public IResult? Page(HttpContext context) => Answer(context, "index.html", Revalidated);

    public IResult Icon(HttpContext context) => Answer(context, "favicon.svg", Revalidated) ?? Results.NotFound();

    /// <summary>A file of the page; 404 for every name a build does not give.</summary>
    public IResult Asset(HttpContext context, string file) =>
        (AssetName().IsMatch(file) ? Answer(context, Path.Combine("assets", file), ForGood) : null) ?? Results.NotFound();

    private IResult? Answer(HttpContext context, string name, string caching)
    {
        byte[] content;
        try
        {
            content = File.ReadAllBytes(Path.Combine(folder, name));
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        // Weak: compressed or not, it is the same file in other bytes.
        EntityTagHeaderValue tag = new($"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..32]}\"", isWeak: true);
        context.Response.Headers.ETag = tag.ToString();
        context.Response.Headers.CacheControl = caching;
        context.Response.Headers.ContentSecurityPolicy = Policy;
        return ETags.Matches(context.Request.Headers.IfNoneMatch, tag)
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : Results.Bytes(content, ContentType(name));
    }

    private static string ContentType(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".woff2" => "font/woff2",
        ".png" => "image/png",
        _ => "application/octet-stream",
    };

    [GeneratedRegex(@"\A[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}\z")]
    private static partial Regex AssetName();
}
