using System.Text.Json;
using System.Text.Json.Nodes;
using Vortex.Workflows;

namespace Vortex.Api;

/// <summary>Writes node types as ComfyUI's <c>/object_info</c> describes them.</summary>
/// <param name="namesOf">The names an input may have: those in a model folder, or, for null, the files to load.</param>
internal sealed class ObjectInfo(Func<string?, IReadOnlyList<string>> namesOf)
{
    public JsonObject Of(NodeType type)
    {
        JsonObject required = [];
        JsonObject optional = [];
        foreach (NodeInput input in type.Inputs)
        {
            (input.IsRequired ? required : optional)[input.Name] = Input(input);
        }

        JsonObject inputs = new() { ["required"] = required };
        JsonObject order = new() { ["required"] = Names(required) };
        if (optional.Count > 0)
        {
            inputs["optional"] = optional;
            order["optional"] = Names(optional);
        }

        return new JsonObject
        {
            ["input"] = inputs,
            ["input_order"] = order,
            ["is_input_list"] = type.TakesLists,
            ["output"] = new JsonArray([.. type.Outputs.Select(output => (JsonNode)ComfyTypes.ToComfy(output.Type))]),
            ["output_is_list"] = new JsonArray([.. type.Outputs.Select(output => (JsonNode)output.IsList)]),
            ["output_name"] = new JsonArray([.. type.Outputs.Select(output => (JsonNode)output.Name)]),
            ["output_tooltips"] = new JsonArray([.. type.Outputs.Select(_ => (JsonNode)"")]),
            ["name"] = type.Name,
            ["display_name"] = type.DisplayName,
            ["description"] = type.Description ?? "",
            ["python_module"] = type.Pack == "core" ? "nodes" : "custom_nodes." + type.Pack,
            ["category"] = type.Category,
            ["output_node"] = type.IsOutput,
            ["deprecated"] = type.IsDeprecated,
            ["experimental"] = false,
            ["api_node"] = false,
        };
    }

    private JsonArray Input(NodeInput input)
    {
        JsonObject options = Options(input);
        if (input.Type == PortType.ModelRef)
        {
            return [Texts(namesOf(input.ModelFolder ?? "")), options];
        }

        if (input.Type == PortType.File)
        {
            options["image_upload"] = true;
            return [Texts(namesOf(null)), options];
        }

        return input.Type == PortType.Choice && !input.Choices.IsEmpty
            ? [Texts(input.Choices), options]
            : [ComfyTypes.ToComfy(input.Type), options];
    }

    private static JsonObject Options(NodeInput input)
    {
        JsonObject options = [];
        if (input.Default is { ValueKind: not JsonValueKind.Undefined } value)
        {
            options["default"] = JsonNode.Parse(value.GetRawText());
        }

        Put("min", input.Min);
        Put("max", input.Max);
        Put("step", input.Step);
        void Put(string name, decimal? number)
        {
            if (number is { } there)
            {
                options[name] = there;
            }
        }

        if (input.IsMultiline)
        {
            options["multiline"] = true;
        }

        if (input.HasControlAfterGenerate)
        {
            options["control_after_generate"] = true;
        }

        if (input.EdgeOnly)
        {
            options["forceInput"] = true;
        }

        if (input.Tooltip is { } tooltip)
        {
            options["tooltip"] = tooltip;
        }

        return options;
    }

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];

    private static JsonArray Names(JsonObject inputs) => [.. inputs.Select(input => (JsonNode)input.Key)];
}
