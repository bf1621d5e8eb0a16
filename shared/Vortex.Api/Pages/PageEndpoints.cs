using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Vortex.Api;

/// <summary>The pages for people: what runs here, and the API's reference. All files come from this assembly, none from elsewhere.</summary>
internal static class PageEndpoints
{
    private const string Policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void Map(IEndpointRouteBuilder app)
    {
        VortexApiOptions options = app.ServiceProvider.GetRequiredService<IOptions<VortexApiOptions>>().Value;
        StudioFiles? studio = options.StudioFolder is { Length: > 0 } folder ? new StudioFiles(folder) : null;
        app.MapGet("/", async (HttpContext context, StartPage page) => studio?.Page(context) ?? Html(context, await page.RenderAsync(context)))
            .WithMetadata(WorkspaceScoped.Instance).ExcludeFromDescription();
        if (studio is not null)
        {
            app.MapGet("/favicon.svg", (HttpContext context) => studio.Icon(context)).ExcludeFromDescription();
            app.MapGet("/assets/{file}", (HttpContext context, string file) => studio.Asset(context, file)).ExcludeFromDescription();
        }

        app.MapGet("/docs", (HttpContext context) => Asset(context, "docs.html", "text/html; charset=utf-8")).ExcludeFromDescription();
        app.MapGet("/docs/docs.js", (HttpContext context) => Asset(context, "docs.js", "text/javascript; charset=utf-8")).ExcludeFromDescription();
        app.MapGet("/docs/pages.css", (HttpContext context) => Asset(context, "pages.css", "text/css; charset=utf-8")).ExcludeFromDescription();
    }

    private static IResult Html(HttpContext context, string html)
    {
        context.Response.Headers.ContentSecurityPolicy = Policy;
        context.Response.Headers.CacheControl = "no-store";
        return Results.Text(html, "text/html; charset=utf-8");
    }

    private static IResult Asset(HttpContext context, string name, string contentType)
    {
        byte[] content = PageAssets.Read(name);
        EntityTagHeaderValue tag = new($"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..32]}\"");
        context.Response.Headers.ETag = tag.ToString();
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers.ContentSecurityPolicy = Policy;
        return ETags.Matches(context.Request.Headers.IfNoneMatch, tag)
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : Results.Bytes(content, contentType);
    }
}

/// <summary>Files embedded in this assembly.</summary>
internal static class PageAssets
{
    public static byte[] Read(string name)
    {
        using Stream stream = typeof(PageAssets).Assembly.GetManifestResourceStream("pages/" + name)
            ?? throw new InvalidOperationException($"The assembly lacks its page '{name}'.");
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
