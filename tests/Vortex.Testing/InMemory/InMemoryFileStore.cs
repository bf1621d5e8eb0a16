using Vortex.Runs;

namespace Vortex.Testing;

/// <summary>A file store that is a sorted dictionary.</summary>
public sealed class InMemoryFileStore : IFileStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<WorkspaceId, SortedDictionary<string, FileRef>> _files = [];

    /// <inheritdoc />
    public ValueTask PutAsync(WorkspaceId workspace, FileRef file, CancellationToken cancellationToken = default)
    {
        if (!IsInside(file.Name))
        {
            throw new ArgumentException($"'{file.Name}' does not name a file inside the workspace.", nameof(file));
        }

        lock (_gate)
        {
            if (!_files.TryGetValue(workspace, out SortedDictionary<string, FileRef>? files))
            {
                _files[workspace] = files = new(StringComparer.Ordinal);
            }

            files[file.Name] = file;
            return ValueTask.CompletedTask;
        }
    }

    /// <inheritdoc />
    public ValueTask<FileRef?> FindAsync(WorkspaceId workspace, string name, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return ValueTask.FromResult(_files.GetValueOrDefault(workspace)?.GetValueOrDefault(name));
        }
    }

    /// <inheritdoc />
    public ValueTask<Page<FileRef>> ListAsync(WorkspaceId workspace, string? prefix, string? cursor, int limit, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            List<FileRef> found = [.. (_files.GetValueOrDefault(workspace)?.Values.AsEnumerable() ?? []).Where(file => file.Name.StartsWith(prefix ?? "", StringComparison.Ordinal))];
            return ValueTask.FromResult(Paging.Page(found, file => file.Name, cursor, limit, descending: false));
        }
    }

    private static bool IsInside(string name) =>
        name.Length > 0 && name[0] is not '/' and not '\\' && !name.Any(char.IsControl) && !name.Contains(':', StringComparison.Ordinal)
        && !name.Split('/', '\\').Contains("..");
}
