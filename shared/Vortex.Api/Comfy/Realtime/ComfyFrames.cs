using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>The frames of ComfyUI's WebSocket.</summary>
internal static class ComfyFrames
{
    private const uint PreviewEvent = 1;
    private const uint PreviewWithMetadataEvent = 4;
    private const uint Jpeg = 1;
    private const uint Png = 2;

    public static byte[] Text(string type, JsonNode data) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["type"] = type, ["data"] = data }, RunsJson.Options);

    /// <summary>Makes the binary frame of a preview: numbers are 32 bits, the most significant byte first.</summary>
    /// <remarks>Event 1: the event, the kind of picture, the picture. Event 4: the event, the length of the metadata, the metadata as JSON, the picture.</remarks>
    /// <returns>The frame; null for a picture of a kind that ComfyUI has no number for.</returns>
    public static byte[]? Preview(ComfyPreview preview, JsonObject about, bool withMetadata)
    {
        if ((preview.MediaType switch { "image/jpeg" => Jpeg, "image/png" => Png, _ => 0u }) is not (> 0 and uint kind))
        {
            return null;
        }

        byte[] metadata = withMetadata ? JsonSerializer.SerializeToUtf8Bytes(about, RunsJson.Options) : [];
        byte[] frame = new byte[8 + metadata.Length + preview.Picture.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, withMetadata ? PreviewWithMetadataEvent : PreviewEvent);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), withMetadata ? (uint)metadata.Length : kind);
        metadata.CopyTo(frame, 8);
        preview.Picture.CopyTo(frame, 8 + metadata.Length);
        return frame;
    }
}
