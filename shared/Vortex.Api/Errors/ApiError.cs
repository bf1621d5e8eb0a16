using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vortex.Api;

/// <summary>The body of every answer that is not a success.</summary>
/// <param name="Code">Stable; clients may depend on it.</param>
/// <param name="Message">A sentence for a person, in the language the request asked for.</param>
/// <param name="Details">What the sentence is about: names and values, problems with their places.</param>
/// <param name="RequestId">What to quote when asking for help; also in <c>X-Request-Id</c>.</param>
internal sealed record ErrorBody(
    string Code,
    string Message,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] JsonElement Details,
    string RequestId);

/// <summary>Something the caller did or asked that gets no success: a code, the values of its message, and perhaps problems.</summary>
internal sealed record ApiError(ApiErrorCode Code)
{
    /// <summary>Gets the values for the placeholders of the message, which are also the details.</summary>
    public ImmutableDictionary<string, object?> Values { get; init; } = ImmutableDictionary<string, object?>.Empty;

    /// <summary>Gets further details that no message quotes.</summary>
    public ImmutableDictionary<string, object?> More { get; init; } = ImmutableDictionary<string, object?>.Empty;

    /// <summary>Gets after how many seconds to try again; null for no such advice.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>Adds a value that the message quotes.</summary>
    public ApiError With(string name, object? value) => this with { Values = Values.SetItem(name, value) };

    /// <summary>Adds a detail that the message does not quote.</summary>
    public ApiError WithDetail(string name, object? value) => this with { More = More.SetItem(name, value) };

    public static implicit operator ApiError(ApiErrorCode code) => new(code);

    public static ApiError Parameter(string name, string? value, string expected) =>
        new ApiError(ApiErrorCodes.InvalidParameter).With("parameter", name).With("value", Shorten(value)).With("expected", expected);

    public static ApiError Field(string field, string expected) =>
        new ApiError(ApiErrorCodes.InvalidField).With("field", field).With("expected", expected);

    /// <summary>What a caller sent is quoted back, but not all of it.</summary>
    public static string Shorten(string? value) => value is null ? "" : value.Length <= 100 ? value : string.Concat(value.AsSpan(0, 100), "…");
}
