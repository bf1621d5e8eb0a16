using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>A value in a document, or where it lies when it is too large for one.</summary>
/// <param name="Inline">The value's JSON as a text, because the service keeps numbers as doubles: a seed has up to 64 bits.</param>
/// <param name="Blob">The digest of its JSON in the artifact store.</param>
internal sealed record Packed(string? Inline, Digest? Blob);

/// <summary>Packs values and unpacks them: the claim check of the document stores.</summary>
/// <remarks>Content is stored before the document that names it. When the document is then not written, the content stays as what it is: content nobody names.</remarks>
internal sealed class Packing(IArtifactStore artifacts, int largestInline)
{
    internal async ValueTask<Packed> PackAsync<T>(WorkspaceId workspace, T value, CancellationToken cancellationToken)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(value, RunsJson.Options);
        if (json.Length <= largestInline)
        {
            return new Packed(Encoding.UTF8.GetString(json), null);
        }

        using MemoryStream content = new(json);
        return new Packed(null, (await artifacts.PutAsync(workspace, content, cancellationToken)).Digest);
    }

    internal async ValueTask<T> UnpackAsync<T>(WorkspaceId workspace, Packed packed, CancellationToken cancellationToken)
    {
        if (packed.Inline is { } inline)
        {
            return JsonSerializer.Deserialize<T>(inline, RunsJson.Options)!;
        }

        await using Stream content = await OpenAsync(workspace, packed.Blob!.Value, cancellationToken);
        return (await JsonSerializer.DeserializeAsync<T>(content, RunsJson.Options, cancellationToken))!;
    }

    internal async ValueTask<byte[]> ReadAsync(WorkspaceId workspace, Digest digest, CancellationToken cancellationToken)
    {
        await using Stream content = await OpenAsync(workspace, digest, cancellationToken);
        using MemoryStream copy = new();
        await content.CopyToAsync(copy, cancellationToken);
        return copy.ToArray();
    }

    internal async ValueTask<Digest> StoreAsync(WorkspaceId workspace, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        using MemoryStream content = new(bytes.ToArray());
        return (await artifacts.PutAsync(workspace, content, cancellationToken)).Digest;
    }

    private async ValueTask<Stream> OpenAsync(WorkspaceId workspace, Digest digest, CancellationToken cancellationToken) =>
        await artifacts.OpenAsync(workspace, digest, cancellationToken: cancellationToken)
        ?? throw new AzureStoreException(AzureErrors.Missing, $"Content {digest} of workspace {workspace} is gone from the artifact store, and a document needs it. Restore it from the account's soft delete.");
}

/// <summary>Keeps a small record in a document as the text of its JSON, for the same reason as <see cref="Packed.Inline"/>.</summary>
internal sealed class TextConverter<T> : JsonConverter<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize<T>(reader.GetString()!, options)!;

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(JsonSerializer.Serialize(value, options));
}
