using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace Vortex.Api;

/// <summary>Fills in what the document says about the API as a whole. Nothing here depends on the machine it runs on.</summary>
internal sealed class DocumentTransformer(IOptions<VortexApiOptions> options) : IOpenApiDocumentTransformer
{
    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Vortex Cloud",
            Version = "v1",
            Summary = "Runs generative workflows.",
            Description =
                "Every answer carries X-Request-Id. Every error is {code, message, details, request_id}; codes are stable, messages follow Accept-Language (en, de). "
                + "Lists are paged: give next_cursor back as cursor until it is null. "
                + "Events stream over WebSocket at /v1/ws?run_id=RUN_ID&since=N and over the SignalR hub at /v1/hub, with the same envelopes as GET /v1/runs/{run_id}/events.",
            License = new OpenApiLicense { Name = "Apache-2.0" },
        };
        document.Info.Extensions = new Dictionary<string, IOpenApiExtension>
        {
            ["x-vortex-version"] = new JsonNodeExtension(options.Value.Version),
        };
        document.Servers = [new OpenApiServer { Url = "/" }];
        foreach (IOpenApiSchema schema in document.Components?.Schemas?.Values ?? [])
        {
            Reword(schema);
        }

        return Task.CompletedTask;
    }

    /// <summary>Our documentation of a property begins with "Gets", as C# asks; in a description of JSON the word says nothing.</summary>
    private static void Reword(IOpenApiSchema schema)
    {
        if (schema.Description is { } text && text.StartsWith("Gets ", StringComparison.Ordinal))
        {
            schema.Description = char.ToUpperInvariant(text[5]) + text[6..];
        }

        if (schema is OpenApiSchemaReference)
        {
            return;
        }

        foreach (IOpenApiSchema inner in (schema.Properties?.Values ?? []).Concat(schema.OneOf ?? []).Concat(schema.AnyOf ?? []))
        {
            Reword(inner);
        }
    }
}
