using System.Text;
using Vortex.Runs;

namespace Vortex.Testing;

/// <summary>What every workflow store does.</summary>
public abstract class WorkflowStoreConformance : PortConformance<IWorkflowStore>
{
    private static readonly WorkflowId Id = new("wf_1");

    [Fact]
    public async Task First_version_is_found_as_it_was_stored()
    {
        IWorkflowStore store = await OpenAsync();
        WorkflowRecord created = await store.CreateAsync(Some.Here, Id, Content("Portrait 肖像", at: 1));
        Assert.Equal(1, created.Version);
        WorkflowRecord found = (await store.FindAsync(Some.Here, Id))!;
        Assert.Equal("Portrait 肖像", found.Name);
        Assert.Equal("hash of Portrait 肖像", found.Hash);
        Assert.Equal("""{"n":"Portrait 肖像"}""", Encoding.UTF8.GetString(found.Document.Span));
        Assert.Equal(Some.Time.AddSeconds(1), found.CreatedAt);
        Assert.Equal(Some.Time.AddSeconds(1), found.UpdatedAt);
    }

    [Fact]
    public async Task Old_versions_stay_as_they_were()
    {
        IWorkflowStore store = await OpenAsync();
        await store.CreateAsync(Some.Here, Id, Content("one", at: 1));
        WorkflowWrite write = await store.UpdateAsync(Some.Here, Id, Content("two", at: 2), expected: 1);
        Assert.False(write.Conflict);
        Assert.Equal(2, write.Record!.Version);
        Assert.Equal(Some.Time.AddSeconds(1), write.Record.CreatedAt);
        Assert.Equal(Some.Time.AddSeconds(2), write.Record.UpdatedAt);
        Assert.Equal("one", (await store.FindAsync(Some.Here, Id, 1))!.Name);
        Assert.Equal("""{"n":"one"}""", Encoding.UTF8.GetString((await store.FindAsync(Some.Here, Id, 1))!.Document.Span));
        Assert.Equal("two", (await store.FindAsync(Some.Here, Id, 2))!.Name);
        Assert.Equal("two", (await store.FindAsync(Some.Here, Id))!.Name);
    }

    [Fact]
    public async Task Update_that_saw_an_old_version_is_a_conflict_and_shows_the_newest()
    {
        IWorkflowStore store = await OpenAsync();
        await store.CreateAsync(Some.Here, Id, Content("one"));
        await store.UpdateAsync(Some.Here, Id, Content("two"), expected: 1);
        WorkflowWrite late = await store.UpdateAsync(Some.Here, Id, Content("late"), expected: 1);
        Assert.True(late.Conflict);
        Assert.Equal(2, late.Record!.Version);
        Assert.True((await store.UpdateAsync(Some.Here, Id, Content("early"), expected: 3)).Conflict);
        Assert.Equal(3, (await store.UpdateAsync(Some.Here, Id, Content("whatever"), expected: null)).Record!.Version);
        Assert.Equal(["whatever", "two", "one"], (await store.HistoryAsync(Some.Here, Id)).Select(version => version.Name));
    }

    [Fact]
    public async Task Of_many_who_update_the_same_version_one_wins()
    {
        IWorkflowStore store = await OpenAsync();
        await store.CreateAsync(Some.Here, Id, Content("one"));
        WorkflowWrite[] writes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
            await store.UpdateAsync(Some.Here, Id, Content($"by {i}"), expected: 1))));
        Assert.Single(writes, write => !write.Conflict);
        Assert.Equal(2, (await store.HistoryAsync(Some.Here, Id)).Length);
    }

    [Fact]
    public async Task What_does_not_exist_is_null_everywhere()
    {
        IWorkflowStore store = await OpenAsync();
        Assert.Null(await store.FindAsync(Some.Here, Id));
        Assert.Empty(await store.HistoryAsync(Some.Here, Id));
        WorkflowWrite write = await store.UpdateAsync(Some.Here, Id, Content("x"), expected: null);
        Assert.Null(write.Record);
        Assert.False(write.Conflict);
        await store.CreateAsync(Some.Here, Id, Content("one"));
        Assert.Null(await store.FindAsync(Some.Here, Id, 2));
        Assert.Null(await store.FindAsync(Some.Here, Id, 0));
    }

    [Fact]
    public async Task List_shows_the_newest_version_of_each_last_changed_first_without_documents()
    {
        IWorkflowStore store = await OpenAsync();
        for (int i = 1; i <= 5; i++)
        {
            await store.CreateAsync(Some.Here, new WorkflowId($"wf_{i}"), Content($"w{i}", at: i));
        }

        await store.UpdateAsync(Some.Here, new WorkflowId("wf_2"), Content("w2b", at: 10), null);
        List<WorkflowRecord> all = [];
        string? cursor = null;
        do
        {
            Page<WorkflowRecord> page = await store.ListAsync(Some.Here, cursor, 2);
            all.AddRange(page.Items);
            cursor = page.NextCursor;
            await store.CreateAsync(Some.Here, new WorkflowId($"wf_new{all.Count}"), Content("new", at: 100));
        }
        while (cursor is not null);
        Assert.Equal(["w2b", "w5", "w4", "w3", "w1"], all.Select(one => one.Name));
        Assert.All(all, one => Assert.True(one.Document.IsEmpty));
        Assert.All(await store.HistoryAsync(Some.Here, new WorkflowId("wf_2")), one => Assert.True(one.Document.IsEmpty));
    }

    [Fact]
    public async Task Versions_are_there_after_a_restart()
    {
        IWorkflowStore store = await OpenAsync();
        await store.CreateAsync(Some.Here, Id, Content("one"));
        await store.UpdateAsync(Some.Here, Id, Content("two"), 1);
        store = await ReopenAsync(store);
        Assert.Equal(2, (await store.FindAsync(Some.Here, Id))!.Version);
        Assert.Equal("one", (await store.FindAsync(Some.Here, Id, 1))!.Name);
    }

    [Fact]
    public async Task Workspaces_never_see_each_other()
    {
        IWorkflowStore store = await OpenAsync();
        await store.CreateAsync(Some.Here, Id, Content("mine"));
        foreach (WorkspaceId other in new[] { Some.There, Some.Stranger })
        {
            Assert.Null(await store.FindAsync(other, Id));
            Assert.Null(await store.FindAsync(other, Id, 1));
            Assert.Empty(await store.HistoryAsync(other, Id));
            Assert.Empty((await store.ListAsync(other, null, 10)).Items);
            Assert.Null((await store.UpdateAsync(other, Id, Content("theirs"), null)).Record);
            await store.CreateAsync(other, Id, Content("theirs"));
        }

        Assert.Equal("mine", (await store.FindAsync(Some.Here, Id))!.Name);
        Assert.Single(await store.HistoryAsync(Some.Here, Id));
    }

    private static WorkflowContent Content(string name, int at = 0) =>
        new(name, "hash of " + name, Encoding.UTF8.GetBytes($$"""{"n":"{{name}}"}"""), Some.Time.AddSeconds(at));
}
