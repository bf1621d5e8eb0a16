using System.Net;
using Microsoft.AspNetCore.Http;

namespace Vortex.Api;

/// <summary>Keeps web pages of others away from a server that knows no passwords.</summary>
/// <remarks>
/// Two attacks matter to something that listens on loopback. A page may send requests across sites: browsers then add an <c>Origin</c>
/// that is not ours. Or the page's own name is rebound to 127.0.0.1: the <c>Host</c> is then that name. Both are refused.
/// </remarks>
internal static class LoopbackGuard
{
    public static ApiError? Check(HttpRequest request, VortexApiOptions options)
    {
        if (!options.RequireLoopback)
        {
            return null;
        }

        string host = request.Host.HasValue ? request.Host.Host : "";
        if (!IsLoopback(host) && !options.AllowedHosts.Contains(host, StringComparer.OrdinalIgnoreCase))
        {
            return new ApiError(ApiErrorCodes.HostRefused).With("host", ApiError.Shorten(host));
        }

        string? origin = request.Headers.Origin;
        return origin is null || IsAllowedOrigin(origin, options)
            ? null
            : new ApiError(ApiErrorCodes.OriginRefused).With("origin", ApiError.Shorten(origin));
    }

    private static bool IsAllowedOrigin(string origin, VortexApiOptions options) =>
        options.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase)
        || (Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri)
            && (uri.Scheme is "http" or "https")
            && (IsLoopback(uri.Host) || options.AllowedHosts.Contains(uri.Host, StringComparer.OrdinalIgnoreCase)));

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));
}
