using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Runs;

namespace Vortex.Testing;

/// <summary>What every hook store does.</summary>
public abstract class HookStoreConformance : PortConformance<IHookStore>
{
    [Fact]
    public async Task Hook_is_kept_whole_and_survives_the_process()
    {
        IHookStore store = await OpenAsync();
        HookRecord hook = Hook(1) with
        {
            WorkflowVersion = 3,
            Scheme = HookScheme.Signature,
            Earlier = new EarlierSecret("old", Some.Time.AddHours(1)),
            Inputs = ImmutableSortedDictionary<string, string>.Empty.Add("prompt ✏", "/a~1b/0"),
            Defaults = ImmutableSortedDictionary<string, JsonElement>.Empty.Add("seed", JsonSerializer.SerializeToElement(18446744073709551615UL)),
            DeliveryPointer = "",
            Options = new RunOptions { Priority = -7, Tags = ["a", "b"], CachePolicy = CachePolicy.Bypass, Seed = ulong.MaxValue, Retry = new RetryPolicy(2, TimeSpan.FromMilliseconds(5), 1.5, TimeSpan.FromDays(1)) },
        };
        Assert.True(await store.CreateAsync(Some.Here, hook));
        Some.AssertSame(hook, await store.FindAsync(Some.Here, hook.Id));
        store = await ReopenAsync(store);
        Some.AssertSame(hook, await store.FindAsync(Some.Here, hook.Id));
        Some.AssertSame(hook, Assert.Single((await store.ListAsync(Some.Here, null, 10)).Items));
    }

    [Fact]
    public async Task Id_in_use_keeps_its_hook()
    {
        IHookStore store = await OpenAsync();
        Assert.True(await store.CreateAsync(Some.Here, Hook(1)));
        Assert.False(await store.CreateAsync(Some.Here, Hook(1) with { Name = "second" }));
        Assert.Equal("hook 1", (await store.FindAsync(Some.Here, Hook(1).Id))?.Name);
    }

    [Fact]
    public async Task Of_two_replacements_of_one_state_one_is_taken()
    {
        IHookStore store = await OpenAsync();
        await store.CreateAsync(Some.Here, Hook(1));
        HookRecord[] next = [.. Enumerable.Range(0, 8).Select(i => Hook(1) with { Secret = "secret " + i, Revision = 2 })];
        bool[] taken = await Task.WhenAll(next.Select(hook => store.ReplaceAsync(Some.Here, hook).AsTask()));
        Assert.Single(taken, one => one);
        HookRecord? stored = await store.FindAsync(Some.Here, Hook(1).Id);
        Assert.Equal(next[Array.IndexOf(taken, true)].Secret, stored?.Secret);
        Assert.False(await store.ReplaceAsync(Some.Here, Hook(1) with { Revision = 4 }));
        Assert.True(await store.ReplaceAsync(Some.Here, Hook(1) with { Revision = 3 }));
    }

    [Fact]
    public async Task What_is_not_there_can_be_neither_replaced_nor_removed()
    {
        IHookStore store = await OpenAsync();
        Assert.Null(await store.FindAsync(Some.Here, Hook(1).Id));
        Assert.False(await store.ReplaceAsync(Some.Here, Hook(1) with { Revision = 2 }));
        Assert.False(await store.DeleteAsync(Some.Here, Hook(1).Id));
        Assert.Empty((await store.ListAsync(Some.Here, null, 10)).Items);
        await store.CreateAsync(Some.Here, Hook(1));
        Assert.True(await store.DeleteAsync(Some.Here, Hook(1).Id));
        Assert.False(await store.DeleteAsync(Some.Here, Hook(1).Id));
        Assert.Null(await store.FindAsync(Some.Here, Hook(1).Id));
        Assert.Empty((await store.ListAsync(Some.Here, null, 10)).Items);
    }

    [Fact]
    public async Task List_is_newest_first_and_pages_while_others_write()
    {
        IHookStore store = await OpenAsync();
        for (int i = 1; i <= 5; i++)
        {
            await store.CreateAsync(Some.Here, Hook(i));
        }

        Page<HookRecord> first = await store.ListAsync(Some.Here, null, 2);
        await store.CreateAsync(Some.Here, Hook(9));
        await store.DeleteAsync(Some.Here, Hook(4).Id);
        Page<HookRecord> second = await store.ListAsync(Some.Here, first.NextCursor, 2);
        Page<HookRecord> third = await store.ListAsync(Some.Here, second.NextCursor, 2);
        Assert.Equal(["hook 5", "hook 4", "hook 3", "hook 2", "hook 1"], first.Items.Concat(second.Items).Concat(third.Items).Select(hook => hook.Name));
        Assert.Null(third.NextCursor);
    }

    [Fact]
    public async Task Workspaces_do_not_see_or_change_each_others_hooks()
    {
        IHookStore store = await OpenAsync();
        HookRecord hook = Hook(1);
        await store.CreateAsync(Some.Here, hook);
        foreach (WorkspaceId other in new[] { Some.There, Some.Stranger })
        {
            Assert.Null(await store.FindAsync(other, hook.Id));
            Assert.Empty((await store.ListAsync(other, null, 10)).Items);
            Assert.False(await store.ReplaceAsync(other, hook with { Revision = 2 }));
            Assert.False(await store.DeleteAsync(other, hook.Id));
        }

        Some.AssertSame(hook, await store.FindAsync(Some.Here, hook.Id));
    }

    private static HookRecord Hook(int number) => new()
    {
        Id = new HookId($"hook_acme.main.{number:D26}"),
        Name = "hook " + number,
        WorkflowId = new WorkflowId("wf_1"),
        Scheme = HookScheme.Token,
        Secret = "hash",
        CreatedAt = Some.Time.AddSeconds(number),
        RotatedAt = Some.Time.AddSeconds(number),
    };
}
