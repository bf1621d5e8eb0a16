using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vortex.Embedded;
using Vortex.Local.Hosting;
using Vortex.Local.Terminal;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Local.Running;

/// <summary>Runs in this process.</summary>
internal sealed class LocalTarget : IRunTarget
{
    private static readonly WorkspaceId s_workspace = WorkspaceId.Local;
    private readonly IHost _host;
    private readonly RunService _runs;
    private readonly IRunStore _store;
    private readonly IArtifactStore _artifacts;

    private readonly StoreFaults _faults;

    private LocalTarget(IHost host, StoreFaults faults)
    {
        _host = host;
        _faults = faults;
        _runs = host.Services.GetRequiredService<RunService>();
        _store = host.Services.GetRequiredService<IRunStore>();
        _artifacts = host.Services.GetRequiredService<IArtifactStore>();
    }

    /// <summary>Opens the data folder and starts engine and runner.</summary>
    /// <exception cref="Vortex.Embedded.EmbeddedStoreException">The folder cannot be used, or another process has it.</exception>
    public static async Task<LocalTarget> OpenAsync(string dataFolder, string inputFolder, IReadOnlyList<string> modelRoots, CancellationToken cancellationToken)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        StoreFaults faults = new();
        builder.Logging.AddProvider(faults);
        builder.Services.AddVortexLocal(dataFolder, inputFolder, modelRoots);
        IHost host = builder.Build();
        try
        {
            await host.StartAsync(cancellationToken);
            return new LocalTarget(host, faults);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    public async Task<RunStart> StartAsync(LocalOrder order, CancellationToken cancellationToken = default)
    {
        RunSubmission submission = await _runs.SubmitAsync(
            s_workspace,
            new RunRequest
            {
                Document = order.Document,
                Inputs = order.Inputs,
                Options = order.Options,
                ComfyWorkflow = order.ComfyWorkflow?.GetRawText(),
            },
            null,
            cancellationToken);
        return new RunStart(
            submission.Run?.Id,
            submission.Run is not null
                ? []
                : [.. submission.Problems.Where(problem => problem.Severity == ProblemSeverity.Error).Select(problem => new RunFault(problem.Code, problem.Message, problem.Node?.Value, problem.Port))]);
    }

    public async IAsyncEnumerable<RunEvent> FollowAsync(RunId run, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using IAsyncEnumerator<RunEvent> events = _store.FollowEventsAsync(s_workspace, run, 0, stop.Token).GetAsyncEnumerator(stop.Token);
        while (await NextAsync(events, stop))
        {
            yield return events.Current;
        }
    }

    public async Task CancelAsync(RunId run, CancellationToken cancellationToken = default) =>
        await _runs.CancelAsync(s_workspace, run, null, cancellationToken);

    public async Task<ImmutableArray<ArtifactRecord>> ArtifactsAsync(RunId run, CancellationToken cancellationToken = default)
    {
        ImmutableArray<ArtifactRecord>.Builder all = ImmutableArray.CreateBuilder<ArtifactRecord>();
        string? cursor = null;
        do
        {
            Page<ArtifactRecord> page = await _store.ListArtifactsAsync(s_workspace, run, cursor, 200, cancellationToken);
            all.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return all.ToImmutable();
    }

    public async Task<Stream> OpenAsync(ArtifactRecord artifact, CancellationToken cancellationToken = default) =>
        await _artifacts.OpenAsync(s_workspace, artifact.File.Digest, cancellationToken: cancellationToken)
        ?? throw new IOException($"The content of '{artifact.File.Name}' is gone from the data folder.");

    private async Task<bool> NextAsync(IAsyncEnumerator<RunEvent> events, CancellationTokenSource stop)
    {
        Task<bool> next = events.MoveNextAsync().AsTask();
        if (await Task.WhenAny(next, _faults.First) == next)
        {
            return await next;
        }

        await stop.CancelAsync();
        await next.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        EmbeddedStoreException fault = await _faults.First;
        throw CommandFailure.Failed($"The run cannot go on: {fault.Message} It goes on where it was when Vortex next opens the data folder.");
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
