using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vortex.Testing;

namespace Vortex.Azure.Tests.Cosmos;

/// <summary>
/// Stands before the emulator and adds what it lacks of the service's protocol: HTTPS with our certificate, hierarchical partition keys, the plan of a
/// query, and transactions.
/// </summary>
/// <remarks>
/// The emulator knows one partition key. Here the parts of a hierarchical one become one text, kept in a property of each document. A transaction is
/// emulated: nobody else is served while its conditions are checked and its parts are written one by one. What that cannot show (that the
/// service refuses what is too large, its partitions, its clock) is listed in docs/azure/unverified.md.
/// </remarks>
internal sealed partial class CosmosProxy : IAsyncDisposable
{
    private const string KeyProperty = "_test_partition";
    private const int Everybody = 256;

    private readonly WebApplication _app;
    private readonly HttpClient _emulator;
    private readonly SemaphoreSlim _readers = new(Everybody, Everybody);
    private readonly SemaphoreSlim _writer = new(1, 1);

    private CosmosProxy(WebApplication app, Uri emulator)
    {
        _app = app;
        _emulator = new HttpClient { BaseAddress = emulator };
    }

    private long _bytesRead;

    /// <summary>Gets how many bytes queries were answered with.</summary>
    public long BytesRead => Volatile.Read(ref _bytesRead);

    public Uri Url => new(_app.Urls.First());

