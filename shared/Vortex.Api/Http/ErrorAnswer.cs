using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>Answers with an error: <c>{code, message, details, request_id}</c>, whatever it is.</summary>
internal sealed class ErrorAnswer(ApiError error) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, error);

    public static async Task WriteAsync(HttpContext context, ApiError error)
    {
        HttpResponse response = context.Response;
        string? allow = response.Headers.Allow;
        response.StatusCode = error.Code.Status;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = null;
        response.Headers.CacheControl = "no-store";
        response.Headers.ETag = default;
        if (allow is not null)
        {
            response.Headers.Allow = allow;
        }

        if (error.RetryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        response.Headers.ContentLanguage = context.ApiRequest().Language;
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        byte[] body = JsonSerializer.SerializeToUtf8Bytes(Body(context, error), RunsJson.Options);
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, context.RequestAborted);
    }

    public static ErrorBody Body(HttpContext context, ApiError error)
    {
        ApiRequest request = context.ApiRequest();
        return Body(error, request.Language, request.RequestId);
    }

    public static ErrorBody Body(ApiError error, string language, string requestId) => new(
        error.Code.Code,
        MessageCatalog.Default.Format(error.Code.Code, language, error.Values),
        JsonSerializer.SerializeToElement(error.Values.SetItems(error.More), RunsJson.Options),
        requestId);
}
