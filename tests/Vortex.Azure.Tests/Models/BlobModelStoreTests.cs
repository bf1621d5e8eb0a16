using System.Security.Cryptography;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Vortex.Azure.Tests.Blobs;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Azure.Tests.Models;

/// <summary>The suite of every model store, and uploads, against Azurite. Blocks are small here.</summary>
public sealed class BlobModelStoreTests(AzuriteWithIdentity azurite) : ModelStoreConformance, IClassFixture<AzuriteWithIdentity>, IDisposable
{
    private const int Block = 64 * 1024;

    private readonly string _folder = Directory.CreateTempSubdirectory("vortex-models").FullName;
    private readonly ModelStoreOptions _options = new() { Container = "models-" + Guid.NewGuid().ToString("n"), BlockSize = Block, ParallelBlocks = 2 };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Content_is_sent_once_whatever_it_is_called()
    {
        BlobModelStore store = Store();
        (FileRef file, string path) = Write("a.safetensors", 3 * Block + 10);
        List<long> told = [];
        Assert.Equal(file.Size, await new ModelUpload(store).PushAsync(file, path, report: done =>
        {
            lock (told)
            {
                told.Add(done);
            }
        }));
        Assert.Equal(file.Size, told.Max());
        Assert.Equal(0, await new ModelUpload(store).PushAsync(file with { Name = "b.safetensors" }, path));
        Assert.Equal(["a.safetensors", "b.safetensors"], (await store.ListAsync("checkpoints")).Select(one => one.Name));
        Assert.Single(await BlobsAsync(store, "sha256/"));
    }

