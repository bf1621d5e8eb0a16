using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Vortex.Api;

/// <summary>Reads query parameters one by one; the first that is wrong is remembered, with what was expected.</summary>
internal sealed class Query(HttpContext context)
{
    public ApiError? Error { get; private set; }

    public string? Text(string name, int maxLength = 256)
    {
        string? value = Raw(name);
        return value is null || value.Length <= maxLength
            ? value
            : Fail<string?>(name, value, $"at most {maxLength} characters");
    }

    public int Int(string name, int fallback, int min, int max)
    {
        string? value = Raw(name);
        return value is null
            ? fallback
            : int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= min && number <= max
                ? number
                : Fail<int>(name, value, $"a whole number from {min} to {max}");
    }

    public long Long(string name, long fallback)
    {
        string? value = Raw(name);
        return value is null
            ? fallback
            : long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
                ? number
                : Fail<long>(name, value, "a whole number from 0");
    }

    public bool? Flag(string name) => Raw(name)?.ToLowerInvariant() switch
    {
        null => null,
        "" or "1" or "true" => true,
        "0" or "false" => false,
        string other => Fail<bool?>(name, other, "true or false"),
    };

    public TEnum? OneOf<TEnum>(string name, IReadOnlyDictionary<string, TEnum> names)
        where TEnum : struct
    {
        string? value = Raw(name);
        return value is null
            ? null
            : names.TryGetValue(value, out TEnum found) ? found : Fail<TEnum?>(name, value, "one of " + string.Join(", ", names.Keys));
    }

    public DateTimeOffset? Time(string name)
    {
        string? value = Raw(name);
        return value is null
            ? null
            : DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
                ? time
                : Fail<DateTimeOffset?>(name, value, "a time as ISO 8601, such as 2026-01-31T12:00:00Z");
    }

    public string? Cursor(string list)
    {
        Parsed<string?> cursor = Cursors.Unwrap(list, Raw("cursor"));
        Error ??= cursor.Error;
        return cursor.Value;
    }

    private string? Raw(string name) => context.Request.Query.TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues values) ? values.ToString() : null;

    private T? Fail<T>(string name, string? value, string expected)
    {
        Error ??= ApiError.Parameter(name, value, expected);
        return default;
    }
}
