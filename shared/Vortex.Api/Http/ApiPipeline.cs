using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Vortex.Api;

/// <summary>Surrounds every request: id, guard, caller, rate, and one error shape whatever happens inside.</summary>
internal sealed class ApiPipeline(
    RequestDelegate next, IOptions<VortexApiOptions> options, ICallerResolver callers, RequestLimiter limiter, ILogger<ApiPipeline> log)
{
    private const int DiskFullPosix = 28;
    private const int DiskFullWindows = unchecked((int)0x80070070);

    public async Task InvokeAsync(HttpContext context)
    {
        string requestId = RequestIds.Take(context);
        context.Features.Set(new ApiRequest(requestId, MessageCatalog.Default.Choose(context.Request.Headers.AcceptLanguage)));
        IHeaderDictionary headers = context.Response.Headers;
        headers[RequestIds.Header] = requestId;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";

        ApiError? error;
        try
        {
            error = await AdmitAsync(context);
            if (error is null)
            {
                await next(context);
                error = Unanswered(context);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller left; nobody reads an answer.
            return;
        }
        catch (BadHttpRequestException exception)
        {
            error = OfStatus(context, exception.StatusCode);
        }
        catch (ArgumentException exception) when (exception.ParamName == "cursor")
        {
            // Whole by its check sum, and still none of the store's: made by hand, or by another version of it.
            error = ApiErrorCodes.InvalidCursor;
        }
        catch (IOException exception)
        {
            bool full = IsFull(exception);
            log.StorageFailed(exception, full ? "full" : "failing", requestId);
            error = new ApiError(full ? ApiErrorCodes.StorageFull : ApiErrorCodes.StorageFailed) { RetryAfterSeconds = 30 };
        }
#pragma warning disable CA1031 // The edge: whatever escapes an endpoint becomes one logged error without its internals.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            log.Unhandled(exception, context.Request.Method, context.GetEndpoint()?.DisplayName ?? "?", requestId);
            error = ApiErrorCodes.Internal;
        }

        if (error is null)
        {
            return;
        }

        if (context.Response.HasStarted)
        {
            // Half an answer must not look like a whole one.
            context.Abort();
            return;
        }

        await ErrorAnswer.WriteAsync(context, error);
    }

    private async ValueTask<ApiError?> AdmitAsync(HttpContext context)
    {
        if (LoopbackGuard.Check(context.Request, options.Value) is { } refusal)
        {
            log.Refused(refusal.Code.Code, context.RequestId());
            return refusal;
        }

        if (context.GetEndpoint()?.Metadata.GetMetadata<WorkspaceScoped>() is null)
        {
            return null;
        }

        Caller? caller = await callers.ResolveAsync(context, context.RequestAborted);
        if (caller is null)
        {
            return ApiErrorCodes.Unauthorized;
        }

        context.ApiRequest().Caller = caller;
        return limiter.Refuse(caller.Workspace) is { } seconds
            ? RequestLimiter.TooMany(seconds)
            : null;
    }

    /// <summary>Gives a body to the bare statuses that routing and the server answer with.</summary>
    private static ApiError? Unanswered(HttpContext context) =>
        context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null or 0 }
            ? OfStatus(context, context.Response.StatusCode)
            : null;

    private static ApiError OfStatus(HttpContext context, int status) => (HttpStatusCode)status switch
    {
        HttpStatusCode.Unauthorized => ApiErrorCodes.Unauthorized,
        HttpStatusCode.Forbidden => ApiErrorCodes.Forbidden,
        HttpStatusCode.NotFound => new ApiError(ApiErrorCodes.RouteNotFound).With("path", ApiError.Shorten(context.Request.Path)),
        HttpStatusCode.MethodNotAllowed => new ApiError(ApiErrorCodes.MethodNotAllowed)
            .With("method", ApiError.Shorten(context.Request.Method))
            .With("path", ApiError.Shorten(context.Request.Path))
            .With("allow", context.Response.Headers.Allow.ToString()),
        HttpStatusCode.RequestEntityTooLarge => new ApiError(ApiErrorCodes.BodyTooLarge).With("max_bytes", BodyLimit(context)),
        HttpStatusCode.UnsupportedMediaType => new ApiError(ApiErrorCodes.UnsupportedMediaType)
            .With("content_type", ApiError.Shorten(context.Request.ContentType)).With("expected", "application/json"),
        HttpStatusCode.InternalServerError => ApiErrorCodes.Internal,
        _ => ApiErrorCodes.BadRequest,
    };

    private static bool IsFull(IOException exception) =>
        exception.HResult is DiskFullWindows or DiskFullPosix || exception.InnerException is IOException { HResult: DiskFullWindows or DiskFullPosix };

    private static object BodyLimit(HttpContext context) =>
        context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize ?? 0L;
}
