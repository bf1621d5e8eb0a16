using Microsoft.AspNetCore.Http;
using Vortex.Api;

namespace Vortex.Functions;

/// <summary>The API as a function from request to answer, built once.</summary>
internal sealed class ApiRequests(IServiceProvider services)
{
    private readonly Lazy<RequestDelegate> _api = new(() => VortexApi.BuildVortexApi(services));

    public Task AnswerAsync(HttpContext context) => _api.Value(context);
}
