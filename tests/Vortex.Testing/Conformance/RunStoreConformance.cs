using System.Text.Json;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Testing;

/// <summary>What every run store does: records, commits and outputs. The log and lists have their own parts.</summary>
public abstract partial class RunStoreConformance : PortConformance<IRunStore>
{
    [Fact]
    public async Task Created_run_is_found_with_everything_it_was_created_with()
    {
        IRunStore store = await OpenAsync();
        RunRecord run = Some.Run(1) with
        {
            WorkflowId = new WorkflowId("wf_1"),
            WorkflowVersion = 3,
            WorkflowName = "写真 📷",
            Options = new RunOptions { Priority = -5, Tags = ["a", "b"], Seed = ulong.MaxValue, Outputs = [new NodeId("9")], Refresh = [new NodeId("7")], CachePolicy = CachePolicy.Refresh },
        };
        RunRecord created = await store.CreateAsync(Some.Here, run, Some.Event(RunEventTypes.RunQueued));
        Some.AssertSame(run with { LastSequence = 1 }, created);
        Some.AssertSame(created, (await store.FindAsync(Some.Here, run.Id))!);
    }

    [Fact]
    public async Task Run_and_its_first_event_are_there_together()
    {
        IRunStore store = await OpenAsync();
        await store.CreateAsync(Some.Here, Some.Run(1), Some.Event(RunEventTypes.RunQueued, new { a = 1 }));
        RunEvent first = Assert.Single(await store.ReadEventsAsync(Some.Here, Some.RunId(1), 0, 10));
        Assert.Equal(1, first.Sequence);
        Assert.Equal(RunEventTypes.RunQueued, first.Type);
        Assert.Equal(Some.RunId(1), first.RunId);
        Assert.Equal(Some.Time, first.Timestamp);
        Assert.Equal("req_1", first.RequestId);
        Assert.Equal("""{"a":1}""", JsonSerializer.Serialize(first.Payload));
    }

    [Fact]
    public async Task Creating_a_run_twice_changes_nothing_and_returns_the_first()
    {
        IRunStore store = await OpenAsync();
        await store.CreateAsync(Some.Here, Some.Run(1) with { WorkflowName = "first" }, Some.Event(RunEventTypes.RunQueued));
        await store.CommitAsync(Some.Here, Some.RunId(1), Some.Commit(Some.Event()));
        RunRecord second = await store.CreateAsync(Some.Here, Some.Run(1) with { WorkflowName = "second" }, Some.Event(RunEventTypes.RunQueued));
        Assert.Equal("first", second.WorkflowName);
        Assert.Equal(2, second.LastSequence);
        Assert.Equal(2, (await store.ReadEventsAsync(Some.Here, Some.RunId(1), 0, 10)).Count);
    }

