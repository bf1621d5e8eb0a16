namespace Vortex.Workflows.Tests.Comfy;

/// <summary>Workflows to test with.</summary>
internal static class Some
{
    /// <summary>Finishes a photograph: with a reroute, a primitive, a subgraph, a bypassed and a muted node, a note and a group.</summary>
    public const string PhotoWorkflow = """
        {"id": "0b9a", "revision": 0, "last_node_id": 12, "last_link_id": 20, "version": 0.4, "config": {}, "extra": {"ds": {"scale": 1}},
         "nodes": [
          {"id": 1, "type": "LoadImage", "pos": [0, 0], "size": {"0": 300, "1": 300}, "mode": 0, "order": 0, "widgets_values": ["photo.png", "image"],
           "outputs": [{"name": "IMAGE", "type": "IMAGE", "links": [1]}, {"name": "MASK", "type": "MASK", "links": null}]},
          {"id": 2, "type": "Reroute", "pos": [1, 1], "inputs": [{"name": "", "type": "*", "link": 1}], "outputs": [{"name": "", "type": "IMAGE", "links": [2, 3]}]},
          {"id": 3, "type": "PrimitiveNode", "widgets_values": [320, "fixed"], "outputs": [{"name": "INT", "type": "INT", "links": [4, 5], "widget": {"name": "width"}}]},
          {"id": 4, "type": "ImageScale", "widgets_values": ["lanczos", 512, 512, "disabled"], "inputs": [
            {"name": "image", "type": "IMAGE", "link": 2}, {"name": "width", "type": "INT", "link": 4, "widget": {"name": "width"}}, {"name": "height", "type": "INT", "link": 5, "widget": {"name": "height"}}],
           "outputs": [{"name": "IMAGE", "type": "IMAGE", "links": [6]}]},
          {"id": 5, "type": "ImageInvert", "mode": 4, "inputs": [{"name": "image", "type": "IMAGE", "link": 6}], "outputs": [{"name": "IMAGE", "type": "IMAGE", "links": [7]}]},
          {"id": 6, "type": "11111111-2222-3333-4444-555555555555", "properties": {"proxyWidgets": [["1", "sigma"]]}, "widgets_values": [0.75],
           "inputs": [{"name": "image", "type": "IMAGE", "link": 7}], "outputs": [{"name": "IMAGE", "type": "IMAGE", "links": [8]}]},
          {"id": 7, "type": "SaveImage", "widgets_values": ["finished"], "inputs": [{"name": "images", "type": "IMAGE", "link": 8}]},
          {"id": 8, "type": "PreviewImage", "mode": 2, "inputs": [{"name": "images", "type": "IMAGE", "link": 3}]},
          {"id": 9, "type": "Note", "widgets_values": ["Finishes a photograph."], "pos": [5, 5], "size": [200, 100]}],
         "links": [[1, 1, 0, 2, 0, "*"], [2, 2, 0, 4, 0, "IMAGE"], [3, 2, 0, 8, 0, "IMAGE"], [4, 3, 0, 4, 1, "INT"], [5, 3, 0, 4, 2, "INT"],
          [6, 4, 0, 5, 0, "IMAGE"], [7, 5, 0, 6, 0, "IMAGE"], [8, 6, 0, 7, 0, "IMAGE"]],
         "groups": [{"title": "Out", "bounding": [0, 0, 10, 10], "color": "#3f789e"}],
         "definitions": {"subgraphs": [{"id": "11111111-2222-3333-4444-555555555555", "version": 1, "name": "Crisp", "inputNode": {"id": -10}, "outputNode": {"id": -20},
          "inputs": [{"name": "image", "type": "IMAGE", "linkIds": [1]}], "outputs": [{"name": "IMAGE", "type": "IMAGE", "linkIds": [2]}],
          "nodes": [{"id": 1, "type": "ImageSharpen", "widgets_values": [1, 1, 1], "inputs": [{"name": "image", "type": "IMAGE", "link": 1},
            {"name": "sigma", "type": "FLOAT", "widget": {"name": "sigma"}, "link": null}], "outputs": [{"name": "IMAGE", "type": "IMAGE", "links": [2]}]}],
          "links": [{"id": 1, "origin_id": -10, "origin_slot": 0, "target_id": 1, "target_slot": 0, "type": "IMAGE"},
            {"id": 2, "origin_id": 1, "origin_slot": 0, "target_id": -20, "target_slot": 0, "type": "IMAGE"}]}]}}
        """;
}
