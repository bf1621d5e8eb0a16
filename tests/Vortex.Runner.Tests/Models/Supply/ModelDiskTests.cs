using Microsoft.Extensions.Logging.Abstractions;
using Vortex.Runner.Models;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Runner.Tests.Models.Supply;

/// <summary>Models on the volume of a runner: brought once, used whole or not at all, and gone when there is no room.</summary>
public sealed class ModelDiskTests : IDisposable
{
    private const int Block = 64 * 1024;

    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("vortex-disk").FullName, "models");
    private readonly ManualTimeProvider _clock = new(Some.Time);
    private int _freed;

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Fact]
    public async Task Content_is_downloaded_in_blocks_once_and_found_after_a_restart()
    {
        SomeContent content = new((3 * Block) + 5);
        List<(long Done, long Size)> told = [];
        ModelDisk disk = Disk();
        using (await TakeAsync(disk, content, (done, size) =>
        {
            lock (told)
            {
                told.Add((done, size));
            }
        }))
        {
            Assert.Equal(content.Bytes, await File.ReadAllBytesAsync(disk.PathOf(content.Digest), Stop));
        }

        using IDisposable again = await TakeAsync(Disk(), content);
        Assert.Equal([0, Block, 2 * Block, 3 * Block], content.Asked.Order());
        Assert.Equal(((long)content.Bytes.Length, (long)content.Bytes.Length), told.Max());
        Assert.DoesNotContain(Directory.GetFiles(_folder), path => path.EndsWith(".part", StringComparison.Ordinal) || path.EndsWith(".marks", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Download_that_was_stopped_leaves_nothing_to_use_and_goes_on_where_it_was()
    {
        SomeContent content = new(6 * Block);
        using CancellationTokenSource stop = new();
        content.Before = async (offset, _) =>
        {
            if (offset == 3 * Block)
            {
                await stop.CancelAsync();
            }
        };
        ModelDisk disk = Disk(atOnce: 1);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => disk.TakeAsync(content.Digest, content.FindAsync, (_, _) => { }, stop.Token));
        Assert.False(File.Exists(disk.PathOf(content.Digest)));
        content.Before = (_, _) => Task.CompletedTask;
        long begin = -1;
        content.Asked.Clear();
        using IDisposable use = await TakeAsync(Disk(), content, (done, _) => begin = begin < 0 ? done : begin);
        Assert.Equal([3 * Block, 4 * Block, 5 * Block], content.Asked.Order());
        Assert.Equal(3 * Block, begin);
        Assert.Equal(content.Bytes, await File.ReadAllBytesAsync(disk.PathOf(content.Digest), Stop));
    }

    [Fact]
    public async Task Source_that_breaks_off_fails_and_the_next_attempt_repeats_one_block()
    {
        SomeContent content = new(3 * Block);
        content.Sends = part => content.Asked.Count == 2 ? part[..100] : part;
        IOException early = await Assert.ThrowsAsync<IOException>(() => TakeAsync(Disk(atOnce: 1), content));
        Assert.Contains("early", early.Message, StringComparison.Ordinal);
        using IDisposable use = await TakeAsync(Disk(), content);
        Assert.Equal([0, Block, Block, 2 * Block], content.Asked.Order());
    }

    [Fact]
    public async Task Two_runners_that_want_one_model_at_once_download_it_once()
    {
        SomeContent content = new(8 * Block);
        TaskCompletionSource both = new(TaskCreationOptions.RunContinuationsAsynchronously);
        content.Before = (_, _) => both.Task;
        Task<IDisposable> first = TakeAsync(Disk(), content);
        List<long> seen = [];
        Task<IDisposable> second = TakeAsync(Disk(), content, (done, _) =>
        {
            seen.Add(done);
            both.TrySetResult();
        });
        using IDisposable one = await first;
        using IDisposable two = await second;
        Assert.Equal(8, content.Asked.Count);
        Assert.Equal(0, seen[0]);
    }

    [Fact]
    public async Task Longest_unused_goes_first_and_what_a_batch_uses_stays()
    {
        SomeContent[] contents = [.. Enumerable.Range(1, 4).Select(seed => new SomeContent(Block, seed))];
        ModelDisk disk = Disk(limit: 3 * Block);
        IDisposable held = await TakeAsync(disk, contents[0]);
        _clock.Advance(TimeSpan.FromMinutes(1));
        (await TakeAsync(disk, contents[1])).Dispose();
        _clock.Advance(TimeSpan.FromMinutes(1));
        (await TakeAsync(disk, contents[2])).Dispose();
        _clock.Advance(TimeSpan.FromMinutes(1));
        (await TakeAsync(disk, contents[1])).Dispose();
        (await TakeAsync(Disk(limit: 3 * Block), contents[3])).Dispose();
        Assert.Equal([true, true, false, true], contents.Select(content => File.Exists(disk.PathOf(content.Digest))));
        held.Dispose();
    }

    [Fact]
    public async Task Cache_that_batches_use_whole_says_what_to_do_and_takes_the_model_later()
    {
        SomeContent used = new(Block, 1);
        SomeContent wanted = new(Block, 2);
        ModelDisk disk = Disk(limit: Block + 10);
        IDisposable use = await TakeAsync(disk, used);
        ModelSupplyException full = await Assert.ThrowsAsync<ModelSupplyException>(() => TakeAsync(disk, wanted));
        Assert.Equal(("model.cache_full", ProblemClass.Transient), (full.Code, full.Class));
        use.Dispose();
        using IDisposable now = await TakeAsync(disk, wanted);
        Assert.False(File.Exists(disk.PathOf(used.Digest)));
    }

    [Fact]
    public async Task Model_larger_than_the_cache_is_refused_before_anything_goes_for_it()
    {
        SomeContent small = new(Block, 1);
        ModelDisk disk = Disk(limit: 2 * Block);
        (await TakeAsync(disk, small)).Dispose();
        ModelSupplyException large = await Assert.ThrowsAsync<ModelSupplyException>(() => TakeAsync(disk, new SomeContent(3 * Block, 2)));
        Assert.Equal(("model.too_large_for_cache", ProblemClass.Fatal), (large.Code, large.Class));
        Assert.Contains("Vortex__Runner__ModelDiskBytes", large.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(disk.PathOf(small.Digest)));
    }

    [Theory]
    [InlineData(28)]
    [InlineData(122)]
    public async Task Disk_that_is_full_gets_what_nobody_uses_back_and_is_told_when_that_does_not_help(int error)
    {
        SomeContent unused = new(Block, 1);
        SomeContent content = new(2 * Block, 2);
        ModelDisk disk = Disk();
        (await TakeAsync(disk, unused)).Dispose();
        content.Before = (_, _) => _freed == 0 ? throw new IOException("No space left on device", error) : Task.CompletedTask;
        using (await TakeAsync(disk, content))
        {
            Assert.Equal(1, _freed);
            Assert.False(File.Exists(disk.PathOf(unused.Digest)));
        }

        SomeContent never = new(2 * Block, 3) { Before = (_, _) => throw new IOException("No space left on device", error) };
        ModelSupplyException full = await Assert.ThrowsAsync<ModelSupplyException>(() => TakeAsync(disk, never));
        Assert.Equal(("model.cache_full", ProblemClass.Transient), (full.Code, full.Class));
    }

    [Fact]
    public async Task Content_that_is_not_what_its_digest_says_is_never_used()
    {
        SomeContent content = new(2 * Block) { Sends = part => [.. part.Reverse()] };
        ModelDisk disk = Disk();
        ModelSupplyException wrong = await Assert.ThrowsAsync<ModelSupplyException>(() => TakeAsync(disk, content));
        Assert.Equal(("model.content_damaged", ProblemClass.Fatal), (wrong.Code, wrong.Class));
        Assert.Equal([".lock", ".lock"], Directory.GetFiles(_folder).Select(path => Path.GetExtension(path)));
        content.Sends = part => part;
        using IDisposable use = await TakeAsync(disk, content);
        Assert.Equal(content.Bytes, await File.ReadAllBytesAsync(disk.PathOf(content.Digest), Stop));
    }

    [Theory]
    [InlineData(Block / 2)]
    [InlineData(2 * Block)]
    public async Task File_that_something_changed_on_the_volume_is_brought_again(int size)
    {
        SomeContent content = new(2 * Block);
        ModelDisk disk = Disk();
        (await TakeAsync(disk, content)).Dispose();
        await File.WriteAllBytesAsync(disk.PathOf(content.Digest), new byte[size], Stop);
        using IDisposable use = await TakeAsync(disk, content);
        Assert.Equal(content.Bytes, await File.ReadAllBytesAsync(disk.PathOf(content.Digest), Stop));
    }

    [Fact]
    public async Task Part_of_another_block_size_is_begun_anew()
    {
        SomeContent content = new(4 * Block) { Before = (offset, _) => offset == 2 * Block ? throw new IOException("cut") : Task.CompletedTask };
        await Assert.ThrowsAsync<IOException>(() => TakeAsync(Disk(atOnce: 1), content));
        content.Before = (_, _) => Task.CompletedTask;
        content.Asked.Clear();
        using IDisposable use = await TakeAsync(Disk(block: 2 * Block), content);
        Assert.Equal([0, 2 * Block], content.Asked.Order());
    }

    [Fact]
    public async Task Runner_that_is_killed_while_it_downloads_leaves_blocks_that_the_next_one_goes_on_from()
    {
        Directory.CreateDirectory(_folder);
        SomeContent content = new(KilledDownload.Size);
        using KilledDownload killed = await KilledDownload.RunAsync(_folder);
        ModelDisk disk = Disk();
        Assert.False(File.Exists(disk.PathOf(content.Digest)));
        Assert.True(File.Exists(disk.PathOf(content.Digest) + ".part"));
        using IDisposable use = await TakeAsync(disk, content);
        Assert.Equal([2 * Block, 3 * Block], content.Asked.Order());
        Assert.Equal(content.Bytes, await File.ReadAllBytesAsync(disk.PathOf(content.Digest), Stop));
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static Task<IDisposable> TakeAsync(ModelDisk disk, SomeContent content, Action<long, long>? report = null) =>
        disk.TakeAsync(content.Digest, content.FindAsync, report ?? ((_, _) => { }), Stop);

    private ModelDisk Disk(long limit = 0, int atOnce = 4, int block = Block) => new(
        new RunnerOptions { ModelDiskFolder = _folder, ModelDiskBytes = limit, ModelDownloadBlock = block, ModelDownloadsAtOnce = atOnce },
        new DigestCache(Path.Combine(Path.GetDirectoryName(_folder)!, "digests.json")),
        () => _freed++,
        new Clock(_clock),
        NullLogger.Instance);

    /// <summary>Tells the time of the tests and waits in real time.</summary>
    private sealed class Clock(ManualTimeProvider now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now.GetUtcNow();
    }
}
