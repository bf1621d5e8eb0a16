using System.Text.Json;

namespace Vortex.Runs;

/// <summary>Records as JSON in the artifact store, named by their digest.</summary>
public static class StoredJson
{
    /// <summary>Stores a record.</summary>
    public static async ValueTask<Digest> PutJsonAsync<T>(this IArtifactStore store, WorkspaceId workspace, T value, CancellationToken cancellationToken = default)
    {
        using MemoryStream stream = new(JsonSerializer.SerializeToUtf8Bytes(value, RunsJson.Options), writable: false);
        return (await store.PutAsync(workspace, stream, cancellationToken)).Digest;
    }

    /// <summary>Reads a record.</summary>
    /// <exception cref="InvalidDataException">The workspace has no such content, or it is not such a record.</exception>
    public static async ValueTask<T> ReadJsonAsync<T>(this IArtifactStore store, WorkspaceId workspace, Digest digest, CancellationToken cancellationToken = default)
    {
        await using Stream stream = await store.OpenAsync(workspace, digest, cancellationToken: cancellationToken)
            ?? throw new InvalidDataException($"{typeof(T).Name} {digest} is not in the artifact store.");
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(stream, RunsJson.Options, cancellationToken)
                ?? throw new InvalidDataException($"{typeof(T).Name} {digest} is empty.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{typeof(T).Name} {digest} cannot be read: {exception.Message}", exception);
        }
    }
}
