using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>A runner as it last said.</summary>
internal sealed record RunnerView
{
    public required string RunnerId { get; init; }

    /// <summary>Gets what computes, such as <c>cpu</c> or <c>cuda</c>.</summary>
    public required string Backend { get; init; }

    /// <summary>Gets the packs whose node types it executes.</summary>
    public required ImmutableArray<string> Packs { get; init; }

    /// <summary>Gets the memory that batches may ask for, in bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Gets <c>working</c>, <c>starting</c>, <c>cut</c> (the queue does not answer it), <c>draining</c> (it takes no more) or <c>silent</c> (it has said nothing for a minute and has probably died).</summary>
    public required string Status { get; init; }

    /// <summary>Gets how many batches it holds, of every workspace.</summary>
    public required int Batches { get; init; }

    /// <summary>Gets how many it holds at most.</summary>
    public required int BatchesAtOnce { get; init; }

    /// <summary>Gets the caller's runs of which it holds batches.</summary>
    public required ImmutableArray<string> RunIds { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset LastSeenAt { get; init; }

    public static RunnerView Of(RunnerNotice notice, LaneState lane, DateTimeOffset now) => new()
    {
        RunnerId = notice.Capabilities.RunnerId,
        Backend = notice.Capabilities.Backend,
        Packs = notice.Capabilities.Packs,
        MemoryBytes = notice.Capabilities.MemoryBytes,
        Status = now - notice.SeenAt > RunnerNotice.ThereFor ? "silent" : notice.Phase,
        Batches = notice.Batches,
        BatchesAtOnce = notice.BatchesAtOnce,
        RunIds = [.. lane.Runs.Where(run => run.Leased > 0 && run.RunnerId == notice.Capabilities.RunnerId).Select(run => run.RunId.Value)],
        StartedAt = notice.StartedAt,
        LastSeenAt = notice.SeenAt,
    };
}

/// <summary><c>/v1/runners</c>: who is there to work.</summary>
internal static class RunnerEndpoints
{
    private const int Most = 200;

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/runners", ListAsync).Describe(new Operation("listRunners", "Queue", "Lists the runners that are there")
        {
            Description = "Runners serve every workspace. What they hold of others is a number; a runner that says nothing more is listed for an hour.",
            Answers = [new(200, typeof(ListAnswer<RunnerView>), "All of them, at most 200.") { Example = Examples.Runners }],
        });

    private static async Task<IResult> ListAsync(HttpContext context, IRunnerBoard board, ILaneControl lanes, TimeProvider time)
    {
        IReadOnlyList<RunnerNotice> notices = await board.ListAsync(Most, context.RequestAborted);
        LaneState lane = await lanes.ReadAsync(context.Workspace(), context.RequestAborted);
        DateTimeOffset now = time.GetUtcNow();
        return Answer.Json(new ListAnswer<RunnerView>([.. notices.Select(notice => RunnerView.Of(notice, lane, now))], null, context.RequestId()));
    }
}
