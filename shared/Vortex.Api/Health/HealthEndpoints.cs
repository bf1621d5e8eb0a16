using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Vortex.Api;

/// <summary>How the server is.</summary>
internal sealed record HealthAnswer(string Status, ImmutableArray<HealthEntry> Checks, string RequestId);

/// <summary>One thing the host checks.</summary>
internal sealed record HealthEntry(string Name, string Status, string? Description, double DurationMs);

/// <summary>Whether the process lives, and whether it can do its work: the checks the host registered.</summary>
internal static class HealthEndpoints
{
    private const string Tag = "Health";
    private const int RetrySeconds = 5;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/health/live", (HttpContext context) => Answer.Json(new HealthAnswer("healthy", [], context.RequestId())))
            .Describe(new Operation("getLiveness", Tag, "Says that the process answers")
            {
                IsScoped = false,
                Answers = [new(200, typeof(HealthAnswer), "It does.") { Example = """{"status":"healthy","checks":[],"request_id":"req_1"}""" }],
            });
        app.MapGet("/health/ready", ReadyAsync)
            .Describe(new Operation("getReadiness", Tag, "Says whether the server can take work")
            {
                IsScoped = false,
                Answers = [new(200, typeof(HealthAnswer), "It can.") { Example = """{"status":"healthy","checks":[{"name":"store","status":"healthy","duration_ms":0.4}],"request_id":"req_1"}""" }],
                Errors = [ApiErrorCodes.NotReady],
            });
    }

    private static async Task<IResult> ReadyAsync(HttpContext context, HealthCheckService checks)
    {
        HealthReport report = await checks.CheckHealthAsync(context.RequestAborted);
        ImmutableArray<HealthEntry> entries =
        [
            .. report.Entries
                .OrderBy(entry => entry.Key, StringComparer.Ordinal)
                .Select(entry => new HealthEntry(entry.Key, Word(entry.Value.Status), entry.Value.Description, Math.Round(entry.Value.Duration.TotalMilliseconds, 3))),
        ];
        return report.Status == HealthStatus.Unhealthy
            ? Answer.Error(new ApiError(ApiErrorCodes.NotReady) { RetryAfterSeconds = RetrySeconds }.With("retry_after", RetrySeconds).WithDetail("checks", entries))
            : Answer.Json(new HealthAnswer(Word(report.Status), entries, context.RequestId()));
    }

    private static string Word(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "unhealthy",
    };
}
