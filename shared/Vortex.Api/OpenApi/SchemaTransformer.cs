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

        return Task.CompletedTask;
    }
}
