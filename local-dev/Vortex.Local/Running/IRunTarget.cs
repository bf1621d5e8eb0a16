using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Local.Running;

/// <summary>Where <c>vortex run</c> runs: in this process, or on the host that has the data folder open.</summary>
internal interface IRunTarget : IAsyncDisposable
{
    /// <summary>Starts a run; durable once this returns.</summary>
    Task<RunStart> StartAsync(RunOrder order, CancellationToken cancellationToken = default);

    /// <summary>Streams the run's events from the first to the last, each once and in order.</summary>
    IAsyncEnumerable<RunEvent> FollowAsync(RunId run, CancellationToken cancellationToken = default);

    /// <summary>Asks a run to stop.</summary>
    Task CancelAsync(RunId run, CancellationToken cancellationToken = default);

    /// <summary>Lists what the run made for people, in order of appearance.</summary>
    Task<ImmutableArray<ArtifactRecord>> ArtifactsAsync(RunId run, CancellationToken cancellationToken = default);

    /// <summary>Opens an artifact's content.</summary>
    Task<Stream> OpenAsync(ArtifactRecord artifact, CancellationToken cancellationToken = default);
}

/// <summary>What to run, and how.</summary>
/// <param name="Document">The workflow.</param>
/// <param name="ComfyWorkflow">The file's own JSON where it was ComfyUI's editor format, to be embedded into pictures.</param>
/// <param name="Inputs">Promoted inputs by name.</param>
/// <param name="Options">How to run.</param>
internal sealed record RunOrder(
    WorkflowDocument Document, JsonElement? ComfyWorkflow, ImmutableDictionary<string, JsonElement> Inputs, RunOptions Options);

/// <summary>A run, or what keeps it from being one.</summary>
internal sealed record RunStart(RunId? Run, ImmutableArray<RunFault> Faults);

/// <summary>Something wrong with an order.</summary>
internal sealed record RunFault(string Code, string Message, string? Node, string? Port)
{
    public override string ToString() =>
        $"{Code}{(Node is null ? "" : $" at node {Node}{(Port is null ? "" : $", {Port}")}")}: {Message}";
}
