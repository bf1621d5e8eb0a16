using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Vortex.Functions;

/// <summary>Hands every request to the one API. Who may call is for the API to say, hence no key of the platform's own.</summary>
internal sealed class ApiFunction(ApiRequests api, DurableClients clients)
{
    [Function("api")]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", "post", "put", "patch", "delete", "options", Route = "{*path}")] HttpRequest request,
        [DurableClient] DurableTaskClient client)
    {
        using (clients.Use(client))
        {
            await api.AnswerAsync(request.HttpContext);
        }

        // The answer is written; there is nothing left for the host to write.
        return new EmptyResult();
    }
}
