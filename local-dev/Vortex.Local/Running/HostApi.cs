using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vortex.Local.Hosting;
using Vortex.Local.Terminal;
using Vortex.Runs;

namespace Vortex.Local.Running;

/// <summary>Speaks to the host of a data folder for the commands that make sense only while one serves it.</summary>
internal sealed class HostApi : IDisposable
{
    private readonly HttpClient _http;

    private HostApi(Uri url) => _http = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromSeconds(100) };

    /// <summary>Gets where the host listens.</summary>
    public Uri Url => _http.BaseAddress!;

    /// <summary>Finds the host.</summary>
    /// <exception cref="CommandFailure">None serves this folder.</exception>
    public static async Task<HostApi> FindAsync(string dataFolder, CancellationToken cancellationToken) =>
        RunningHost.Read(dataFolder) is { } host && await RemoteTarget.AnswersAsync(new Uri(host.Url), cancellationToken)
            ? new HostApi(new Uri(host.Url))
            : throw CommandFailure.Failed($"No Vortex host serves the data folder '{dataFolder}'. Start one with 'vortex up', or name its folder with --data DIR.");

    /// <summary>Sends a request and returns the answer's body.</summary>
    /// <exception cref="CommandFailure">The host refuses; its own sentence says why.</exception>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(method, new Uri(path, UriKind.Relative)) { Content = body is null ? null : JsonContent.Create(body) };
        try
        {
            using HttpResponseMessage answer = await _http.SendAsync(request, cancellationToken);
            byte[] content = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
            JsonElement json = content.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(content, RunsJson.Options);
            return answer.IsSuccessStatusCode ? json : throw CommandFailure.BadInput(json.GetProperty("message").GetString()!);
        }
        catch (HttpRequestException gone)
        {
            throw CommandFailure.Failed($"The host at {Url} broke off: {gone.Message}");
        }
    }

    /// <summary>Reads a whole list, page by page.</summary>
    public async Task<IReadOnlyList<JsonElement>> ListAsync(string path, CancellationToken cancellationToken)
    {
        List<JsonElement> all = [];
        string? cursor = null;
        do
        {
            JsonElement page = await SendAsync(HttpMethod.Get, $"{path}?limit=200{(cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor))}", null, cancellationToken);
            all.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.GetProperty("next_cursor").GetString();
        }
        while (cursor is not null);
        return all;
    }

    public void Dispose() => _http.Dispose();
}