    [Fact]
    public async Task Creating_a_run_many_times_at_once_creates_it_once()
    {
        IRunStore store = await OpenAsync();
        RunRecord[] created = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
            await store.CreateAsync(Some.Here, Some.Run(1) with { WorkflowName = $"by {i}" }, Some.Event(RunEventTypes.RunQueued)))));
        Assert.Single(created.Select(run => run.WorkflowName).Distinct());
        Assert.Single(await store.ReadEventsAsync(Some.Here, Some.RunId(1), 0, 10));
    }

    [Fact]
    public async Task Unknown_run_is_not_found_and_has_no_events_or_outputs()
    {
        IRunStore store = await OpenAsync();
        Assert.Null(await store.FindAsync(Some.Here, Some.RunId(1)));
        Assert.Empty(await store.ReadEventsAsync(Some.Here, Some.RunId(1), 0, 10));
        Assert.Empty(await store.ReadOutputsAsync(Some.Here, Some.RunId(1), [new NodeId("1")]));
        Assert.Null(await store.FindArtifactAsync(Some.Here, new ArtifactId("art_1")));
        await Assert.ThrowsAsync<KeyNotFoundException>(async () => await store.CommitAsync(Some.Here, Some.RunId(1), Some.Commit(Some.Event())));
    }

    [Fact]
    public async Task Commit_changes_only_what_it_names()
    {
        IRunStore store = await CreatedAsync(1);
        await store.CommitAsync(Some.Here, Some.RunId(1), new RunCommit { Change = new RunChange { Status = RunStatus.Running, StartedAt = Some.Time } });
        await store.CommitAsync(Some.Here, Some.RunId(1), new RunCommit { Change = new RunChange { CancelRequested = true } });
        RunRecord run = (await store.FindAsync(Some.Here, Some.RunId(1)))!;
        Assert.Equal(RunStatus.Running, run.Status);
        Assert.Equal(Some.Time, run.StartedAt);
        Assert.True(run.CancelRequested);
        Assert.Equal(1, run.LastSequence);
    }

    [Fact]
    public async Task Commit_of_nothing_is_written_and_changes_nothing()
    {
        IRunStore store = await CreatedAsync(1);
        Assert.Equal(new CommitResult(1, true), await store.CommitAsync(Some.Here, Some.RunId(1), new RunCommit()));
    }

    [Fact]
    public async Task Terminal_status_is_written_once_and_nothing_follows()
    {
        IRunStore store = await CreatedAsync(1);
        Assert.Equal(new CommitResult(2, true), await store.CommitAsync(Some.Here, Some.RunId(1), Some.End(RunStatus.Canceled)));
        RunCommit late = Some.Commit(Some.ArtifactEvent(1, "late.png")) with
        {
            Change = new RunChange { Status = RunStatus.Succeeded, CancelRequested = true },
            Outputs = [new NodeOutputRecord(new NodeId("1"), Some.Outputs(1))],
        };
        Assert.Equal(new CommitResult(2, false), await store.CommitAsync(Some.Here, Some.RunId(1), late));
        RunRecord run = (await store.FindAsync(Some.Here, Some.RunId(1)))!;
        Assert.Equal(RunStatus.Canceled, run.Status);
        Assert.False(run.CancelRequested);
        Assert.Equal(5, run.Summary!.DurationMs);
        Assert.Equal(2, run.LastSequence);
        Assert.Equal(2, (await store.ReadEventsAsync(Some.Here, Some.RunId(1), 0, 10)).Count);
        Assert.Empty(await store.ReadOutputsAsync(Some.Here, Some.RunId(1), [new NodeId("1")]));
        Assert.Empty((await store.ListArtifactsAsync(Some.Here, Some.RunId(1), null, 10)).Items);
    }

    [Fact]
    public async Task Of_many_who_end_a_run_at_once_one_does()
    {
        IRunStore store = await CreatedAsync(1);
        RunStatus[] statuses = [RunStatus.Succeeded, RunStatus.Failed, RunStatus.Canceled];
        CommitResult[] results = await Task.WhenAll(Enumerable.Range(0, 9).Select(i => Task.Run(async () =>
            await store.CommitAsync(Some.Here, Some.RunId(1), Some.End(statuses[i % 3])))));
        Assert.Single(results, result => result.Written);
        Assert.Equal(2, (await store.FindAsync(Some.Here, Some.RunId(1)))!.LastSequence);
    }

    [Fact]
    public async Task Outputs_are_read_back_and_a_second_write_replaces_the_first()
    {
        IRunStore store = await CreatedAsync(1);
        NodeOutputs first = Some.Outputs(1) with { Artifacts = [Some.File("a.png") with { Width = 3, Height = 4 }], Shown = RunsJson.Element(new { text = "hi" }) };
        await store.CommitAsync(Some.Here, Some.RunId(1), new RunCommit { Outputs = [new(new("1"), first), new(new("2"), Some.Outputs(2))] });
        await store.CommitAsync(Some.Here, Some.RunId(1), new RunCommit { Outputs = [new(new("2"), Some.Outputs(3) with { Slots = [null, .. Some.Outputs(3).Slots] })] });
        IReadOnlyDictionary<NodeId, NodeOutputs> found = await store.ReadOutputsAsync(Some.Here, Some.RunId(1), [new("1"), new("2"), new("3")]);
        Assert.Equal(2, found.Count);
        Some.AssertSame(first, found[new("1")]);
        Assert.Null(found[new("2")].Slots[0]);
        Some.AssertSame(Some.Outputs(3).Slots[0], found[new("2")].Slots[1]);
    }

    [Fact]
    public async Task Many_outputs_are_read_in_one_call()
    {
        IRunStore store = await CreatedAsync(1);
        await store.CommitAsync(Some.Here, Some.RunId(1), new RunCommit { Outputs = [.. Enumerable.Range(0, 3_000).Select(i => new NodeOutputRecord(new($"n{i}"), Some.Outputs(i)))] });
        IReadOnlyDictionary<NodeId, NodeOutputs> found = await store.ReadOutputsAsync(Some.Here, Some.RunId(1), [.. Enumerable.Range(0, 3_100).Select(i => new NodeId($"n{i}"))]);
        Assert.Equal(3_000, found.Count);
        Some.AssertSame(Some.Outputs(2_999), found[new("n2999")]);
    }

    [Fact]
    public async Task Everything_acknowledged_is_there_after_a_restart()
    {
        IRunStore store = await CreatedAsync(1);
        await store.CommitAsync(Some.Here, Some.RunId(1), Some.Commit(Some.ArtifactEvent(1, "a.png", once: "a")) with { Outputs = [new(new("1"), Some.Outputs(1))] });
        RunRecord before = (await store.FindAsync(Some.Here, Some.RunId(1)))!;
        store = await ReopenAsync(store);
        Some.AssertSame(before, (await store.FindAsync(Some.Here, Some.RunId(1)))!);
        Assert.Equal(2, (await store.ReadEventsAsync(Some.Here, Some.RunId(1), 0, 10)).Count);
        Assert.Single(await store.ReadOutputsAsync(Some.Here, Some.RunId(1), [new("1")]));
        Assert.Single((await store.ListArtifactsAsync(Some.Here, Some.RunId(1), null, 10)).Items);
        CommitResult again = await store.CommitAsync(Some.Here, Some.RunId(1), Some.Commit(Some.ArtifactEvent(1, "a.png", once: "a")));
        Assert.Equal(2, again.LastSequence);
    }

    [Fact]
    public async Task Workspaces_never_see_each_other()
    {
        IRunStore store = await CreatedAsync(1);
        await store.CommitAsync(Some.Here, Some.RunId(1), Some.Commit(Some.ArtifactEvent(1, "a.png")) with { Outputs = [new(new("1"), Some.Outputs(1))] });
        foreach (WorkspaceId other in new[] { Some.There, Some.Stranger })
        {
            Assert.Null(await store.FindAsync(other, Some.RunId(1)));
            Assert.Empty((await store.ListAsync(other, new RunQuery())).Items);
            Assert.Empty(await store.ReadEventsAsync(other, Some.RunId(1), 0, 10));
            Assert.Empty(await store.ReadOutputsAsync(other, Some.RunId(1), [new("1")]));
            Assert.Null(await store.FindArtifactAsync(other, new ArtifactId("art_1_a.png")));
            Assert.Empty((await store.ListArtifactsAsync(other, new ArtifactQuery())).Items);
            Assert.Empty((await store.ListArtifactsAsync(other, Some.RunId(1), null, 10)).Items);
            await Assert.ThrowsAsync<KeyNotFoundException>(async () => await store.CommitAsync(other, Some.RunId(1), Some.End()));
            await foreach (RunEvent one in store.FollowEventsAsync(other, Some.RunId(1), 0))
            {
                Assert.Fail($"Saw {one.Type} of another workspace.");
            }

            // The same id may exist in each workspace; they are different runs.
            await store.CreateAsync(other, Some.Run(1) with { WorkflowName = other.ToString() }, Some.Event(RunEventTypes.RunQueued));
            await store.CommitAsync(other, Some.RunId(1), Some.End());
        }

        RunRecord mine = (await store.FindAsync(Some.Here, Some.RunId(1)))!;
        Assert.Null(mine.WorkflowName);
        Assert.Equal(RunStatus.Queued, mine.Status);
        Assert.Equal(2, mine.LastSequence);
    }

    /// <summary>Opens a store that holds queued runs.</summary>
    private async Task<IRunStore> CreatedAsync(params int[] numbers)
    {
        IRunStore store = await OpenAsync();
        foreach (int number in numbers)
        {
            await store.CreateAsync(Some.Here, Some.Run(number), Some.Event(RunEventTypes.RunQueued));
        }

        return store;
    }
}
