using Vortex.Runs;

namespace Vortex.Testing;

/// <summary>Lists: order, filters, paging while others write.</summary>
public abstract partial class RunStoreConformance
{
    [Fact]
    public async Task Runs_are_listed_newest_first()
    {
        IRunStore store = await CreatedAsync(2, 3, 1);
        Page<RunRecord> page = await store.ListAsync(Some.Here, new RunQuery());
        Assert.Equal([Some.RunId(3), Some.RunId(2), Some.RunId(1)], page.Items.Select(run => run.Id));
        Assert.Null(page.NextCursor);
    }

    [Fact]
    public async Task Paging_shows_each_run_once_although_new_ones_arrive()
    {
        IRunStore store = await CreatedAsync(1, 2, 3, 4, 5);
        // Several runs of one instant: only the id tells them apart.
        foreach (int number in new[] { 6, 7, 8 })
        {
            await store.CreateAsync(Some.Here, Some.Run(number, Some.Time + TimeSpan.FromSeconds(5)), Some.Event(RunEventTypes.RunQueued));
        }

        List<RunId> seen = [];
        string? cursor = null;
        int arriving = 100;
        do
        {
            Page<RunRecord> page = await store.ListAsync(Some.Here, new RunQuery { Limit = 2, Cursor = cursor });
            Assert.InRange(page.Items.Length, 1, 2);
            seen.AddRange(page.Items.Select(run => run.Id));
            cursor = page.NextCursor;
            await store.CreateAsync(Some.Here, Some.Run(arriving++), Some.Event(RunEventTypes.RunQueued));
        }
        while (cursor is not null);
        Assert.Equal([8, 7, 6, 5, 4, 3, 2, 1], seen.Select(id => int.Parse(id.Value[4..], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Filters_hold_alone_together_and_across_pages()
    {
        IRunStore store = await OpenAsync();
        for (int i = 1; i <= 12; i++)
        {
            RunRecord run = Some.Run(i) with
            {
                WorkflowId = i % 2 == 0 ? new WorkflowId("wf_even") : null,
                Options = new RunOptions { Tags = i % 3 == 0 ? ["three", "x"] : ["y"] },
            };
            await store.CreateAsync(Some.Here, run, Some.Event(RunEventTypes.RunQueued));
            if (i > 8)
            {
                await store.CommitAsync(Some.Here, run.Id, Some.End());
            }
        }

        Assert.Equal([12, 11, 10, 9], await AllAsync(store, new RunQuery { Status = RunStatus.Succeeded }));
        Assert.Empty(await AllAsync(store, new RunQuery { Status = RunStatus.Canceled }));
        Assert.Equal([12, 10, 8, 6, 4, 2], await AllAsync(store, new RunQuery { WorkflowId = new WorkflowId("wf_even") }));
        Assert.Equal([12, 9, 6, 3], await AllAsync(store, new RunQuery { Tag = "three" }));
        Assert.Empty(await AllAsync(store, new RunQuery { Tag = "thre" }));
        Assert.Equal([7, 6, 5], await AllAsync(store, new RunQuery { CreatedFrom = Some.Time + TimeSpan.FromSeconds(5), CreatedBefore = Some.Time + TimeSpan.FromSeconds(8) }));
        Assert.Equal([6], await AllAsync(store, new RunQuery { Status = RunStatus.Queued, Tag = "three", WorkflowId = new WorkflowId("wf_even") }));
    }

    [Fact]
    public async Task Artifacts_of_a_run_come_in_order_of_appearance_and_of_the_workspace_newest_first()
    {
        IRunStore store = await CreatedAsync(1, 2);
        await store.CommitAsync(Some.Here, Some.RunId(1), Some.Commit(Some.ArtifactEvent(1, "z.png"), Some.Event(), Some.ArtifactEvent(1, "a.png")));
        await store.CommitAsync(Some.Here, Some.RunId(2), Some.Commit(Some.ArtifactEvent(2, "m.png")));
        await store.CommitAsync(Some.Here, Some.RunId(1), Some.Commit(Some.ArtifactEvent(1, "b.png")));
        Assert.Equal(["z.png", "a.png", "b.png"], await NamesAsync(store, Some.RunId(1)));
        Assert.Equal(["b.png", "m.png", "a.png", "z.png"], await NamesAsync(store, new ArtifactQuery()));
        ArtifactRecord found = (await store.FindArtifactAsync(Some.Here, new ArtifactId("art_2_m.png")))!;
        Some.AssertSame(Some.ArtifactEvent(2, "m.png").Artifact!, found);
    }

    [Fact]
    public async Task Artifacts_of_the_workspace_are_filtered_by_their_run_their_file_and_their_time()
    {
        IRunStore store = await OpenAsync();
        for (int i = 1; i <= 6; i++)
        {
            RunRecord run = Some.Run(i) with
            {
                WorkflowId = i % 2 == 0 ? new WorkflowId("wf_even") : null,
                Options = new RunOptions { Tags = i % 3 == 0 ? ["three", "x"] : ["y"] },
            };
            await store.CreateAsync(Some.Here, run, Some.Event(RunEventTypes.RunQueued));
            RunEventDraft picture = Made(i, $"{i}.png", "image/png", ArtifactKind.Output);
            RunEventDraft film = Made(i, $"{i}.webm", "Video/WebM; codecs=vp9", ArtifactKind.Preview);
            await store.CommitAsync(Some.Here, run.Id, Some.Commit(i == 5 ? [picture] : [picture, film]));
            if (i <= 2)
            {
                await store.CommitAsync(Some.Here, run.Id, Some.End(i == 1 ? RunStatus.Succeeded : RunStatus.Failed));
            }
        }

        Assert.Equal(["6.webm", "6.png", "4.webm", "4.png", "2.webm", "2.png"], await NamesAsync(store, new ArtifactQuery { WorkflowId = new WorkflowId("wf_even") }));
        Assert.Equal(["6.webm", "6.png", "3.webm", "3.png"], await NamesAsync(store, new ArtifactQuery { Tag = "three" }));
        Assert.Empty(await NamesAsync(store, new ArtifactQuery { Tag = "thre" }));
        Assert.Equal(["1.webm", "1.png"], await NamesAsync(store, new ArtifactQuery { Status = RunStatus.Succeeded }));
        Assert.Equal(["2.png"], await NamesAsync(store, new ArtifactQuery { Status = RunStatus.Failed, Media = "IMAGE" }));
        Assert.Equal(["6.webm", "4.webm", "3.webm", "2.webm", "1.webm"], await NamesAsync(store, new ArtifactQuery { Media = "video" }));
        Assert.Equal(["6.png", "5.png", "4.png", "3.png", "2.png", "1.png"], await NamesAsync(store, new ArtifactQuery { Kind = ArtifactKind.Output }));
        Assert.Equal(["3.png", "2.png"], await NamesAsync(store, new ArtifactQuery
        {
            Kind = ArtifactKind.Output,
            CreatedFrom = Some.Time + TimeSpan.FromHours(2),
            CreatedBefore = Some.Time + TimeSpan.FromHours(4),
        }));
        Assert.Equal(["6.png"], await NamesAsync(store, new ArtifactQuery
        {
            WorkflowId = new WorkflowId("wf_even"),
            Tag = "three",
            Status = RunStatus.Queued,
            Kind = ArtifactKind.Output,
            Media = "image",
            CreatedFrom = Some.Time,
        }));
    }

    [Fact]
    public async Task Artifact_made_again_is_found_by_what_it_is_now_and_keeps_its_place()
    {
        IRunStore store = await CreatedAsync(1);
        RunEventDraft first = Made(1, "a", "text/plain", ArtifactKind.Preview);
        await store.CommitAsync(Some.Here, Some.RunId(1), Some.Commit(first, Made(1, "b.png", "image/png", ArtifactKind.Output)));
        ArtifactRecord again = first.Artifact! with { File = first.Artifact!.File with { MediaType = "image/webp", Kind = ArtifactKind.Output }, CreatedAt = Some.Time + TimeSpan.FromDays(9) };
        await store.CommitAsync(Some.Here, Some.RunId(1), Some.Commit(first with { Artifact = again }));
        Assert.Equal(["b.png", "a"], await NamesAsync(store, new ArtifactQuery { Media = "image" }));
        Assert.Equal(["a"], await NamesAsync(store, new ArtifactQuery { CreatedFrom = Some.Time + TimeSpan.FromDays(8) }));
        Assert.Empty(await NamesAsync(store, new ArtifactQuery { Media = "text" }));
    }

    private static RunEventDraft Made(int run, string name, string mediaType, ArtifactKind kind)
    {
        RunEventDraft draft = Some.ArtifactEvent(run, name);
        return draft with { Artifact = draft.Artifact! with { CreatedAt = Some.Time + TimeSpan.FromHours(run), File = draft.Artifact.File with { MediaType = mediaType, Kind = kind } } };
    }

    [Fact]
    public async Task Unfinished_runs_of_all_workspaces_are_found_oldest_first()
    {
        IRunStore store = await CreatedAsync(1, 3, 4);
        await store.CreateAsync(Some.Stranger, Some.Run(2), Some.Event(RunEventTypes.RunQueued));
        await store.CommitAsync(Some.Here, Some.RunId(3), Some.End());
        await store.CommitAsync(Some.Here, Some.RunId(4), new RunCommit { Change = new RunChange { Status = RunStatus.Running } });
        Assert.Equal([(Some.Here, Some.RunId(1)), (Some.Stranger, Some.RunId(2)), (Some.Here, Some.RunId(4))], await store.FindUnfinishedAsync(10));
        Assert.Equal(2, (await store.FindUnfinishedAsync(2)).Count);
    }

    private static async Task<List<int>> AllAsync(IRunStore store, RunQuery query)
    {
        List<int> all = [];
        string? cursor = null;
        do
        {
            Page<RunRecord> page = await store.ListAsync(Some.Here, query with { Limit = 3, Cursor = cursor });
            Assert.True(page.Items.Length <= 3);
            all.AddRange(page.Items.Select(run => int.Parse(run.Id.Value[4..], System.Globalization.CultureInfo.InvariantCulture)));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return all;
    }

    private static async Task<List<string>> NamesAsync(IRunStore store, RunId run)
    {
        List<string> all = [];
        string? cursor = null;
        do
        {
            Page<ArtifactRecord> page = await store.ListArtifactsAsync(Some.Here, run, cursor, 2);
            all.AddRange(page.Items.Select(artifact => artifact.File.Name));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return all;
    }

    private static async Task<List<string>> NamesAsync(IRunStore store, ArtifactQuery query)
    {
        List<string> all = [];
        string? cursor = null;
        do
        {
            Page<ArtifactRecord> page = await store.ListArtifactsAsync(Some.Here, query with { Limit = 2, Cursor = cursor });
            Assert.True(page.Items.Length <= 2);
            all.AddRange(page.Items.Select(artifact => artifact.File.Name));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return all;
    }
}
