using System.Security.Cryptography;
using Vortex.Runs;

namespace Vortex.Testing;

/// <summary>What every artifact store does.</summary>
public abstract class ArtifactStoreConformance : PortConformance<IArtifactStore>
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(81_920)]
    [InlineData(3_000_001)]
    public async Task Content_is_read_back_as_it_was_and_named_by_its_hash(int size)
    {
        IArtifactStore store = await OpenAsync();
        byte[] content = Bytes(size);
        StoredContent stored = await store.PutAsync(Some.Here, new OneWayStream(content));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), stored.Digest.Value);
        Assert.Equal(size, stored.Size);
        Assert.Equal(content, await ReadAsync(store, stored.Digest));
        Assert.Equal(stored, await store.StatAsync(Some.Here, stored.Digest));
    }

    [Theory]
    [InlineData(0, 1L)]
    [InlineData(0, 0L)]
    [InlineData(5, null)]
    [InlineData(5, 10L)]
    [InlineData(990, 1_000L)]
    [InlineData(1_000, 1L)]
    [InlineData(5_000, null)]
    public async Task Range_is_what_lies_there_and_no_more(int offset, long? length)
    {
        IArtifactStore store = await OpenAsync();
        byte[] content = Bytes(1_000);
        Digest digest = (await store.PutAsync(Some.Here, new MemoryStream(content))).Digest;
        int end = (int)Math.Min(content.Length, offset + (length ?? content.Length));
        byte[] expected = offset >= content.Length ? [] : content[offset..end];
        Assert.Equal(expected, await ReadAsync(store, digest, offset, length));
    }

    [Fact]
    public async Task Writing_the_same_twice_is_the_same_content()
    {
        IArtifactStore store = await OpenAsync();
        StoredContent[] stored = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(async () =>
            await store.PutAsync(Some.Here, new OneWayStream(Bytes(200_000))))));
        Assert.Single(stored.Distinct());
        Assert.Equal(Bytes(200_000), await ReadAsync(store, stored[0].Digest));
    }

    [Fact]
    public async Task Content_whose_source_breaks_off_is_not_there()
    {
        IArtifactStore store = await OpenAsync();
        byte[] content = Bytes(300_000);
        await Assert.ThrowsAsync<IOException>(async () => await store.PutAsync(Some.Here, new OneWayStream(content, failAt: 200_000)));
        Assert.Null(await store.StatAsync(Some.Here, DigestOf(content)));
        Assert.Null(await store.StatAsync(Some.Here, DigestOf(content[..200_000])));
        Assert.Equal(300_000, (await store.PutAsync(Some.Here, new OneWayStream(content))).Size);
    }

    [Fact]
    public async Task Canceled_write_leaves_nothing()
    {
        IArtifactStore store = await OpenAsync();
        using CancellationTokenSource stop = new();
        byte[] content = Bytes(300_000);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await store.PutAsync(Some.Here, new OneWayStream(content, at: 100_000, then: stop.Cancel), stop.Token));
        Assert.Null(await store.StatAsync(Some.Here, DigestOf(content)));
    }

    [Fact]
    public async Task Content_is_not_visible_before_it_is_whole()
    {
        IArtifactStore store = await OpenAsync();
        byte[] content = Bytes(300_000);
        bool looked = false;
        await store.PutAsync(Some.Here, new OneWayStream(content, at: 200_000, then: () =>
        {
            looked = true;
            Assert.Null(store.StatAsync(Some.Here, DigestOf(content)).AsTask().GetAwaiter().GetResult());
        }));
        Assert.True(looked);
        Assert.NotNull(await store.StatAsync(Some.Here, DigestOf(content)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData("abc")]
    [InlineData("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    public async Task Anything_but_a_digest_means_nothing(string digest)
    {
        IArtifactStore store = await OpenAsync();
        await store.PutAsync(Some.Here, new MemoryStream());
        Assert.Null(await store.StatAsync(Some.Here, new Digest(digest)));
        Assert.Null(await store.OpenAsync(Some.Here, new Digest(digest)));
    }

    [Fact]
    public async Task Content_is_there_after_a_restart()
    {
        IArtifactStore store = await OpenAsync();
        Digest digest = (await store.PutAsync(Some.Here, new MemoryStream(Bytes(10)))).Digest;
        store = await ReopenAsync(store);
        Assert.Equal(Bytes(10), await ReadAsync(store, digest));
    }

    [Fact]
    public async Task Workspaces_never_see_each_other()
    {
        IArtifactStore store = await OpenAsync();
        Digest digest = (await store.PutAsync(Some.Here, new MemoryStream(Bytes(10)))).Digest;
        foreach (WorkspaceId other in new[] { Some.There, Some.Stranger })
        {
            Assert.Null(await store.StatAsync(other, digest));
            Assert.Null(await store.OpenAsync(other, digest));
        }

        Assert.Equal(digest, (await store.PutAsync(Some.There, new MemoryStream(Bytes(10)))).Digest);
        Assert.NotNull(await store.StatAsync(Some.There, digest));
    }

    private static byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    private static Digest DigestOf(byte[] content) => new(Convert.ToHexStringLower(SHA256.HashData(content)));

    private static async Task<byte[]> ReadAsync(IArtifactStore store, Digest digest, long offset = 0, long? length = null)
    {
        await using Stream? stream = await store.OpenAsync(Some.Here, digest, offset, length);
        Assert.NotNull(stream);
        using MemoryStream copy = new();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }

    /// <summary>A stream as the network gives one: no length, no seeking, pieces of odd size, and sometimes an end that comes too soon.</summary>
    private sealed class OneWayStream(byte[] content, int failAt = int.MaxValue, int at = int.MaxValue, Action? then = null) : Stream
    {
        private int _position;
        private Action? _then = then;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            if (_position >= failAt)
            {
                throw new IOException("The connection was cut.");
            }

            if (_position >= at)
            {
                _then?.Invoke();
                _then = null;
            }

            int count = Math.Min(Math.Min(buffer.Length, 7_777), content.Length - _position);
            content.AsSpan(_position, count).CopyTo(buffer);
            _position += count;
            return count;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return ValueTask.FromResult(Read(buffer.Span));
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
