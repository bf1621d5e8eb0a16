using Vortex.Nodes;
using Vortex.Runs;

namespace Vortex.Runner;

/// <summary>Stores the files a node makes while it goes on. They become visible with the node's event, or never.</summary>
internal sealed class NodeFiles(IArtifactStore store, WorkspaceId workspace, RunnerOptions options, CancellationToken cancellationToken)
{
    // How much may wait to be written before the node itself has to.
    private const long MaxWaitingBytes = 256L << 20;

    private readonly List<Task<ArtifactRef>> _files = [];
    private long _waiting;

    /// <summary>Takes a file over.</summary>
    /// <exception cref="NodeProblemException">Its name, its size or the number of files is not possible.</exception>
    public void Add(EmittedFile file)
    {
        if (ArtifactNames.ProblemOf(file.Name) is { } wrong)
        {
            throw new NodeProblemException("node.bad_file_name", null, $"The file name '{Short(file.Name)}' cannot be used: {wrong}. Choose another name.");
        }

        if (_files.Count >= options.MaxFilesPerNode)
        {
            throw new NodeProblemException("node.too_many_files", null, $"The node makes more than {options.MaxFilesPerNode:N0} files. Split the batch over several nodes.");
        }

        if (file.Content.Length > options.MaxFileBytes)
        {
            throw new NodeProblemException("node.file_too_large", null, $"'{Short(file.Name)}' has {file.Content.Length:N0} bytes; at most {options.MaxFileBytes:N0} are kept. Make it smaller.");
        }

        if (Interlocked.Add(ref _waiting, file.Content.Length) > MaxWaitingBytes)
        {
            // The node is ahead of the disk. It works synchronously, so it waits here, on its own thread.
            Task.WhenAll(_files).GetAwaiter().GetResult();
        }

        _files.Add(Task.Run(() => StoreAsync(file), cancellationToken));
    }

    /// <summary>Waits until all are stored, and returns them in the order they came.</summary>
    public async Task<ArtifactRef[]> StoredAsync() => await Task.WhenAll(_files);

    private static string Short(string name) => name.Length <= 100 ? name : string.Concat(name.AsSpan(0, 100), "…");

    private async Task<ArtifactRef> StoreAsync(EmittedFile file)
    {
        await using Stream content = new ContentStream(file.Content);
        StoredContent stored = await store.PutAsync(workspace, content, cancellationToken);
        Interlocked.Add(ref _waiting, -file.Content.Length);
        return new ArtifactRef(file.Name, stored.Digest, file.MediaType, stored.Size, file.IsPreview ? ArtifactKind.Preview : ArtifactKind.Output)
        {
            Width = file.Width,
            Height = file.Height,
        };
    }

    private sealed class ContentStream(ReadOnlyMemory<byte> content) : Stream
    {
        private int _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => content.Length;

        public override long Position
        {
            get => _position;
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            int count = Math.Min(buffer.Length, content.Length - _position);
            content.Span.Slice(_position, count).CopyTo(buffer);
            _position += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return ValueTask.FromResult(Read(buffer.Span));
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