    [Fact]
    public async Task Upload_that_was_broken_off_sends_only_what_is_missing()
    {
        BlobModelStore store = Store();
        (FileRef file, string path) = Write("a.safetensors", (5 * Block) + 1);
        using CancellationTokenSource stop = new();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new ModelUpload(store).PushAsync(file, path, report: done =>
        {
            if (done >= 2 * Block)
            {
                stop.Cancel();
            }
        }, cancellationToken: stop.Token));
        Assert.Null(await store.StatAsync(file.Digest));
        Assert.Null(await store.FindAsync("checkpoints", "a.safetensors"));
        long sent = await new ModelUpload(Store()).PushAsync(file, path);
        Assert.InRange(sent, 1, file.Size - (2 * Block));
        Assert.Equal(await File.ReadAllBytesAsync(path), await ReadAsync(store, file));
    }

    [Fact]
    public async Task Two_uploads_of_one_content_at_once_both_succeed()
    {
        BlobModelStore store = Store();
        (FileRef file, string path) = Write("a.safetensors", 8 * Block);
        await Task.WhenAll(new ModelUpload(store).PushAsync(file, path), new ModelUpload(Store()).PushAsync(file with { Name = "b.safetensors" }, path));
        Assert.Equal(await File.ReadAllBytesAsync(path), await ReadAsync(store, file));
        Assert.Equal(2, (await store.ListAsync(null)).Count);
    }

    [Fact]
    public async Task File_that_changes_while_it_is_sent_leaves_nothing_behind()
    {
        BlobModelStore store = Store();
        (FileRef file, string path) = Write("a.safetensors", 6 * Block);
        IOException changed = await Assert.ThrowsAsync<IOException>(() => new ModelUpload(store).PushAsync(file, path, report: done =>
        {
            if (done == Block)
            {
                File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddMinutes(1));
            }
        }));
        Assert.Contains("changed", changed.Message, StringComparison.Ordinal);
        Assert.Null(await store.StatAsync(file.Digest));
        Assert.Equal(file.Size, await new ModelUpload(store).PushAsync(file, path));
    }

    [Fact]
    public async Task Damaged_content_is_replaced_on_request()
    {
        BlobModelStore store = Store();
        (FileRef file, string path) = Write("a.safetensors", 2 * Block);
        await new ModelUpload(store).PushAsync(file, path);
        BlockBlobClient blob = store.Container.GetBlockBlobClient($"sha256/{file.Digest.Value[..2]}/{file.Digest}");
        await blob.UploadAsync(new MemoryStream(new byte[2 * Block]));
        Assert.Equal(0, await new ModelUpload(store).PushAsync(file, path));
        Assert.Equal(file.Size, await new ModelUpload(store).PushAsync(file, path, isAgain: true));
        Assert.Equal(await File.ReadAllBytesAsync(path), await ReadAsync(store, file));
    }

    [Theory]
    [InlineData("checkpoints", "../a.pt")]
    [InlineData("checkpoints/x", "a.pt")]
    [InlineData("", "a.pt")]
    [InlineData("checkpoints", "a\\b.pt")]
    public async Task Name_that_leads_elsewhere_is_refused(string folder, string name)
    {
        (FileRef file, string path) = Write("a.safetensors", 10);
        await Assert.ThrowsAsync<ArgumentException>(() => new ModelUpload(Store()).PushAsync(file with { ModelFolder = folder, Name = name }, path));
    }

    [Fact]
    public async Task Blob_that_somebody_else_put_among_the_names_is_no_model()
    {
        BlobModelStore store = Store();
        (FileRef file, string path) = Write("a.safetensors", 10);
        await new ModelUpload(store).PushAsync(file, path);
        await store.Container.GetBlobClient("names/checkpoints/by-hand.safetensors").UploadAsync(BinaryData.FromString("x"));
        Assert.Equal("a.safetensors", Assert.Single(await store.ListAsync(null)).Name);
        Assert.Null(await store.FindAsync("checkpoints", "by-hand.safetensors"));
    }

    [Fact]
    public async Task Account_that_does_not_answer_is_told_by_code()
    {
        BlobServiceClient nobody = new(new Uri($"http://127.0.0.1:{NodeProgram.FreePort()}/devstoreaccount1"), new BlobClientOptions { Retry = { MaxRetries = 0 } });
        (FileRef file, string path) = Write("a.safetensors", 10);
        AzureStoreException error = await Assert.ThrowsAsync<AzureStoreException>(() => new ModelUpload(new BlobModelStore(nobody, _options)).PushAsync(file, path));
        Assert.Equal("store.unreachable", error.Code);
        Assert.Equal("store.unreachable", (await Assert.ThrowsAsync<AzureStoreException>(async () => await new BlobModelStore(nobody, _options).ListAsync(null))).Code);
    }

    protected override ValueTask<IModelStore> OpenAsync() => ValueTask.FromResult<IModelStore>(Store());

    protected override async ValueTask<FileRef> PutAsync(IModelStore store, string folder, string name, byte[] content)
    {
        string path = Path.Combine(_folder, Guid.NewGuid().ToString("n"));
        await File.WriteAllBytesAsync(path, content);
        FileRef file = new(name, new Digest(Convert.ToHexStringLower(SHA256.HashData(content))), content.Length) { ModelFolder = folder };
        await new ModelUpload((BlobModelStore)store).PushAsync(file, path);
        return file;
    }

    private BlobModelStore Store() => new(azurite.ClientOrSkip(), _options);

    private (FileRef File, string Path) Write(string name, int size)
    {
        byte[] content = new byte[size];
        new Random(size).NextBytes(content);
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, content);
        return (new FileRef(name, new Digest(Convert.ToHexStringLower(SHA256.HashData(content))), size) { ModelFolder = "checkpoints" }, path);
    }

    private static async Task<byte[]> ReadAsync(BlobModelStore store, FileRef file)
    {
        await using Stream content = (await store.OpenAsync(file.Digest, 0, file.Size))!;
        using MemoryStream copy = new();
        await content.CopyToAsync(copy);
        return copy.ToArray();
    }

    private static async Task<List<string>> BlobsAsync(BlobModelStore store, string prefix)
    {
        List<string> names = [];
        await foreach (BlobItem blob in store.Container.GetBlobsAsync(new GetBlobsOptions { Prefix = prefix }))
        {
            names.Add(blob.Name);
        }

        return names;
    }
}
