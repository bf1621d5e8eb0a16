using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Azure.Tests.Realtime;

/// <summary>What is asked of the SignalR service, seen by a service that writes down what it is asked.</summary>
public sealed class RealtimeTests : IDisposable
{
    private readonly ManualTimeProvider _time = new(Some.Time);
    private readonly RecordingService _recorder = new();
    private readonly HttpClient _http;
    private readonly RealtimeOptions _options = new() { Endpoint = new Uri("https://name.service.signalr.net"), MostEvents = 50 };
    private readonly InMemoryRunStore _runs = new();

    public RealtimeTests() => _http = new HttpClient(_recorder);

    private SignalRService Service => new(_http, new FixedToken(), _options);

    public void Dispose()
    {
        _http.Dispose();
        _recorder.Dispose();
    }

    [Fact]
    public async Task Negotiation_puts_a_fresh_user_into_the_group_that_was_asked_for_and_gives_its_token()
    {
        RealtimeNegotiation negotiation = new(Service, _options);
        RealtimeConnection connection = await negotiation.NegotiateAsync(Some.Here, Some.RunId(1));
        Assert.Equal("https://name.service.signalr.net/client/?hub=runs", connection.Url.ToString());
        Assert.Equal("client-token", connection.AccessToken);
        Assert.Equal(2, _recorder.Calls.Count);
        (string join, _, string identity) = _recorder.Calls[0];
        Assert.Matches("^PUT /api/hubs/runs/users/[0-9a-f]{32}/groups/acme%3Amain%3Arun_0+1\\?api-version=2024-12-01&ttl=3600$", join);
        Assert.Equal("Bearer entra-token", identity);
        Assert.Contains(join.Split('/')[5], _recorder.Calls[1].Request, StringComparison.Ordinal);
        RealtimeConnection all = await negotiation.NegotiateAsync(Some.Here, null);
        Assert.Contains("/groups/acme%3Amain?", _recorder.Calls[2].Request, StringComparison.Ordinal);
        Assert.DoesNotContain(join.Split('/')[5], _recorder.Calls[2].Request, StringComparison.Ordinal);
        Assert.NotNull(all);
    }

    [Fact]
    public async Task Workspace_whose_name_could_mean_another_group_is_refused() =>
        await Assert.ThrowsAsync<ArgumentException>(async () => await new RealtimeNegotiation(Service, _options).NegotiateAsync(new WorkspaceId("acme", "main:run_1"), null));

    [Fact]
    public async Task Events_of_an_interval_go_out_as_one_message_to_the_run_and_its_workspace()
    {
        await _runs.CreateAsync(Some.Here, Some.Run(1), Some.Event(RunEventTypes.RunQueued));
        await using RunEventPublisher publisher = Publisher();
        publisher.Note(Some.Here, Some.RunId(1), 0);
        for (int i = 0; i < 10; i++)
        {
            await _runs.CommitAsync(Some.Here, Some.RunId(1), Some.Commit(Some.Event(node: "3"), Some.Event(RunEventTypes.NodeStarted, node: "4")));
            publisher.Note(Some.Here, Some.RunId(1), (i * 2) + 1);
        }

        Assert.Empty(_recorder.Calls);
        await FireAsync(2);
        Assert.Equal(["/groups/acme%3Amain%3A" + Some.RunId(1), "/groups/acme%3Amain"], _recorder.Calls.Select(call => Group(call.Request)));
        JsonElement events = JsonDocument.Parse(_recorder.Calls[0].Body).RootElement.GetProperty("arguments")[0];
        Assert.Equal("runEvents", JsonDocument.Parse(_recorder.Calls[0].Body).RootElement.GetProperty("target").GetString());
        // Queued, ten starts, and only the newest progress of node 3.
        Assert.Equal(12, events.GetArrayLength());
        Assert.Equal(20, events.EnumerateArray().Single(one => one.GetProperty("event_type").GetString() == "node.progress").GetProperty("seq").GetInt64());
    }

    [Fact]
    public async Task Service_that_does_not_answer_stops_nothing()
    {
        await _runs.CreateAsync(Some.Here, Some.Run(1), Some.Event(RunEventTypes.RunQueued));
        _recorder.Answer = HttpStatusCode.ServiceUnavailable;
        await using RunEventPublisher publisher = Publisher();
        publisher.Note(Some.Here, Some.RunId(1), 0);
        await FireAsync(1);
        _recorder.Answer = HttpStatusCode.Accepted;
        publisher.Note(Some.Here, Some.RunId(1), 0);
        await FireAsync(3);
        Assert.Equal(3, _recorder.Calls.Count);
    }

    [Fact]
    public async Task What_was_noted_is_told_before_the_process_ends()
    {
        await _runs.CreateAsync(Some.Here, Some.Run(1), Some.Event(RunEventTypes.RunQueued));
        RunEventPublisher publisher = Publisher();
        publisher.Note(Some.Here, Some.RunId(1), 0);
        await publisher.DisposeAsync();
        Assert.Equal(2, _recorder.Calls.Count);
        publisher.Note(Some.Here, Some.RunId(1), 0);
        Assert.Equal(2, _recorder.Calls.Count);
    }

