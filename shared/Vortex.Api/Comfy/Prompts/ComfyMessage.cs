using System.Text.Json.Nodes;

namespace Vortex.Api;

/// <summary>One message of ComfyUI's WebSocket.</summary>
/// <param name="Type">Such as <c>executing</c>.</param>
/// <param name="Data">What it tells.</param>
internal sealed record ComfyMessage(string Type, JsonObject Data)
{
    /// <summary>Gets the picture of a preview, which goes over the wire as a binary frame; null for a text message.</summary>
    public ComfyPreview? Preview { get; init; }

    /// <summary>Gets whether ComfyUI keeps the message in a prompt's history.</summary>
    public bool IsKept => Type is "execution_start" or "execution_cached" or "execution_success" or "execution_error" or "execution_interrupted";
}

/// <summary>A rough picture of a result on its way.</summary>
internal sealed record ComfyPreview(string MediaType, byte[] Picture);
