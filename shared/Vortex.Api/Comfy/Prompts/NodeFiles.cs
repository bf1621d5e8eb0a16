using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vortex.Api;

/// <summary>What a node shows, gathered: ComfyUI's <c>output</c> of a node.</summary>
/// <remarks>Runners name a node's files before they tell that it is done; the plan names those of cached nodes afterwards.</remarks>
internal sealed class NodeFiles
{
    private int? _expected;
    private int _named;

    /// <summary>Gets whether the node is done and all its files are named.</summary>
    public bool IsWhole => _named >= _expected;

    public JsonObject Output { get; } = [];

    /// <summary>Takes the number of files that a node which is done has in all.</summary>
    public void Expect(int files) => _expected = files;

    /// <summary>Takes texts and the like; ComfyUI's are always lists.</summary>
    public void Show(JsonElement shown)
    {
        foreach (JsonProperty one in shown.EnumerateObject())
        {
            JsonNode? value = JsonNode.Parse(one.Value.GetRawText());
            Output[one.Name] = value is JsonArray ? value : new JsonArray(value);
        }
    }

    /// <summary>Takes the payload of an <c>artifact.created</c> event.</summary>
    public void Add(JsonElement artifact, string prompt)
    {
        _named++;
        string name = ComfyAnswer.Text(artifact, "name") ?? "";
        string media = ComfyAnswer.Text(artifact, "media_type") ?? "";
        bool isPreview = ComfyAnswer.Text(artifact, "kind") == "preview";
        string key = media.Split('/')[0] switch
        {
            "image" or "video" => "images",
            "audio" => "audio",
            _ => name.EndsWith(".latent", StringComparison.Ordinal) ? "latents" : "files",
        };
        if (Output[key] is not JsonArray list)
        {
            Output[key] = list = [];
        }

        list.Add(ViewName.Of(prompt, name, isPreview));
        if (media.StartsWith("video/", StringComparison.Ordinal))
        {
            Output["animated"] = new JsonArray(true);
        }
    }
}
