using Vortex.Runs;

namespace Vortex.Testing;

/// <summary>What every file store does.</summary>
public abstract class FileStoreConformance : PortConformance<IFileStore>
{
    [Fact]
    public async Task Name_means_the_content_it_was_given_last()
    {
        IFileStore store = await OpenAsync();
        await store.PutAsync(Some.Here, File("a/photo.png", "one"));
        FileRef second = File("a/photo.png", "two") with { MediaType = "image/png", Size = 7 };
        await store.PutAsync(Some.Here, second);
        Assert.Equal(second, await store.FindAsync(Some.Here, "a/photo.png"));
        Assert.Null(await store.FindAsync(Some.Here, "photo.png"));
        Assert.Null(await store.FindAsync(Some.Here, "A/photo.png"));
        Assert.Single((await store.ListAsync(Some.Here, null, null, 10)).Items);
    }

    [Theory]
    [InlineData("写真 📷.png")]
    [InlineData("a b/c'd/e%f_g.txt")]
    [InlineData("..hidden/...png")]
    public async Task Unusual_names_are_kept_exactly(string name)
    {
        IFileStore store = await OpenAsync();
        await store.PutAsync(Some.Here, File(name));
        Assert.Equal(name, (await store.FindAsync(Some.Here, name))?.Name);
        Assert.Equal(name, Assert.Single((await store.ListAsync(Some.Here, name[..2], null, 10)).Items).Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData("../up.png")]
    [InlineData("a/../../up.png")]
    [InlineData("a\\..\\..\\up.png")]
    [InlineData("C:\\x.png")]
    [InlineData("C:/x.png")]
    [InlineData("\\\\host\\x.png")]
    [InlineData("a\nb.png")]
    [InlineData("a\0b.png")]
    public async Task Name_that_is_absolute_leaves_the_workspace_or_has_control_characters_is_refused(string name)
    {
        IFileStore store = await OpenAsync();
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await store.PutAsync(Some.Here, File(name)));
        Assert.Null(await store.FindAsync(Some.Here, name));
        Assert.Empty((await store.ListAsync(Some.Here, null, null, 10)).Items);
    }

    [Fact]
    public async Task List_is_by_name_under_a_prefix_and_pages_while_others_write()
    {
        IFileStore store = await OpenAsync();
        foreach (string name in new[] { "b/2", "b/1", "a", "b/%", "b/_", "c", "b/10", "B/1" })
        {
            await store.PutAsync(Some.Here, File(name));
        }

        List<string> seen = [];
        string? cursor = null;
        do
        {
            Page<FileRef> page = await store.ListAsync(Some.Here, "b/", cursor, 2);
            seen.AddRange(page.Items.Select(file => file.Name));
            cursor = page.NextCursor;
            await store.PutAsync(Some.Here, File($"b/!{seen.Count}"));
        }
        while (cursor is not null);
        Assert.Equal(["b/%", "b/1", "b/10", "b/2", "b/_"], seen);
        Assert.Empty((await store.ListAsync(Some.Here, "b%", null, 10)).Items);
    }

    [Fact]
    public async Task Names_are_there_after_a_restart()
    {
        IFileStore store = await OpenAsync();
        await store.PutAsync(Some.Here, File("a"));
        store = await ReopenAsync(store);
        Assert.NotNull(await store.FindAsync(Some.Here, "a"));
    }

    [Fact]
    public async Task Workspaces_never_see_each_other()
    {
        IFileStore store = await OpenAsync();
        await store.PutAsync(Some.Here, File("a", "mine"));
        foreach (WorkspaceId other in new[] { Some.There, Some.Stranger })
        {
            Assert.Null(await store.FindAsync(other, "a"));
            Assert.Empty((await store.ListAsync(other, null, null, 10)).Items);
            await store.PutAsync(other, File("a", "theirs"));
        }

        Assert.Equal(Some.Digest("mine"), (await store.FindAsync(Some.Here, "a"))?.Digest);
    }

    private static FileRef File(string name, string content = "content") => new(name, Some.Digest(content), 1);
}
