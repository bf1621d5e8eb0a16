using Vortex.Runs;

namespace Vortex.Testing;

/// <summary>What every model store does.</summary>
public abstract class ModelStoreConformance
{
    /// <summary>Opens a store that is empty.</summary>
    protected abstract ValueTask<IModelStore> OpenAsync();

    /// <summary>Stores content under a name, as a person does.</summary>
    protected abstract ValueTask<FileRef> PutAsync(IModelStore store, string folder, string name, byte[] content);

    [Fact]
    public async Task Name_means_the_content_it_was_given_last_and_the_earlier_one_stays_by_its_digest()
    {
        IModelStore store = await OpenAsync();
        FileRef first = await PutAsync(store, "checkpoints", "sub/sd.safetensors", [1, 2, 3]);
        FileRef second = await PutAsync(store, "checkpoints", "sub/sd.safetensors", [4, 5]);
        Assert.Equal(second, await store.FindAsync("checkpoints", "sub/sd.safetensors"));
        Assert.Equal(("sub/sd.safetensors", "checkpoints", 2L), (second.Name, second.ModelFolder, second.Size));
        Assert.Equal(new StoredContent(first.Digest, 3), await store.StatAsync(first.Digest));
        Assert.Equal([1, 2, 3], await ReadAsync(store, first.Digest, 0, 3));
        Assert.Equal([second], await store.ListAsync(null));
    }

    [Theory]
    [InlineData("写真 📷.safetensors")]
    [InlineData("a b/c'd/e%f_g+h#i.pt")]
    [InlineData("..hidden/...ckpt")]
    public async Task Unusual_names_are_kept_exactly(string name)
    {
        IModelStore store = await OpenAsync();
        FileRef file = await PutAsync(store, "loras", name, [1]);
        Assert.Equal(file, await store.FindAsync("loras", name));
        Assert.Equal(name, Assert.Single(await store.ListAsync("loras")).Name);
    }

    [Fact]
    public async Task Lists_are_ordered_by_folder_and_name_and_folders_are_kept_apart()
    {
        IModelStore store = await OpenAsync();
        foreach ((string folder, string name) in new[] { ("vae", "a.pt"), ("loras", "b.pt"), ("loras", "a/z.pt"), ("loras", "B.pt"), ("loras_old", "a.pt") })
        {
            await PutAsync(store, folder, name, [1]);
        }

        Assert.Equal(["loras/B.pt", "loras/a/z.pt", "loras/b.pt", "loras_old/a.pt", "vae/a.pt"], (await store.ListAsync(null)).Select(file => $"{file.ModelFolder}/{file.Name}"));
        Assert.Equal(["B.pt", "a/z.pt", "b.pt"], (await store.ListAsync("loras")).Select(file => file.Name));
        Assert.Empty(await store.ListAsync("none"));
    }

    [Fact]
    public async Task What_is_not_there_is_nothing()
    {
        IModelStore store = await OpenAsync();
        Assert.Empty(await store.ListAsync(null));
        Assert.Null(await store.FindAsync("checkpoints", "x.pt"));
        await PutAsync(store, "checkpoints", "x.pt", [1]);
        Assert.Null(await store.FindAsync("checkpoints", "X.pt"));
        Assert.Null(await store.FindAsync("checkpoints", ""));
        Assert.Null(await store.FindAsync("checkpoints", "../checkpoints/x.pt"));
        Assert.Null(await store.FindAsync("", "x.pt"));
        Assert.Null(await store.StatAsync(Some.Digest("none")));
        Assert.Null(await store.OpenAsync(Some.Digest("none"), 0, 1));
        Assert.Null(await store.StatAsync(new Digest("../x")));
        Assert.Null(await store.OpenAsync(new Digest("../x"), 0, 1));
    }

    [Fact]
    public async Task Ranges_are_read_and_end_with_the_content()
    {
        IModelStore store = await OpenAsync();
        byte[] content = [.. Enumerable.Range(0, 100).Select(i => (byte)i)];
        Digest digest = (await PutAsync(store, "vae", "v.pt", content)).Digest;
        Assert.Equal(content[10..30], await ReadAsync(store, digest, 10, 20));
        Assert.Equal(content[90..], await ReadAsync(store, digest, 90, 1_000));
        Assert.Empty(await ReadAsync(store, digest, 100, 5));
        Assert.Empty(await ReadAsync(store, digest, 0, 0));
    }

    private static async Task<byte[]> ReadAsync(IModelStore store, Digest digest, long offset, long length)
    {
        await using Stream? stream = await store.OpenAsync(digest, offset, length);
        using MemoryStream copy = new();
        await stream!.CopyToAsync(copy);
        return copy.ToArray();
    }
}
