using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Embedded.Tests;

public sealed class ContentTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Content_lies_under_its_digest_in_its_workspaces_folder()
    {
        EmbeddedStore store = await _folder.OpenAsync();
        Digest digest = (await store.Artifacts.PutAsync(Some.Here, new MemoryStream([1, 2, 3]))).Digest;
        Assert.True(File.Exists(Path.Combine(_folder.Path, "content", "acme", "main", digest.Value[..2], digest.Value[2..])));
        Assert.Empty(Directory.EnumerateFiles(_folder.Data.TemporaryPath));
    }

    [Theory]
    [InlineData(FileArtifactStore.InMemory - 1)]
    [InlineData(FileArtifactStore.InMemory)]
    [InlineData(FileArtifactStore.InMemory + 1)]
    public async Task Content_around_the_size_kept_in_memory_is_whole(int size)
    {
        EmbeddedStore store = await _folder.OpenAsync();
        byte[] content = new byte[size];
        new Random(size).NextBytes(content);
        Digest digest = (await store.Artifacts.PutAsync(Some.Here, new MemoryStream(content))).Digest;
        await store.Artifacts.PutAsync(Some.Here, new MemoryStream(content));
        await using Stream read = (await store.Artifacts.OpenAsync(Some.Here, digest))!;
        byte[] back = new byte[size];
        await read.ReadExactlyAsync(back);
        Assert.True(content.AsSpan().SequenceEqual(back));
        Assert.Empty(Directory.EnumerateFiles(_folder.Data.TemporaryPath));
    }

    [Fact]
    public async Task Content_cut_short_from_outside_is_mended_by_the_next_write()
    {
        EmbeddedStore store = await _folder.OpenAsync();
        Digest digest = (await store.Artifacts.PutAsync(Some.Here, new MemoryStream([1, 2, 3]))).Digest;
        string path = Path.Combine(_folder.Path, "content", "acme", "main", digest.Value[..2], digest.Value[2..]);
        await File.WriteAllBytesAsync(path, [1]);
        await store.Artifacts.PutAsync(Some.Here, new MemoryStream([1, 2, 3]));
        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(path));
    }

    [Fact]
    public async Task Orphan_of_a_dead_writer_is_removed_and_the_file_of_a_living_one_stays()
    {
        string orphan = Path.Combine(_folder.Data.TemporaryPath, "orphan");
        await File.WriteAllBytesAsync(orphan, [1]);
        string living = Path.Combine(_folder.Data.TemporaryPath, "living");
        await using (new FileStream(living, FileMode.CreateNew, FileAccess.Write, FileShare.Delete))
        {
            await _folder.OpenAsync();
            Assert.False(File.Exists(orphan));
            Assert.True(File.Exists(living));
        }
    }

    [Fact]
    public async Task Source_that_breaks_off_late_leaves_no_temporary_file()
    {
        EmbeddedStore store = await _folder.OpenAsync();
        await Assert.ThrowsAsync<IOException>(async () => await store.Artifacts.PutAsync(Some.Here, new BreakingStream(5 << 20)));
        Assert.Empty(Directory.EnumerateFiles(_folder.Data.TemporaryPath));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_folder.Path, "content"), "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("..", "main")]
    [InlineData("acme", "../../other")]
    [InlineData("acme", "")]
    [InlineData("a/b", "main")]
    public async Task Workspace_that_would_leave_the_folder_is_refused(string tenant, string workspace)
    {
        EmbeddedStore store = await _folder.OpenAsync();
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.Artifacts.PutAsync(new WorkspaceId(tenant, workspace), new MemoryStream([1])));
    }

    [Fact]
    public void Data_folder_that_is_a_file_is_refused_with_a_code()
    {
        string file = Path.Combine(_folder.Path, "file");
        File.WriteAllText(file, "");
        Assert.StartsWith("store.", Assert.Throws<EmbeddedStoreException>(() => new DataFolder(file)).Code, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(28, "store.disk_full")]
    [InlineData(122, "store.disk_full")]
    [InlineData(30, "store.read_only")]
    public void Errors_of_the_file_system_get_codes_and_say_what_to_do(int error, string code)
    {
        EmbeddedStoreException translated = StoreErrors.FromFile(new IOException("os says", error), "/data")!;
        Assert.Equal(code, translated.Code);
        Assert.Contains("/data", translated.Message, StringComparison.Ordinal);
        Assert.Contains("os says", translated.Message, StringComparison.Ordinal);
    }

    private sealed class BreakingStream(int length) : MemoryStream(new byte[length])
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read = await base.ReadAsync(buffer, cancellationToken);
            return read > 0 ? read : throw new IOException("The connection was cut.");
        }
    }
}
