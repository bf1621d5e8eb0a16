using System.Globalization;
using System.Text.Json;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>A message about what became of a batch.</summary>
/// <param name="Id">The message id: equal ids within the broker's window are one message. At most 128 characters.</param>
/// <param name="Body">The outcome as JSON. One that is large for a message has no problems, and names the content with the whole of it under <see cref="WholeAt"/>.</param>
internal sealed record OutcomeMessage(string Id, ReadOnlyMemory<byte> Body)
{
    /// <summary>The property with the digest of the whole outcome in the artifact store of its workspace.</summary>
    internal const string WholeAt = "whole_at";

    /// <summary>The largest body in bytes. The smallest tier takes 256 KB at once, properties included.</summary>
    internal const int Most = 200 * 1024;

    /// <summary>Returns the message id of an outcome: its batch, dispatch and attempt, and its workspace, because ids of runs are unique in one only.</summary>
    internal static string IdOf(BatchOutcome outcome) => string.Create(
        CultureInfo.InvariantCulture, $"{outcome.BatchId}.{outcome.Dispatch}.{DocumentKeys.Hash(outcome.Workspace.ToString())[..12]}.{outcome.Attempt}");
}

/// <summary>Reads what runners report through the results queue.</summary>
public sealed class OutcomeReader
{
    private readonly Packing _contents;

    internal OutcomeReader(Packing contents) => _contents = contents;

    /// <summary>Reads what stands in a message itself: of an outcome that was too large for one status and counts, without its problems.</summary>
    /// <param name="body">The body of the message: JSON.</param>
    /// <exception cref="JsonException">It is no outcome, and will not be one when it is taken again.</exception>
    public static BatchOutcome ReadEnvelope(string body) =>
        JsonSerializer.Deserialize<BatchOutcome>(body, RunsJson.Options) ?? throw new JsonException("The message is null.");

    /// <summary>Reads a message, and the content it names where it was too large for one.</summary>
    /// <param name="body">The body of the message: JSON.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="JsonException">It is no outcome, and will not be one when it is taken again.</exception>
    /// <exception cref="AzureStoreException">The content it names could not be read; with <c>store.missing</c> or <c>store.corrupt</c> it never will be.</exception>
    public async ValueTask<BatchOutcome> ReadAsync(string body, CancellationToken cancellationToken = default)
    {
        BatchOutcome outcome = ReadEnvelope(body);
        using JsonDocument document = JsonDocument.Parse(body);
        return document.RootElement.TryGetProperty(OutcomeMessage.WholeAt, out JsonElement at)
            ? await _contents.UnpackAsync<BatchOutcome>(outcome.Workspace, new Packed(null, at.Deserialize<Digest>(RunsJson.Options)), cancellationToken)
            : outcome;
    }
}
