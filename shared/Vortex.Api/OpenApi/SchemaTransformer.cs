using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Vortex.Workflows;

namespace Vortex.Api;

/// <summary>Says what the serialiser's own exporter cannot see: ids are texts, JSON elements are anything.</summary>
internal sealed class SchemaTransformer : IOpenApiSchemaTransformer
{
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        Type type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (type.GetInterfaces().Any(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IStringId<>)))
        {
            schema.Type = JsonSchemaType.String;
        }

        // The web defaults also read numbers from texts; nobody should write them so.
        if (schema.Type is { } kinds && kinds.HasFlag(JsonSchemaType.String) && (kinds.HasFlag(JsonSchemaType.Integer) || kinds.HasFlag(JsonSchemaType.Number)))
        {
            schema.Type = kinds & ~JsonSchemaType.String;
            schema.Pattern = null;
        }

        foreach (JsonPropertyInfo property in context.JsonTypeInfo.Properties.Where(IsLeftOutWhenNull))
        {
            // A constructor parameter counts as required; a null one is still not written.
            schema.Required?.Remove(property.Name);
        }

        return Task.CompletedTask;
    }

    private static bool IsLeftOutWhenNull(JsonPropertyInfo property)
    {
        object[] attributes = property.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true) ?? [];
        bool always = attributes.OfType<JsonIgnoreAttribute>().Any(one => one.Condition == JsonIgnoreCondition.Never);
        return property.IsGetNullable && !always;
    }
}
