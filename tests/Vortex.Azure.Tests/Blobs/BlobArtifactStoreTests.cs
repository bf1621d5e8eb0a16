using System.Security.Cryptography;
using System.Text;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using Microsoft.Extensions.Logging.Abstractions;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Azure.Tests.Blobs;

/// <summary>The suite of every artifact store, against Azurite. Blocks are small here, so that the larger contents of the suite go through the spool folder and in parallel blocks.</summary>
public sealed class BlobArtifactStoreTests(AzuriteWithIdentity azurite) : ArtifactStoreConformance, IClassFixture<AzuriteWithIdentity>, IDisposable
{
    private readonly BlobStoreOptions _options = new()
    {
        Container = "artifacts-" + Guid.NewGuid().ToString("n"),
        BlockSize = 128 * 1024,
        SpoolPath = Directory.CreateTempSubdirectory("vortex-spool").FullName,
    };

    public void Dispose() => Directory.Delete(_options.SpoolPath!, recursive: true);

    [Fact]
    public async Task Nothing_stays_in_the_spool_folder()
    {
        IArtifactStore store = await OpenAsync();
        await store.PutAsync(Some.Here, new MemoryStream(new byte[1_000_000]));
        await store.PutAsync(Some.Here, new MemoryStream(new byte[10]));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_options.SpoolPath!));
    }

    [Fact]
    public async Task Large_content_is_sent_in_blocks_and_each_workspace_has_its_prefix()
    {
        BlobArtifactStore store = Store();
        Digest large = (await store.PutAsync(Some.Here, new MemoryStream(Bytes(1_000_000)))).Digest;
        var blocks = await store.Blob(Some.Here, large).GetBlockListAsync();
        Assert.Equal(8, blocks.Value.CommittedBlocks.Count());
        await store.PutAsync(Some.Stranger, new MemoryStream(Bytes(10)));
        List<string> names = [.. Container().GetBlobs().Select(blob => blob.Name)];
        Assert.Contains(names, name => name == $"acme/main/{large.Value[..2]}/{large}");
        Assert.Contains(names, name => name.StartsWith("zenith/main/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Content_that_was_changed_from_outside_is_not_handed_out()
    {
        BlobArtifactStore store = Store();
        Digest digest = (await store.PutAsync(Some.Here, new MemoryStream(Encoding.UTF8.GetBytes("the right one")))).Digest;
        await store.Blob(Some.Here, digest).UploadAsync(new MemoryStream(Encoding.UTF8.GetBytes("the wrong one")));
        await using Stream? read = await store.OpenAsync(Some.Here, digest);
        AzureStoreException error = await Assert.ThrowsAsync<AzureStoreException>(async () => await read!.CopyToAsync(Stream.Null));
        Assert.Equal("store.corrupt", error.Code);
    }

    [Fact]
    public async Task Blob_of_the_wrong_size_is_written_again()
    {
        BlobArtifactStore store = Store();
        Digest digest = (await store.PutAsync(Some.Here, new MemoryStream(Bytes(1_000)))).Digest;
        await store.Blob(Some.Here, digest).UploadAsync(new MemoryStream([1, 2, 3]));
        await store.PutAsync(Some.Here, new MemoryStream(Bytes(1_000)));
        await using Stream? read = await store.OpenAsync(Some.Here, digest);
        using MemoryStream copy = new();
        await read!.CopyToAsync(copy);
        Assert.Equal(Bytes(1_000), copy.ToArray());
    }

    [Fact]
    public async Task Workspace_whose_name_could_lead_elsewhere_is_refused()
    {
        BlobArtifactStore store = Store();
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.PutAsync(new WorkspaceId("acme", "../zenith"), new MemoryStream()));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.StatAsync(new WorkspaceId("", "main"), Some.Digest("x")));
    }

    [Fact]
    public async Task Signed_address_opens_one_content_to_whoever_has_it_and_nothing_else()
    {
        BlobArtifactStore store = Store();
        using SignedReads signed = new(azurite.ClientOrSkip(), store, _options, TimeProvider.System);
        Digest one = (await store.PutAsync(Some.Here, new MemoryStream(Bytes(1_000)))).Digest;
        Digest other = (await store.PutAsync(Some.Here, new MemoryStream(Bytes(2_000)))).Digest;
        Uri address = (await signed.SignAsync(Some.Here, one, "image/png", "写真.png"))!;
        using HttpResponseMessage answer = await azurite.Browser.GetAsync(address);
        Assert.True(answer.IsSuccessStatusCode, address + await answer.Content.ReadAsStringAsync());
        Assert.Equal(Bytes(1_000), await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal("image/png", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("写真.png", answer.Content.Headers.ContentDisposition?.FileNameStar);

        Uri moved = new(address.AbsoluteUri.Replace(one.Value, other.Value, StringComparison.Ordinal).Replace($"/{one.Value[..2]}/", $"/{other.Value[..2]}/", StringComparison.Ordinal));
        Assert.Equal(403, (int)(await azurite.Browser.GetAsync(moved)).StatusCode);
        Assert.NotEqual(200, (int)(await azurite.Browser.GetAsync(new Uri(address.GetLeftPart(UriPartial.Path)))).StatusCode);
        Assert.Equal(403, (int)(await azurite.Browser.DeleteAsync(address)).StatusCode);
        Assert.Null(await signed.SignAsync(Some.There, one));
        Assert.DoesNotContain("skoid=;", address.Query, StringComparison.Ordinal);
        Assert.Contains("skoid=", address.Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Account_that_does_not_answer_is_told_by_code_and_address()
    {
        BlobServiceClient nobody = new(new Uri($"http://127.0.0.1:{NodeProgram.FreePort()}/devstoreaccount1"), new BlobClientOptions { Retry = { MaxRetries = 0 } });
        BlobArtifactStore store = new(nobody, _options, NullLogger.Instance);
        AzureStoreException error = await Assert.ThrowsAsync<AzureStoreException>(async () => await store.PutAsync(Some.Here, new MemoryStream([1])));
        Assert.Equal("store.unreachable", error.Code);
        Assert.Contains("127.0.0.1", error.Message, StringComparison.Ordinal);
    }

    protected override ValueTask<IArtifactStore> OpenAsync() => ValueTask.FromResult<IArtifactStore>(Store());

    private BlobArtifactStore Store() => new(azurite.ClientOrSkip(), _options, NullLogger.Instance);

    private BlobContainerClient Container() => azurite.ClientOrSkip().GetBlobContainerClient(_options.Container);

    private static byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }
}
