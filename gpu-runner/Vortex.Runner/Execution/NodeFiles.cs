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
        Check(file.Name, file.Content.Length, options.MaxFileBytes);
        if (Interlocked.Add(ref _waiting, file.Content.Length) > MaxWaitingBytes)
        {
            // The node is ahead of the disk. It works synchronously, so it waits here, on its own thread.
            Task.WhenAll(_files).GetAwaiter().GetResult();
        }

        _files.Add(Task.Run(() => StoreAsync(file), cancellationToken));
    }

    /// <summary>Takes a file over that is made while it is stored, and waits for that.</summary>
    /// <param name="file">The file.</param>
    /// <param name="report">Told how many parts of how many are done.</param>
    /// <exception cref="NodeProblemException">Its name, its size or the number of files is not possible.</exception>
    public async Task AddAsync(StreamedFile file, Action<long, long> report)
    {
        await using Stream content = file.Open();
        Check(file.Name, content.Length, options.MaxModelFileBytes);
        StoredContent stored = await store.PutAsync(workspace, new ReportingStream(content, report), cancellationToken);
        _files.Add(Task.FromResult(new ArtifactRef(file.Name, stored.Digest, file.MediaType, stored.Size, ArtifactKind.Output)));
    }

    /// <summary>Waits until all are stored, and returns them in the order they came.</summary>
    public async Task<ArtifactRef[]> StoredAsync() => await Task.WhenAll(_files);

    private static string Short(string name) => name.Length <= 100 ? name : string.Concat(name.AsSpan(0, 100), "…");

    private void Check(string name, long length, long most)
    {
        if (ArtifactNames.ProblemOf(name) is { } wrong)
        {
            throw new NodeProblemException("node.bad_file_name", null, $"The file name '{Short(name)}' cannot be used: {wrong}. Choose another name.");
        }

        if (_files.Count >= options.MaxFilesPerNode)
        {
            throw new NodeProblemException("node.too_many_files", null, $"The node makes more than {options.MaxFilesPerNode:N0} files. Split the batch over several nodes.");
        }

        if (length > most)
        {
            throw new NodeProblemException("node.file_too_large", null, $"'{Short(name)}' has {length:N0} bytes; at most {most:N0} are kept. Make it smaller.");
        }
    }

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

    private abstract class ForwardStream : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Position
        {
            get => Done;
            set => throw new NotSupportedException();
        }

        protected long Done { get; set; }

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

    private sealed class ContentStream(ReadOnlyMemory<byte> content) : ForwardStream
    {
        public override long Length => content.Length;

        public override int Read(Span<byte> buffer)
        {
            int count = Math.Min(buffer.Length, content.Length - (int)Done);
            content.Span.Slice((int)Done, count).CopyTo(buffer);
            Done += count;
            return count;
        }
    }

    private sealed class ReportingStream(Stream content, Action<long, long> report) : ForwardStream
    {
        private const long Step = 1 << 20;

        public override long Length => content.Length;

        public override int Read(Span<byte> buffer)
        {
            int count = content.Read(buffer);
            Done += count;
            report(Done / Step, Math.Max(1, Length / Step));
            return count;
        }
    }
}
