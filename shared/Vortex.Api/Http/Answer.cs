using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>Answers of the API, JSON in the conventions of <see cref="RunsJson"/>.</summary>
internal static class Answer
{
    public static IResult Json<T>(T value, int status = StatusCodes.Status200OK) => new JsonAnswer<T>(value, status);

    public static IResult Error(ApiError error) => new ErrorAnswer(error);

    private sealed class JsonAnswer<T>(T value, int status) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            HttpResponse response = httpContext.Response;
            response.StatusCode = status;
            response.ContentType = "application/json; charset=utf-8";
            if (response.Headers.CacheControl.Count == 0)
            {
                response.Headers.CacheControl = "no-store";
            }

            return JsonSerializer.SerializeAsync(response.BodyWriter, value, RunsJson.Options, httpContext.RequestAborted);
        }
    }
}
