using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Vortex.Testing;

namespace Vortex.Api.Tests.OpenApi;

public sealed partial class OpenApiTests
{
    private static string Published => Path.Combine(ReferenceData.RepositoryRoot(), "docs", "openapi.v1.json");

    /// <remarks>When the API changes on purpose: set VORTEX_ACCEPT_SHAPES=1, run this test, and let the difference be reviewed.</remarks>
    [Fact]
    public async Task Document_is_the_published_one()
    {
        await using ApiHost host = await ApiHost.StartAsync(options => options.Version = "0.0.0");
        string served = Pretty((await host.Client.GetReplyAsync("/openapi/v1.json")).Is(200).Json);
        if (Environment.GetEnvironmentVariable("VORTEX_ACCEPT_SHAPES") == "1")
        {
            await File.WriteAllTextAsync(Published, served, TestContext.Current.CancellationToken);
        }

        Assert.Equal(await File.ReadAllTextAsync(Published, TestContext.Current.CancellationToken), served);
    }

    [Fact]
    public async Task Every_endpoint_is_described()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string[] undescribed = ["/", "/docs", "/docs/docs.js", "/docs/pages.css", "/openapi/{documentName}.json", "/v1/hub", "/v1/hub/negotiate"];
        JsonElement paths = (await host.Client.GetReplyAsync("/openapi/v1.json")).Is(200).Json.GetProperty("paths");
        foreach (RouteEndpoint endpoint in host.Endpoints)
        {
            string pattern = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
            if (undescribed.Contains(pattern) || endpoint.Metadata.GetMetadata<ComfyRoute>() is not null)
            {
                continue;
            }

            Assert.True(paths.TryGetProperty(pattern, out JsonElement path), $"{pattern} is missing");
            foreach (string method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)
            {
                JsonElement operation = path.GetProperty(method.ToLowerInvariant());
                Assert.NotEmpty(operation.GetProperty("summary").GetString()!);
                Assert.NotEmpty(operation.GetProperty("operationId").GetString()!);
                JsonElement responses = operation.GetProperty("responses");
                Assert.True(responses.TryGetProperty("500", out JsonElement error), $"{pattern} does not say how it fails");
                Assert.Equal("#/components/schemas/ErrorBody", error.GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("$ref").GetString());
                Assert.Contains(responses.EnumerateObject(), one => one.Name[0] is '1' or '2');
                string[] named = operation.TryGetProperty("parameters", out JsonElement parameters)
                    ? [.. parameters.EnumerateArray().Where(one => one.GetProperty("in").GetString() == "path").Select(one => one.GetProperty("name").GetString()!)]
                    : [];
                Assert.Equal(Braces().Matches(pattern).Select(match => match.Groups[1].Value), named);
            }
        }
    }

    [Fact]
    public async Task References_lead_somewhere_and_schemas_of_bodies_have_fields()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JsonElement document = (await host.Client.GetReplyAsync("/openapi/v1.json")).Is(200).Json;
        JsonElement schemas = document.GetProperty("components").GetProperty("schemas");
        foreach (Match match in References().Matches(document.GetRawText()))
        {
            Assert.True(schemas.TryGetProperty(match.Groups[1].Value, out _), match.Value);
        }

        foreach (string name in new[] { "CreateRunRequest", "RunView", "RunCreated", "ErrorBody", "RunEvent", "WorkflowAnswer", "ArtifactView", "QueueAnswer" })
        {
            Assert.NotEmpty(schemas.GetProperty(name).GetProperty("properties").EnumerateObject());
        }

        Assert.Equal(["code", "message", "details", "request_id"], schemas.GetProperty("ErrorBody").GetProperty("properties").EnumerateObject().Select(one => one.Name));
    }

    [Fact]
    public async Task Operation_ids_are_unique()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string[] ids = [.. host.Endpoints.Select(one => one.Metadata.GetMetadata<Operation>()?.Id).OfType<string>()];
        Assert.NotEmpty(ids);
        Assert.Equal(ids.Distinct(), ids);
    }

    [Fact]
    public async Task Examples_of_requests_are_taken_by_the_api_itself()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (await host.Client.PostJsonAsync("/v1/runs", Examples.CreateRun)).Is(202);
        (await host.Client.PostJsonAsync("/v1/workflows", Examples.CreateWorkflow)).Is(201);
        (await host.Client.PostJsonAsync("/v1/workflows/import", Examples.ComfyApi)).Is(200);
    }

    [Fact]
    public async Task Examples_of_answers_read_as_what_they_stand_for()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JsonSerializerOptions strict = new(Vortex.Runs.RunsJson.Options) { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };
        OperationAnswer[] answers =
        [
            .. host.Endpoints.Select(one => one.Metadata.GetMetadata<Operation>()).OfType<Operation>()
                .SelectMany(one => one.Answers)
                .Where(answer => answer.Example is not null && answer.Type != typeof(JsonElement)),
        ];
        Assert.NotEmpty(answers);
        Assert.All(answers, answer => Assert.NotNull(JsonSerializer.Deserialize(answer.Example!, answer.Type!, strict)));
    }

    private static string Pretty(JsonElement element) => JsonSerializer.Serialize(
        element,
        new JsonSerializerOptions { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Braces();

    [GeneratedRegex("\"#/components/schemas/([^\"]+)\"")]
    private static partial Regex References();
}
