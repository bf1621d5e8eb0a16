using System.Text.Json;
using System.Text.RegularExpressions;

namespace Vortex.Workflows.Tests;

/// <summary>Evaluates the keywords of JSON Schema 2020-12 that our schemas use, and refuses any other.</summary>
internal sealed class SmallSchema(JsonElement root)
{
    /// <summary>Returns where a value breaks the schema; empty when it conforms.</summary>
    public List<string> Check(JsonElement value)
    {
        List<string> errors = [];
        Check(root, value, "", errors);
        return errors;
    }

    private void Check(JsonElement schema, JsonElement value, string path, List<string> errors)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            Report(schema.ValueKind == JsonValueKind.True, "nothing is allowed here");
            return;
        }

        foreach (JsonProperty keyword in schema.EnumerateObject())
        {
            switch (keyword.Name)
            {
                case "$schema" or "$id" or "$defs" or "title" or "description":
                    break;
                case "$ref":
                    Check(Resolve(keyword.Value.GetString()!), value, path, errors);
                    break;
                case "type":
                    Report(IsOfType(value, keyword.Value.GetString()!), $"is not of type {keyword.Value}");
                    break;
                case "enum":
                    Report(keyword.Value.EnumerateArray().Any(allowed => JsonElement.DeepEquals(allowed, value)), "is none of the values");
                    break;
                case "pattern":
                    Report(value.ValueKind != JsonValueKind.String || Regex.IsMatch(value.GetString()!, keyword.Value.GetString()!, RegexOptions.ECMAScript), "does not match");
                    break;
                case "required":
                    foreach (JsonElement name in keyword.Value.EnumerateArray())
                    {
                        Report(value.ValueKind != JsonValueKind.Object || value.TryGetProperty(name.GetString()!, out _), $"lacks {name}");
                    }

                    break;
                case "items":
                    if (value.ValueKind == JsonValueKind.Array)
                    {
                        int i = 0;
                        foreach (JsonElement item in value.EnumerateArray())
                        {
                            Check(keyword.Value, item, $"{path}/{i++}", errors);
                        }
                    }

                    break;
                case "properties" or "additionalProperties":
                    Members(schema, keyword, value, path, errors);
                    break;
                default:
                    throw new NotSupportedException($"The keyword '{keyword.Name}' is not known here.");
            }
        }

        void Report(bool holds, string what)
        {
            if (!holds)
            {
                errors.Add($"{path}: {what}");
            }
        }
    }

    private void Members(JsonElement schema, JsonProperty keyword, JsonElement value, string path, List<string> errors)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        bool hasProperties = schema.TryGetProperty("properties", out JsonElement properties);
        foreach (JsonProperty member in value.EnumerateObject())
        {
            JsonElement own = default;
            bool known = hasProperties && properties.TryGetProperty(member.Name, out own);
            if (keyword.Name == "properties" && known)
            {
                Check(own, member.Value, $"{path}/{member.Name}", errors);
            }
            else if (keyword.Name == "additionalProperties" && !known)
            {
                Check(keyword.Value, member.Value, $"{path}/{member.Name}", errors);
            }
        }
    }

    private JsonElement Resolve(string reference)
    {
        JsonElement found = root;
        foreach (string part in reference.TrimStart('#').Split('/').Skip(1))
        {
            found = found.GetProperty(part);
        }

        return found;
    }

    private static bool IsOfType(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && double.IsInteger(value.GetDouble()),
        _ => throw new NotSupportedException($"The type '{type}' is not known here."),
    };
}
