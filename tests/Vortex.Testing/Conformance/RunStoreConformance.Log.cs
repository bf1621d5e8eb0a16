using Vortex.Runs;

namespace Vortex.Testing;

/// <summary>The log: numbers, once-keys, reading and following.</summary>
public abstract partial class RunStoreConformance
{
    [Fact]
    public async Task Numbers_have_no_gaps_when_many_commit_at_once_and_a_commit_stays_together()
    {
        IRunStore store = await CreatedAsync(1);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (int i = 0; i < 25; i++)
            {
                object payload = new { writer, i };
                await store.CommitAsync(Some.Here, Some.RunId(1), Some.Commit(Some.Event(payload: payload), Some.Event(payload: payload), Some.Event(payload: payload)));
            }
        })));
        IReadOnlyList<RunEvent> events = await store.ReadEventsAsync(Some.Here, Some.RunId(1), 0, 1_000);
        Assert.Equal(Enumerable.Range(1, 601).Select(i => (long)i), events.Select(one => one.Sequence));
        for (int i = 1; i < events.Count; i += 3)
        {
            Assert.Equal(events[i].Payload.GetRawText(), events[i + 1].Payload.GetRawText());
            Assert.Equal(events[i].Payload.GetRawText(), events[i + 2].Payload.GetRawText());
        }

        Assert.Equal(601, (await store.FindAsync(Some.Here, Some.RunId(1)))!.LastSequence);
    }

    [Fact]
    public async Task Event_with_a_once_key_is_taken_once_and_leaves_no_gap()
    {
        IRunStore store = await CreatedAsync(1, 2);
        RunEventDraft once = Some.Event(once: "k");
        Assert.Equal(2, (await store.CommitAsync(Some.Here, Some.RunId(1), Some.Commit(once))).LastSequence);
        CommitResult second = await store.CommitAsync(Some.Here, Some.RunId(1), Some.Commit(once, Some.Event("node.started"), once));
        Assert.Equal(new CommitResult(3, true), second);
        Assert.Equal(new CommitResult(3, true), await store.CommitAsync(Some.Here, Some.RunId(1), Some.Commit(once)));
        // A key belongs to its run.
        Assert.Equal(2, (await store.CommitAsync(Some.Here, Some.RunId(2), Some.Commit(once, once))).LastSequence);
        Assert.Equal(["run.queued", "node.progress", "node.started"], (await store.ReadEventsAsync(Some.Here, Some.RunId(1), 0, 10)).Select(one => one.Type));
    }

    [Fact]
    public async Task Dropped_event_announces_no_artifact_but_the_rest_of_its_commit_counts()
    {
        IRunStore store = await CreatedAsync(1);
        await store.CommitAsync(Some.Here, Some.RunId(1), Some.Commit(Some.ArtifactEvent(1, "a.png", once: "k")));
        await store.CommitAsync(Some.Here, Some.RunId(1), Some.Commit(Some.ArtifactEvent(1, "b.png", once: "k")) with { Change = new RunChange { Status = RunStatus.Running } });
        Assert.Null(await store.FindArtifactAsync(Some.Here, new ArtifactId("art_1_b.png")));
        Assert.Equal(RunStatus.Running, (await store.FindAsync(Some.Here, Some.RunId(1)))!.Status);
    }

    [Fact]
    public async Task Events_are_read_from_a_number_and_at_most_as_many_as_asked_for()
    {
        IRunStore store = await CreatedAsync(1);
        await store.CommitAsync(Some.Here, Some.RunId(1), Some.Commit([.. Enumerable.Range(0, 9).Select(_ => Some.Event(node: "7"))]));
        Assert.Equal([4L, 5, 6], (await store.ReadEventsAsync(Some.Here, Some.RunId(1), 3, 3)).Select(one => one.Sequence));
        Assert.Equal([10L], (await store.ReadEventsAsync(Some.Here, Some.RunId(1), 9, 3)).Select(one => one.Sequence));
        Assert.Empty(await store.ReadEventsAsync(Some.Here, Some.RunId(1), 10, 3));
        Assert.Empty(await store.ReadEventsAsync(Some.Here, Some.RunId(1), 1_000, 3));
        Assert.All(await store.ReadEventsAsync(Some.Here, Some.RunId(1), 1, 3), one => Assert.Equal("7", one.NodeId?.Value));
    }

    [Fact]
    public async Task Follower_sees_what_was_and_what_comes_each_once_in_order_and_ends_after_the_last()
    {
        IRunStore store = await CreatedAsync(1);
        await store.CommitAsync(Some.Here, Some.RunId(1), Some.Commit(Some.Event(), Some.Event()));
        TaskCompletionSource caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<List<long>> following = FollowAsync(store, after: 1, caughtUp, upTo: 3);
        await Some.SoonAsync(caughtUp.Task);
        for (int i = 0; i < 20; i++)
        {
            await store.CommitAsync(Some.Here, Some.RunId(1), Some.Commit(Some.Event(), Some.Event()));
        }

        await store.CommitAsync(Some.Here, Some.RunId(1), Some.End());
        Assert.Equal(Enumerable.Range(2, 43).Select(i => (long)i), await Some.SoonAsync(following));
    }

    [Fact]
    public async Task Many_followers_from_many_places_miss_nothing_while_many_commit()
    {
        IRunStore store = await CreatedAsync(1);
        List<Task<List<long>>> followers = [.. Enumerable.Range(0, 6).Select(after => Task.Run(() => FollowAsync(store, after)))];
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < 25; i++)
            {
                await store.CommitAsync(Some.Here, Some.RunId(1), Some.Commit(Some.Event(), Some.Event()));
            }
        })));
        await store.CommitAsync(Some.Here, Some.RunId(1), Some.End());
        for (int after = 0; after < followers.Count; after++)
        {
            Assert.Equal(Enumerable.Range(after + 1, 202 - after).Select(i => (long)i), await Some.SoonAsync(followers[after]));
        }
    }

    [Fact]
    public async Task Following_a_run_that_ended_reads_it_to_the_end()
    {
        IRunStore store = await CreatedAsync(1);
        await store.CommitAsync(Some.Here, Some.RunId(1), Some.Commit([.. Enumerable.Range(0, 1_500).Select(_ => Some.Event())]));
        await store.CommitAsync(Some.Here, Some.RunId(1), Some.End());
        store = await ReopenAsync(store);
        Assert.Equal(1_502, (await Some.SoonAsync(FollowAsync(store, 0))).Count);
        Assert.Equal([1_502L], await Some.SoonAsync(FollowAsync(store, 1_501)));
        Assert.Empty(await Some.SoonAsync(FollowAsync(store, 1_502)));
        Assert.Empty(await Some.SoonAsync(FollowAsync(store, 9_999)));
    }

    [Fact]
    public async Task Following_a_run_that_does_not_exist_ends_at_once()
    {
        IRunStore store = await OpenAsync();
        Assert.Empty(await Some.SoonAsync(FollowAsync(store, 0)));
    }

    [Fact]
    public async Task Follower_stops_when_canceled()
    {
        IRunStore store = await CreatedAsync(1);
        using CancellationTokenSource stop = new();
        TaskCompletionSource caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<List<long>> following = FollowAsync(store, 0, caughtUp, upTo: 1, stop.Token);
        await Some.SoonAsync(caughtUp.Task);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Some.SoonAsync(following));
    }

    [Fact]
    public async Task Follower_goes_on_where_another_stopped()
    {
        IRunStore store = await CreatedAsync(1);
        await store.CommitAsync(Some.Here, Some.RunId(1), Some.Commit(Some.Event(), Some.Event(), Some.Event()));
        long seen = 0;
        await foreach (RunEvent one in store.FollowEventsAsync(Some.Here, Some.RunId(1), 0))
        {
            seen = one.Sequence;
            if (seen == 2)
            {
                break;
            }
        }

        await store.CommitAsync(Some.Here, Some.RunId(1), Some.End());
        Assert.Equal([3L, 4, 5], await Some.SoonAsync(FollowAsync(store, seen)));
    }

    private static async Task<List<long>> FollowAsync(
        IRunStore store, long after, TaskCompletionSource? caughtUp = null, long upTo = long.MaxValue, CancellationToken cancellationToken = default)
    {
        List<long> seen = [];
        await foreach (RunEvent one in store.FollowEventsAsync(Some.Here, Some.RunId(1), after, cancellationToken))
        {
            seen.Add(one.Sequence);
            if (one.Sequence >= upTo)
            {
                caughtUp?.TrySetResult();
            }
        }

        return seen;
    }
}
