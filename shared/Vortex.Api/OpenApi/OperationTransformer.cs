using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.OpenApi;

namespace Vortex.Api;

/// <summary>Writes each <see cref="Operation"/> into the OpenAPI document: parameters, bodies, answers, examples, and every error by its code.</summary>
internal sealed class OperationTransformer : IOpenApiOperationTransformer
{
    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<Operation>().FirstOrDefault() is not { } described)
        {
            return Task.CompletedTask;
        }

        operation.OperationId = described.Id;
        operation.Summary = described.Summary;
        operation.Description = described.Description;
        operation.Parameters = [.. PathParameters(context), .. described.Parameters.Select(Of)];
        Body(operation, described);
        Answers(operation, described);
        Errors(operation, described);
        return Task.CompletedTask;
    }

    private static IEnumerable<IOpenApiParameter> PathParameters(OpenApiOperationTransformerContext context)
    {
        RoutePattern pattern = RoutePatternFactory.Parse(context.Description.RelativePath ?? "");
        return pattern.Parameters.Select(parameter => new OpenApiParameter
        {
            Name = parameter.Name,
            In = ParameterLocation.Path,
            Required = true,
            Schema = new OpenApiSchema { Type = parameter.Name == "version" ? JsonSchemaType.Integer : JsonSchemaType.String },
        });
    }

    private static IOpenApiParameter Of(Parameter parameter) => new OpenApiParameter
    {
        Name = parameter.Name,
        In = parameter.In == "header" ? ParameterLocation.Header : ParameterLocation.Query,
        Required = parameter.IsRequired,
        Description = parameter.Description,
        Schema = new OpenApiSchema
        {
            Type = parameter.Kind switch
            {
                ParameterKind.Integer => JsonSchemaType.Integer,
                ParameterKind.Boolean => JsonSchemaType.Boolean,
                _ => JsonSchemaType.String,
            },
            Format = parameter.Kind == ParameterKind.Time ? "date-time" : null,
            Enum = parameter.Choices.IsEmpty ? null : [.. parameter.Choices.Select(choice => (JsonNode)choice)],
        },
    };

    private static void Body(OpenApiOperation operation, Operation described)
    {
        if (described.Body is not { } body)
        {
            return;
        }

        OpenApiRequestBody request = operation.RequestBody as OpenApiRequestBody ?? new OpenApiRequestBody();
        request.Required = true;
        request.Content ??= new Dictionary<string, OpenApiMediaType>();
        foreach (string type in body.ContentTypes.Where(type => !request.Content.ContainsKey(type)))
        {
            request.Content[type] = new OpenApiMediaType { Schema = type == "multipart/form-data" ? Form() : Bytes() };
        }

        if (body.Example is { } example)
        {
            request.Content[body.ContentTypes[0]].Example = JsonNode.Parse(example);
        }

        operation.RequestBody = request;
    }

    private static void Answers(OpenApiOperation operation, Operation described)
    {
        foreach (OperationAnswer answer in described.Answers)
        {
            if (operation.Responses?.GetValueOrDefault(Key(answer.Status)) is not OpenApiResponse response)
            {
                continue;
            }

            response.Description = answer.Description;
            response.Headers = RequestIdHeader();
            if (answer.Type is null && answer.ContentType is { } contentType)
            {
                response.Content = new Dictionary<string, OpenApiMediaType> { [contentType] = new() { Schema = Bytes() } };
            }

            if (answer.Example is { } example && response.Content?.Values.FirstOrDefault() is { } media)
            {
                media.Example = JsonNode.Parse(example);
            }
        }
    }

    private static void Errors(OpenApiOperation operation, Operation described)
    {
        foreach (IGrouping<int, ApiErrorCode> errors in described.AllErrors().GroupBy(error => error.Status))
        {
            if (operation.Responses?.GetValueOrDefault(Key(errors.Key)) is not OpenApiResponse response)
            {
                continue;
            }

            response.Description = "One of: " + string.Join(", ", errors.Select(error => error.Code)) + ".";
            response.Headers = RequestIdHeader();
            if (response.Content?.Values.FirstOrDefault() is { } media)
            {
                media.Examples = errors.OrderBy(error => error.Code, StringComparer.Ordinal).ToDictionary(
                    error => error.Code,
                    error => (IOpenApiExample)new OpenApiExample { Value = ErrorExample(error) });
            }
        }
    }

    private static JsonObject ErrorExample(ApiErrorCode error) => new()
    {
        ["code"] = error.Code,
        ["message"] = MessageCatalog.Default.Messages(MessageCatalog.Fallback)[error.Code],
        ["details"] = new JsonObject(),
        ["request_id"] = "req_0198f2c4a7d97c0b8e1f2a3b4c5d6e7f",
    };

    private static Dictionary<string, IOpenApiHeader> RequestIdHeader() => new()
    {
        [RequestIds.Header] = new OpenApiHeader
        {
            Description = "The request's id, the caller's own if one was sent.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        },
    };

    private static OpenApiSchema Bytes() => new() { Type = JsonSchemaType.String, Format = "binary" };

    private static OpenApiSchema Form() => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string> { "file" },
        Properties = new Dictionary<string, IOpenApiSchema> { ["file"] = Bytes() },
    };

    private static string Key(int status) => status.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
