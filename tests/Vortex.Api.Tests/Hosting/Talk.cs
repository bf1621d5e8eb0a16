using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Vortex.Api.Tests;

/// <summary>An answer, read whole.</summary>
public sealed record Reply(HttpStatusCode Status, HttpResponseMessage Message, string Text)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string? this[string field] => Json.GetProperty(field).ToString();

    public string Header(string name) =>
        Message.Headers.TryGetValues(name, out IEnumerable<string>? values) || Message.Content.Headers.TryGetValues(name, out values)
            ? string.Join(", ", values)
            : "";

    /// <summary>Asserts the one shape every error has, and its status and code.</summary>
    public Reply IsError(int status, string code)
    {
        Assert.Equal((status, code), ((int)Status, Json.GetProperty("code").GetString()));
        Assert.Equal("application/json; charset=utf-8", Message.Content.Headers.ContentType?.ToString());
        Assert.Equal(["code", "message", "details", "request_id"], Json.EnumerateObject().Select(one => one.Name));
        Assert.Equal(JsonValueKind.Object, Json.GetProperty("details").ValueKind);
        Assert.Equal(Header("X-Request-Id"), this["request_id"]);
        string message = this["message"]!;
        Assert.DoesNotContain("{", message.Replace("{run_id}", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.True(message.Length > 10, message);
        return this;
    }

    public Reply Is(int status)
    {
        Assert.True(status == (int)Status, $"{(int)Status} instead of {status}: {Text}");
        return this;
    }
}

public static class Talk
{
    public static async Task<Reply> AskAsync(this HttpClient client, HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(method, path) { Content = content };
        foreach ((string name, string value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                content!.Headers.TryAddWithoutValidation(name, value);
            }
        }

        HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return new Reply(response.StatusCode, response, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public static Task<Reply> GetReplyAsync(this HttpClient client, string path, params (string Name, string Value)[] headers) =>
        client.AskAsync(HttpMethod.Get, path, null, headers);

    public static Task<Reply> PostJsonAsync(this HttpClient client, string path, string json, params (string Name, string Value)[] headers) =>
        client.AskAsync(HttpMethod.Post, path, Json(json), headers);

    public static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    public static ByteArrayContent Bytes(byte[] bytes, string? type = null)
    {
        ByteArrayContent content = new(bytes);
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        return content;
    }
}

/// <summary>Small documents.</summary>
public static class Documents
{
    /// <summary>Three nodes that make, turn and save a picture.</summary>
    public const string Invert =
        """
        {"vtxw_version":"1.0","meta":{"name":"Invert"},
         "nodes":[
          {"id":"1","type":"EmptyImage","inputs":{"width":8,"height":8,"batch_size":1,"color":0},"ui":{"x":0,"y":0}},
          {"id":"2","type":"ImageInvert","inputs":{},"ui":{"x":1,"y":0}},
          {"id":"3","type":"SaveImage","inputs":{"filename_prefix":"t"},"ui":{"x":2,"y":0}}],
         "edges":[{"from":{"node":"1","port":"IMAGE"},"to":{"node":"2","port":"image"}},{"from":{"node":"2","port":"IMAGE"},"to":{"node":"3","port":"images"}}]}
        """;

    /// <summary>The same in ComfyUI's API format.</summary>
    public const string ComfyInvert =
        """
        {"1":{"class_type":"EmptyImage","inputs":{"width":8,"height":8,"batch_size":1,"color":0}},
         "2":{"class_type":"ImageInvert","inputs":{"image":["1",0]}},
         "3":{"class_type":"SaveImage","inputs":{"images":["2",0],"filename_prefix":"t"}}}
        """;

    /// <summary>A request to run a definition.</summary>
    public static string Run(string definition, string options = "{}") => $$"""{"definition":{{definition}},"inputs":{},"options":{{options}}}""";
}
