using System.Globalization;

namespace Vortex.Runner.Tests;

public sealed class RunJournalTests
{
    private readonly Bench _bench = new();

    [Fact]
    public async Task Facts_are_written_in_groups_and_keep_their_order()
    {
        CountingStore store = await NewStoreAsync();
        await using RunJournal journal = New(store);
        for (int i = 0; i < 1000; i++)
        {
            journal.Add(Entry(i));
        }

        await journal.FlushAsync();
        Assert.Equal(Enumerable.Range(0, 1000), (await _bench.EventsAsync(Some.RunId(1))).Select(one => one.Payload.GetProperty("i").GetInt32()));
        Assert.InRange(store.Commits, 2, 20);
    }

    [Fact]
    public async Task Fact_that_nothing_follows_is_written_after_the_delay()
    {
        CountingStore store = await NewStoreAsync();
        await using RunJournal journal = New(store);
        journal.Add(Entry(1));
        Assert.Equal(0, store.Commits);
        _bench.Clock.Advance(_bench.Options.CommitDelay);
        await Some.SoonAsync(store.Committed);
        Assert.Equal(1, store.Commits);
    }

    [Fact]
    public async Task Store_that_fails_stops_the_journal_and_the_flush_says_so()
    {
        CountingStore store = await NewStoreAsync();
        store.Failure = new IOException("full");
        await using RunJournal journal = New(store);
        journal.Add(Entry(1));
        await Assert.ThrowsAsync<IOException>(() => journal.FlushAsync());
        Assert.True(journal.Stopped.IsCancellationRequested);
        journal.Add(Entry(2));
        await Assert.ThrowsAsync<IOException>(() => journal.FlushAsync());
        Assert.Equal(1, store.Commits);
    }

    [Fact]
    public async Task Run_that_has_ended_stops_the_journal()
    {
        CountingStore store = await NewStoreAsync();
        await store.CommitAsync(Some.Here, Some.RunId(1), Some.End());
        await using RunJournal journal = New(store);
        journal.Add(Entry(1));
        await journal.FlushAsync();
        Assert.True(journal.RunEnded);
        Assert.True(journal.Stopped.IsCancellationRequested);
    }

    [Fact]
    public async Task Discarded_facts_are_not_written()
    {
        CountingStore store = await NewStoreAsync();
        await using RunJournal journal = New(store);
        journal.Add(Entry(1));
        journal.Discard();
        journal.Add(Entry(2));
        await journal.FlushAsync();
        Assert.Equal(0, store.Commits);
    }

    private static JournalEntry Entry(int number) => new([Some.Event(payload: new { i = number }, once: number.ToString(CultureInfo.InvariantCulture))]);

    private async Task<CountingStore> NewStoreAsync()
    {
        await _bench.PlanAsync(new NodeSpec("a", "Pass"));
        return new CountingStore(_bench.Runs);
    }

    private RunJournal New(IRunStore store) => new(store, _bench.Cache, Some.Here, Some.RunId(1), _bench.Options, _bench.Clock);

    private sealed class CountingStore(IRunStore inner) : IRunStore
    {
        private readonly TaskCompletionSource _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Commits { get; private set; }

        public Exception? Failure { get; set; }

        public Task Committed => _committed.Task;

        public async ValueTask<CommitResult> CommitAsync(WorkspaceId workspace, RunId run, RunCommit commit, CancellationToken cancellationToken = default)
        {
            Commits++;
            if (Failure is { } failure)
            {
                throw failure;
            }

            CommitResult result = await inner.CommitAsync(workspace, run, commit, cancellationToken);
            _committed.TrySetResult();
            return result;
        }

        public ValueTask<RunRecord> CreateAsync(WorkspaceId workspace, RunRecord run, RunEventDraft first, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public ValueTask<RunRecord?> FindAsync(WorkspaceId workspace, RunId run, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public ValueTask<Page<RunRecord>> ListAsync(WorkspaceId workspace, RunQuery query, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<RunEvent>> ReadEventsAsync(WorkspaceId workspace, RunId run, long after, int max, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public IAsyncEnumerable<RunEvent> FollowEventsAsync(WorkspaceId workspace, RunId run, long after, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public ValueTask<IReadOnlyDictionary<NodeId, NodeOutputs>> ReadOutputsAsync(WorkspaceId workspace, RunId run, IReadOnlyCollection<NodeId> nodes, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public ValueTask<ArtifactRecord?> FindArtifactAsync(WorkspaceId workspace, ArtifactId artifact, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public ValueTask<Page<ArtifactRecord>> ListArtifactsAsync(WorkspaceId workspace, RunId run, string? cursor, int limit, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public ValueTask<Page<ArtifactRecord>> ListArtifactsAsync(WorkspaceId workspace, ArtifactQuery query, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<(WorkspaceId Workspace, RunId Run)>> FindUnfinishedAsync(int max, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }
}
