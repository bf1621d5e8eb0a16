using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Vortex.Api;

/// <summary>What the OpenAPI document says about an endpoint. Written beside the endpoint; a test finds endpoints without one.</summary>
/// <param name="Id">Unique; what generated clients call it.</param>
/// <param name="Tag">The group.</param>
/// <param name="Summary">One line.</param>
internal sealed record Operation(string Id, string Tag, string Summary)
{
    public string? Description { get; init; }

    public ImmutableArray<Parameter> Parameters { get; init; } = [];

    public OperationBody? Body { get; init; }

    public ImmutableArray<OperationAnswer> Answers { get; init; } = [];

    /// <summary>Gets the errors particular to it; those every endpoint or every body can have are added.</summary>
    public IReadOnlyList<ApiErrorCode> Errors { get; init; } = [];

    /// <summary>Gets whether it acts in the caller's workspace and so can answer 401 and 429.</summary>
    public bool IsScoped { get; init; } = true;

    /// <summary>Returns all errors it can answer with.</summary>
    public IEnumerable<ApiErrorCode> AllErrors()
    {
        IEnumerable<ApiErrorCode> errors = Errors.Concat([ApiErrorCodes.HostRefused, ApiErrorCodes.OriginRefused, ApiErrorCodes.Internal]);
        if (IsScoped)
        {
            errors = errors.Concat([ApiErrorCodes.Unauthorized, ApiErrorCodes.TooManyRequests]);
        }

        if (Body is { Type: not null })
        {
            errors = errors.Concat(
            [
                ApiErrorCodes.InvalidJson, ApiErrorCodes.JsonTooDeep, ApiErrorCodes.InvalidField, ApiErrorCodes.EmptyBody,
                ApiErrorCodes.BodyTooLarge, ApiErrorCodes.UnsupportedMediaType,
            ]);
        }

        return errors.Distinct();
    }
}

/// <summary>A body an operation takes; without a type it is bytes.</summary>
internal sealed record OperationBody(Type? Type, params string[] ContentTypes)
{
    public string? Example { get; init; }
}

/// <summary>An answer that is no error; without a type it is bytes, without a content type it is empty.</summary>
internal sealed record OperationAnswer(int Status, Type? Type, string Description, string? ContentType = null)
{
    public string? Example { get; init; }
}

internal enum ParameterKind
{
    Text,
    Integer,
    Boolean,
    Time,
}

internal sealed record Parameter(string Name, string In, string Description, ParameterKind Kind = ParameterKind.Text)
{
    public static Parameter Cursor { get; } = Query("cursor", "The next_cursor of the previous part.");

    public static Parameter Limit { get; } = Query("limit", "The most entries, 1 to 200; 50 when absent.", ParameterKind.Integer);

    public ImmutableArray<string> Choices { get; init; } = [];

    public bool IsRequired { get; init; }

    public static Parameter Query(string name, string description, ParameterKind kind = ParameterKind.Text) => new(name, "query", description, kind);

    public static Parameter Header(string name, string description) => new(name, "header", description);
}

internal static class OperationExtensions
{
    /// <summary>Adds the description and, from it, what the framework must know to make schemas.</summary>
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder endpoint, Operation operation)
    {
        endpoint.WithMetadata(operation).WithName(operation.Id).WithTags(operation.Tag).WithSummary(operation.Summary);
        if (operation.Body is { Type: { } bodyType } body)
        {
            endpoint.Accepts(bodyType, body.ContentTypes[0], body.ContentTypes[1..]);
        }

        foreach (OperationAnswer answer in operation.Answers)
        {
            if (answer.Type is not null)
            {
                endpoint.Produces(answer.Status, answer.Type, answer.ContentType ?? "application/json");
            }
            else
            {
                endpoint.Produces(answer.Status);
            }
        }

        foreach (int status in operation.AllErrors().Select(error => error.Status).Distinct().Order())
        {
            endpoint.Produces<ErrorBody>(status);
        }

        return endpoint;
    }
}
