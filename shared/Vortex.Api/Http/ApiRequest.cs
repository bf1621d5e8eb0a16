using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>What the pipeline found out about a request before an endpoint sees it.</summary>
internal sealed class ApiRequest(string requestId, string language)
{
    public string RequestId { get; } = requestId;

    public string Language { get; } = language;

    public Caller? Caller { get; set; }
}

/// <summary>Marks an endpoint that acts in the caller's workspace: the pipeline resolves the caller first and answers 401 without one.</summary>
internal sealed class WorkspaceScoped
{
    public static WorkspaceScoped Instance { get; } = new();
}

internal static class ApiRequestExtensions
{
    public static ApiRequest ApiRequest(this HttpContext context) =>
        context.Features.Get<ApiRequest>() ?? throw new InvalidOperationException("The request did not pass the API's pipeline; call MapVortexApi.");

    public static string RequestId(this HttpContext context) => context.ApiRequest().RequestId;

    /// <summary>Returns a part of the path by its name in the route.</summary>
    public static string Route(this HttpContext context, string name) => context.Request.RouteValues[name] as string ?? "";

    /// <summary>Returns the workspace the request acts in. Throws where the endpoint forgot to say that it needs one: closed, not open.</summary>
    public static WorkspaceId Workspace(this HttpContext context) =>
        context.ApiRequest().Caller?.Workspace ?? throw new UnreachableException("The endpoint is not marked WorkspaceScoped.");
}

/// <summary>Request ids: the caller's, if it is harmless, or a new one.</summary>
internal static class RequestIds
{
    public const string Header = "X-Request-Id";

    /// <summary>Takes the caller's id when it is 1 to 64 letters, digits, dots, dashes or underscores: it goes into logs, events and headers.</summary>
    public static string Take(HttpContext context)
    {
        string? given = context.Request.Headers[Header];
        return given is { Length: >= 1 and <= 64 } && given.All(IsPlain) ? given : $"req_{Guid.CreateVersion7():N}";
    }

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_';
}
