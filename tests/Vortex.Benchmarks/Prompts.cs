using System.Text.Json.Nodes;

namespace Vortex.Benchmarks;

/// <summary>Writes workflows in the format that ComfyUI's <c>/prompt</c> takes.</summary>
internal static class Prompts
{
    public static JsonObject Node(string type, params (string Name, JsonNode Value)[] inputs)
    {
        JsonObject values = [];
        foreach ((string name, JsonNode value) in inputs)
        {
            values[name] = value;
        }

        return new JsonObject { ["class_type"] = type, ["inputs"] = values };
    }

    /// <summary>An input that takes a node's output, counted from 0.</summary>
    public static JsonArray Link(string node, int output) => new(node, output);
}
