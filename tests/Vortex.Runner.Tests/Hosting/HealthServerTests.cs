using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;

namespace Vortex.Runner.Tests;

public sealed class HealthServerTests : IAsyncLifetime
{
    private readonly Bench _bench = new(TimeProvider.System);
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _http = new();
    private readonly CutQueue _queue;
    private readonly BatchRunner _runner;
    private HealthServer _server = null!;

    public HealthServerTests()
    {
        _bench.Options.BatchesAtOnce = 1;
        _queue = new CutQueue(_bench.Queue);
        _runner = _bench.NewRunner(queue: _queue);
    }

    public async ValueTask InitializeAsync()
    {
        _server = new HealthServer(_runner, Microsoft.Extensions.Options.Options.Create(new HealthOptions()), TimeProvider.System, NullLogger<HealthServer>.Instance);
        await _server.StartAsync(CancellationToken.None);
        _http.BaseAddress = _server.Address;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(CancellationToken.None);
        await _server.DisposeAsync();
        _http.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task Runner_is_ready_from_its_beginning_to_the_request_to_stop_and_alive_all_the_time()
    {
        await AssertSaysAsync(HttpStatusCode.ServiceUnavailable, "starting", 0);
        string probe = Probe.NewName();
        TaskCompletionSource gate = new();
        Probe.Of(probe).Gate = gate.Task;
        await _bench.SendAsync(new NodeSpec("slow", "Probed").With("probe", probe).With("value", 1).Output());
        Task running = _runner.RunAsync(_stop.Token);
        await Some.SoonAsync(Probe.Of(probe).Entered);
        await AssertSaysAsync(HttpStatusCode.OK, "working", 1);

        await _stop.CancelAsync();
        await AssertSaysAsync(HttpStatusCode.ServiceUnavailable, "draining", 1);

        gate.SetResult();
        await Some.SoonAsync(running);
        await AssertSaysAsync(HttpStatusCode.ServiceUnavailable, "stopped", 0);
        Assert.Equal(BatchStatus.Succeeded, Assert.Single(_bench.Reported).Status);
    }

    [Fact]
    public async Task Runner_whose_queue_is_out_of_reach_is_alive_and_not_ready()
    {
        _queue.IsCut = true;
        Task running = _runner.RunAsync(_stop.Token);
        await Some.SoonAsync(_queue.Asked);
        // The runner takes note of the failure just after it was thrown.
        await Some.SoonAsync(Task.Run(async () =>
        {
            while (_runner.Status.Phase != RunnerPhase.Cut)
            {
                await Task.Yield();
            }
        }));
        await AssertSaysAsync(HttpStatusCode.ServiceUnavailable, "cut", 0);
        await _stop.CancelAsync();
        await Some.SoonAsync(running);
    }

    [Fact]
    public async Task Anything_else_is_refused()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync(new Uri("/", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync(new Uri("/health", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await _http.DeleteAsync(new Uri("/health/live", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public void It_listens_on_this_machine_alone_unless_told_otherwise() => Assert.True(IPAddress.IsLoopback(IPAddress.Parse(_server.Address!.Host)));

    private async Task AssertSaysAsync(HttpStatusCode ready, string phase, int batches)
    {
        using HttpResponseMessage answer = await _http.GetAsync(new Uri("/health/ready", UriKind.Relative));
        JsonElement said = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((ready, phase, batches), (answer.StatusCode, said.GetProperty("phase").GetString(), said.GetProperty("batches").GetInt32()));
        Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync(new Uri("/health/live", UriKind.Relative))).StatusCode);
    }
}
