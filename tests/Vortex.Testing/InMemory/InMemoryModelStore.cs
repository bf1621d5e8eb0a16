using System.Security.Cryptography;
using Vortex.Runs;

namespace Vortex.Testing;

/// <summary>A model store that is two dictionaries.</summary>
public sealed class InMemoryModelStore : IModelStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Folder, string Name), FileRef> _names = [];
    private readonly Dictionary<Digest, byte[]> _contents = [];

    /// <summary>Stores content under a name.</summary>
    public FileRef Put(string folder, string name, byte[] content)
    {
        FileRef file = new(name, new Digest(Convert.ToHexStringLower(SHA256.HashData(content))), content.Length) { ModelFolder = folder };
        lock (_gate)
        {
            _contents[file.Digest] = content;
            return _names[(folder, name)] = file;
        }
    }

    /// <inheritdoc />
    public ValueTask<FileRef?> FindAsync(string folder, string name, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return ValueTask.FromResult(_names.GetValueOrDefault((folder, name)));
        }
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<FileRef>> ListAsync(string? folder, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return ValueTask.FromResult<IReadOnlyList<FileRef>>(
            [
                .. _names.Values.Where(file => folder is null || file.ModelFolder == folder)
                    .OrderBy(file => file.ModelFolder, StringComparer.Ordinal).ThenBy(file => file.Name, StringComparer.Ordinal),
            ]);
        }
    }

    /// <inheritdoc />
    public ValueTask<StoredContent?> StatAsync(Digest digest, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return ValueTask.FromResult(_contents.TryGetValue(digest, out byte[]? content) ? new StoredContent(digest, content.Length) : null);
        }
    }

    /// <inheritdoc />
    public ValueTask<Stream?> OpenAsync(Digest digest, long offset, long length, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        lock (_gate)
        {
            return ValueTask.FromResult<Stream?>(_contents.TryGetValue(digest, out byte[]? content)
                ? new MemoryStream(content, (int)Math.Min(offset, content.Length), (int)Math.Min(length, Math.Max(0, content.Length - offset)), writable: false)
                : null);
        }
    }
}