    [Fact]
    public async Task Refusal_is_told_with_its_code()
    {
        _recorder.Answer = HttpStatusCode.Forbidden;
        AzureStoreException error = await Assert.ThrowsAsync<AzureStoreException>(async () => await new RealtimeNegotiation(Service, _options).NegotiateAsync(Some.Here, null));
        Assert.Equal("store.denied", error.Code);
    }

    [Fact]
    public async Task Whoever_writes_through_the_hosts_run_store_has_told_it()
    {
        await using ServiceProvider host = Host(services => services.AddSingleton<IRunStore>(_runs));
        IRunStore runs = host.GetRequiredService<IRunStore>();
        await runs.CreateAsync(Some.Here, Some.Run(1), Some.Event(RunEventTypes.RunQueued));
        await FireAsync(2);
        Assert.Equal(["1"], Told(0));
        await runs.CommitAsync(Some.Here, Some.RunId(1), Some.Commit(Some.Event(RunEventTypes.NodeStarted, node: "3"), Some.Event(RunEventTypes.NodeStarted, node: "4")));
        await FireAsync(4);
        Assert.Equal(["2", "3"], Told(2));

        // Nothing new: a change of the record alone, a run that is there already, and a second note of what was told.
        await runs.CommitAsync(Some.Here, Some.RunId(1), new RunCommit());
        await runs.CreateAsync(Some.Here, Some.Run(1), Some.Event(RunEventTypes.RunQueued));
        host.GetRequiredService<RunEventPublisher>().Note(Some.Here, Some.RunId(1), 0);
        await host.DisposeAsync();
        Assert.Equal(4, _recorder.Calls.Count);
    }

    [Fact]
    public async Task Commit_that_failed_or_came_too_late_is_not_told()
    {
        await using ServiceProvider host = Host(services => services.AddSingleton<IRunStore>(_ => _runs));
        IRunStore runs = host.GetRequiredService<IRunStore>();
        await Assert.ThrowsAsync<KeyNotFoundException>(async () => await runs.CommitAsync(Some.Here, Some.RunId(1), Some.Commit(Some.Event())));
        await _runs.CreateAsync(Some.Here, Some.Run(2) with { Status = RunStatus.Succeeded }, Some.Event(RunEventTypes.RunQueued));
        Assert.False((await runs.CommitAsync(Some.Here, Some.RunId(2), Some.Commit(Some.Event()))).Written);
        await host.DisposeAsync();
        Assert.Empty(_recorder.Calls);
    }

    [Fact]
    public void Realtime_without_a_run_store_says_what_is_missing() =>
        Assert.Contains(nameof(AzureDocumentServices.AddVortexAzureDocuments), Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddVortexAzureRealtime()).Message, StringComparison.Ordinal);

    /// <summary>A host as one adds it, but for the service, the clock and the identity. Realtime is added twice, which changes nothing.</summary>
    private ServiceProvider Host(Action<IServiceCollection> store)
    {
        ServiceCollection services = new();
        services.AddLogging().AddSingleton<TimeProvider>(_time).AddSingleton<TokenCredential>(new FixedToken());
        services.AddSingleton<IConfiguration>(new ConfigurationManager());
        store(services);
        services.AddVortexAzureRealtime(options => options.Endpoint = _options.Endpoint).AddVortexAzureRealtime();
        services.AddHttpClient(nameof(SignalRService)).ConfigurePrimaryHttpMessageHandler(() => _recorder);
        return services.BuildServiceProvider();
    }

    private IEnumerable<string> Told(int call) =>
        JsonDocument.Parse(_recorder.Calls[call].Body).RootElement.GetProperty("arguments")[0].EnumerateArray().Select(one => one.GetProperty("seq").GetRawText());

    private RunEventPublisher Publisher() => new(_runs, Service, _options, _time, NullLogger<RunEventPublisher>.Instance);

    private static string Group(string request) => request[request.IndexOf("/groups", StringComparison.Ordinal)..request.IndexOf("/:send", StringComparison.Ordinal)];

    /// <summary>Lets the interval pass and waits for the calls that follow.</summary>
    private async Task FireAsync(int calls)
    {
        await _time.WhenArmedAsync(_time.GetUtcNow() + TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromMilliseconds(250));
        await Some.SoonAsync(_recorder.WhenAsync(calls));
    }

    private sealed class FixedToken : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Assert.Equal(["https://signalr.azure.com/.default"], requestContext.Scopes);
            return new AccessToken("entra-token", DateTimeOffset.MaxValue);
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }

    private sealed class RecordingService : HttpMessageHandler
    {
        private readonly Lock _gate = new();
        private readonly List<(int Count, TaskCompletionSource Reached)> _waiting = [];

        public List<(string Request, string Body, string Identity)> Calls { get; } = [];

        public HttpStatusCode Answer { get; set; } = HttpStatusCode.Accepted;

        public Task WhenAsync(int calls)
        {
            lock (_gate)
            {
                TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Add((calls, reached));
                Check();
                return reached.Task;
            }
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            string body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
            lock (_gate)
            {
                Calls.Add(($"{request.Method} {request.RequestUri!.PathAndQuery}", body, request.Headers.Authorization!.ToString()));
                Check();
            }

            return new HttpResponseMessage(Answer) { Content = JsonContent.Create(new { token = "client-token" }) };
        }

        private void Check()
        {
            foreach ((int count, TaskCompletionSource reached) in _waiting.Where(one => one.Count <= Calls.Count))
            {
                reached.TrySetResult();
            }
        }
    }
}
