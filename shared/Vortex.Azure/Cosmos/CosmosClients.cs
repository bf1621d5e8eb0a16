using Microsoft.Azure.Cosmos;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>How clients of Cosmos DB are set up, and what the containers must be like.</summary>
public static class CosmosClients
{
    /// <summary>Makes the options that the stores need: their JSON, and patience when the service is busy.</summary>
    public static CosmosClientOptions Options() => new()
    {
        ApplicationName = "vortex",
        UseSystemTextJsonSerializerWithOptions = RunsJson.Options,
        MaxRetryAttemptsOnRateLimitedRequests = 9,
        MaxRetryWaitTimeOnRateLimitedRequests = TimeSpan.FromSeconds(30),
        CosmosClientTelemetryOptions = new CosmosClientTelemetryOptions { DisableDistributedTracing = false },
    };

    /// <summary>Makes the database and its containers where they are missing. For a desk; in the cloud the deployment makes them.</summary>
    public static async Task CreateMissingAsync(CosmosClient client, CosmosStoreOptions options, CancellationToken cancellationToken = default)
    {
        Database database = await client.CreateDatabaseIfNotExistsAsync(options.Database, cancellationToken: cancellationToken);
        foreach (string name in new[] { options.Documents, options.Results }.Distinct())
        {
            ContainerProperties properties = new(name, ["/tenant", "/workspace", "/scope"]) { DefaultTimeToLive = -1 };
            await database.CreateContainerIfNotExistsAsync(properties, cancellationToken: cancellationToken);
        }
    }
}
