using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Azure.Core;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>The few calls of the service's REST interface that we make, each with an Entra ID token.</summary>
internal sealed class SignalRService(HttpClient http, TokenCredential credential, RealtimeOptions options)
{
    private const string ApiVersion = "2024-12-01";
    private static readonly TokenRequestContext s_scope = new(["https://signalr.azure.com/.default"]);

    private string What => $"The SignalR service '{options.Endpoint}'";

    /// <summary>Sends a message to a group. Nobody in it is no error.</summary>
    internal async Task SendAsync(string group, string target, object argument, CancellationToken cancellationToken)
    {
        using HttpResponseMessage answer = await CallAsync(
            HttpMethod.Post, $"groups/{Uri.EscapeDataString(group)}/:send", "", JsonContent.Create(new { target, arguments = new[] { argument } }, options: RunsJson.Options), cancellationToken);
    }

    /// <summary>Puts every connection of a user into a group, those to come included, for a while.</summary>
    internal async Task AddUserAsync(string user, string group, TimeSpan lasts, CancellationToken cancellationToken)
    {
        using HttpResponseMessage answer = await CallAsync(
            HttpMethod.Put,
            $"users/{Uri.EscapeDataString(user)}/groups/{Uri.EscapeDataString(group)}",
            $"&ttl={((int)lasts.TotalSeconds).ToString(CultureInfo.InvariantCulture)}",
            null,
            cancellationToken);
    }

    /// <summary>Makes the token with which a user connects.</summary>
    internal async Task<string> ClientTokenAsync(string user, TimeSpan lasts, CancellationToken cancellationToken)
    {
        int minutes = Math.Max(1, (int)lasts.TotalMinutes);
        using HttpResponseMessage answer = await CallAsync(
            HttpMethod.Post, ":generateToken", $"&userId={Uri.EscapeDataString(user)}&minutesToExpire={minutes.ToString(CultureInfo.InvariantCulture)}", null, cancellationToken);
        return (await answer.Content.ReadFromJsonAsync<TokenAnswer>(cancellationToken))?.Token
            ?? throw new AzureStoreException(AzureErrors.Failed, $"{What} gave no token.");
    }

    private async Task<HttpResponseMessage> CallAsync(HttpMethod method, string path, string query, HttpContent? content, CancellationToken cancellationToken)
    {
        try
        {
            // The credential keeps the token until shortly before it runs out.
            AccessToken token = await credential.GetTokenAsync(s_scope, cancellationToken);
            using HttpRequestMessage request = new(method, new Uri(options.Endpoint!, $"api/hubs/{options.Hub}/{path}?api-version={ApiVersion}{query}")) { Content = content };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Token);
            HttpResponseMessage answer = await http.SendAsync(request, cancellationToken);
            if (answer.IsSuccessStatusCode)
            {
                return answer;
            }

            using (answer)
            {
                string detail = await answer.Content.ReadAsStringAsync(cancellationToken);
                throw AzureErrors.FromStatus((int)answer.StatusCode, detail.Length > 500 ? detail[..500] : detail, What, new HttpRequestException(detail));
            }
        }
        catch (HttpRequestException failure)
        {
            throw AzureErrors.FromStatus(0, "", What, failure);
        }
        catch (Exception error) when (AzureErrors.From(error, What) is { } known)
        {
            throw known;
        }
    }

    private sealed record TokenAnswer(string Token);
}