    internal static async Task<CosmosProxy> StartAsync(Uri emulator, DeskCertificate certificate)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.UseHttps(certificate.Certificate));
        });
        WebApplication app = builder.Build();
        CosmosProxy proxy = new(app, emulator);
        app.Run(proxy.ServeAsync);
        await app.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _emulator.Dispose();
        _readers.Dispose();
        _writer.Dispose();
    }

    private async Task ServeAsync(HttpContext context)
    {
        if (Is(context, "x-ms-cosmos-is-batch-request"))
        {
            await TransactAsync(context);
            return;
        }

        if (Is(context, "x-ms-cosmos-is-query-plan-request"))
        {
            await context.Response.WriteAsync(Plan((await JsonNode.ParseAsync(context.Request.Body))!["query"]!.GetValue<string>()));
            return;
        }

        await _readers.WaitAsync();
        try
        {
            await ForwardAsync(context);
        }
        finally
        {
            _readers.Release();
        }
    }

    private static bool Is(HttpContext context, string header) => string.Equals(context.Request.Headers[header], "true", StringComparison.OrdinalIgnoreCase);

    private static string? Partition(HttpContext context) =>
        context.Request.Headers["x-ms-documentdb-partitionkey"].FirstOrDefault() is { Length: > 0 } key
            ? string.Join('|', JsonSerializer.Deserialize<string[]>(key)!)
            : null;

    private static string Header(string? partition) => JsonSerializer.Serialize(new[] { partition });

    private async Task ForwardAsync(HttpContext context)
    {
        HttpRequest asked = context.Request;
        string? partition = Partition(context);
        bool query = Is(context, "x-ms-documentdb-isquery") || asked.ContentType?.StartsWith("application/query+json", StringComparison.Ordinal) == true;
        JsonNode? body = asked.ContentLength is 0 || HttpMethods.IsGet(asked.Method) || HttpMethods.IsDelete(asked.Method) ? null : await JsonNode.ParseAsync(asked.Body);
        if (body is JsonObject collection && collection["partitionKey"] is not null && asked.Path.Value!.EndsWith("/colls", StringComparison.Ordinal))
        {
            collection["partitionKey"] = new JsonObject { ["paths"] = new JsonArray("/" + KeyProperty), ["kind"] = "Hash" };
        }
        else if (body is JsonObject document && partition is not null && !query)
        {
            document[KeyProperty] = partition;
        }

        using HttpRequestMessage request = Request(new HttpMethod(asked.Method), asked.GetEncodedPathAndQuery(), body, query);
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues value) in asked.Headers)
        {
            if (name.StartsWith("x-ms-", StringComparison.OrdinalIgnoreCase) || name is "If-Match" or "If-None-Match" or "A-IM" or "Authorization")
            {
                request.Headers.TryAddWithoutValidation(name, (string?)value);
            }
        }

        if (partition is not null)
        {
            request.Headers.Remove("x-ms-documentdb-partitionkey");
            request.Headers.Add("x-ms-documentdb-partitionkey", Header(partition));
        }

        // The emulator's own check of partitions fails on what is not there; it looks under the key all the same.
        if (query || HttpMethods.IsGet(asked.Method))
        {
            request.Headers.Remove("x-ms-documentdb-query-enablecrosspartition");
            request.Headers.Add("x-ms-documentdb-query-enablecrosspartition", "True");
        }

        using HttpResponseMessage answer = await _emulator.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();
        Interlocked.Add(ref _bytesRead, query ? text.Length : 0);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach ((string name, IEnumerable<string> values) in answer.Headers.Where(header => header.Key.StartsWith("x-ms-", StringComparison.Ordinal) || header.Key == "ETag"))
        {
            context.Response.Headers[name] = values.ToArray();
        }

        context.Response.ContentType = "application/json";
        if (answer.StatusCode is not System.Net.HttpStatusCode.NoContent and not System.Net.HttpStatusCode.NotModified)
        {
            await context.Response.WriteAsync(text.Replace($$"""{"paths":["/{{KeyProperty}}"],"kind":"Hash"}""", """{"paths":["/tenant","/workspace","/scope"],"kind":"MultiHash","version":2}""", StringComparison.Ordinal));
        }
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, JsonNode? body, bool query = false)
    {
        HttpRequestMessage request = new(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString()));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(query ? "application/query+json" : "application/json");
        }

        return request;
    }

    private async Task TransactAsync(HttpContext context)
    {
        string partition = Partition(context)!;
        string path = context.Request.Path.Value!;
        List<BatchOperation> operations = await BatchRows.ReadAsync(context.Request.Body);
        await _writer.WaitAsync();
        try
        {
            for (int i = 0; i < Everybody; i++)
            {
                await _readers.WaitAsync();
            }

            try
            {
                List<BatchResult> results = await CheckAsync(path, partition, operations);
                if (results.TrueForAll(result => result.Status == 200))
                {
                    results.Clear();
                    foreach (BatchOperation operation in operations)
                    {
                        results.Add(await WriteAsync(path, partition, operation));
                    }
                }

                context.Response.StatusCode = results.TrueForAll(result => result.Status < 300) ? 200 : 207;
                await context.Response.Body.WriteAsync(await BatchRows.WriteAsync(results));
            }
            finally
            {
                _readers.Release(Everybody);
            }
        }
        finally
        {
            _writer.Release();
        }
    }

    /// <summary>Says of each part whether it could be written; behind the first that could not, the others were not tried.</summary>
    private async Task<List<BatchResult>> CheckAsync(string path, string partition, List<BatchOperation> operations)
    {
        List<BatchResult> results = [];
        HashSet<string> ids = [];
        foreach (BatchOperation operation in operations)
        {
            string id = IdOf(operation);
            using HttpRequestMessage read = Request(HttpMethod.Get, $"{path}/{Uri.EscapeDataString(id)}", null);
            read.Headers.Add("x-ms-documentdb-partitionkey", Header(partition));
            read.Headers.Add("x-ms-documentdb-query-enablecrosspartition", "True");
            using HttpResponseMessage found = await _emulator.SendAsync(read);
            string? etag = found.IsSuccessStatusCode ? JsonNode.Parse(await found.Content.ReadAsStringAsync())!["_etag"]!.GetValue<string>() : null;
            results.Add(new BatchResult(operation.Type switch
            {
                BatchOperation.Create => etag is null && ids.Add(id) ? 200 : 409,
                BatchOperation.Replace when etag is null => 404,
                BatchOperation.Replace => operation.IfMatch is null || operation.IfMatch == etag ? 200 : 412,
                _ => 400,
            }));
        }

        int failed = results.FindIndex(result => result.Status != 200);
        return failed < 0 ? results : [.. results.Select((result, i) => i == failed ? result : new BatchResult(424))];
    }

    private async Task<BatchResult> WriteAsync(string path, string partition, BatchOperation operation)
    {
        JsonNode body = JsonNode.Parse(operation.Body)!;
        body[KeyProperty] = partition;
        using HttpRequestMessage request = operation.Type == BatchOperation.Create
            ? Request(HttpMethod.Post, path, body)
            : Request(HttpMethod.Put, $"{path}/{Uri.EscapeDataString(IdOf(operation))}", body);
        request.Headers.Add("x-ms-documentdb-partitionkey", Header(partition));
        using HttpResponseMessage answer = await _emulator.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? new BatchResult((int)answer.StatusCode, JsonNode.Parse(text)!["_etag"]!.GetValue<string>())
            : throw new InvalidOperationException($"The emulator refused a part that had been checked: {text}");
    }

    private static string IdOf(BatchOperation operation) => operation.Id ?? JsonNode.Parse(operation.Body)!["id"]!.GetValue<string>();

    /// <summary>The plan of the few shapes of query that our stores use: a condition, and at most one sort key.</summary>
    private static string Plan(string query)
    {
        Match sorted = OrderBy().Match(query);
        JsonObject info = new()
        {
            ["distinctType"] = "None",
            ["orderBy"] = new JsonArray(),
            ["orderByExpressions"] = new JsonArray(),
            ["groupByExpressions"] = new JsonArray(),
            ["groupByAliases"] = new JsonArray(),
            ["aggregates"] = new JsonArray(),
            ["groupByAliasToAggregateType"] = new JsonObject(),
            ["rewrittenQuery"] = "",
            ["hasSelectValue"] = false,
        };
        if (sorted.Success)
        {
            string key = sorted.Groups["key"].Value;
            string direction = sorted.Groups["down"].Success ? "Descending" : "Ascending";
            info["orderBy"] = new JsonArray(direction);
            info["orderByExpressions"] = new JsonArray(key);
            info["rewrittenQuery"] = string.Create(CultureInfo.InvariantCulture, $$"""
                SELECT c._rid, [{"item": {{key}}}] AS orderByItems, c AS payload
                FROM c
                WHERE (({{sorted.Groups["where"].Value}}) AND ({documentdb-formattableorderbyquery-filter}))
                ORDER BY {{key}}{{(sorted.Groups["down"].Success ? " DESC" : " ASC")}}
                """);
        }

        return new JsonObject
        {
            ["partitionedQueryExecutionInfoVersion"] = 2,
            ["queryInfo"] = info,
            ["queryRanges"] = new JsonArray(new JsonObject { ["min"] = "", ["max"] = "FF", ["isMinInclusive"] = true, ["isMaxInclusive"] = false }),
        }.ToJsonString();
    }

    [GeneratedRegex(@"^SELECT \* FROM c WHERE (?<where>.*) ORDER BY (?<key>c\.\w+)(?<down> DESC)?$", RegexOptions.Singleline)]
    private static partial Regex OrderBy();
}
