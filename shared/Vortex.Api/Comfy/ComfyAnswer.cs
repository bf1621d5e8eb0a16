using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>Answers in ComfyUI's shapes. Errors keep our stable codes as their type.</summary>
internal static class ComfyAnswer
{
    /// <summary>What ComfyUI answers with an empty body: clients that parse every answer get an object.</summary>
    public static IResult Done() => Answer.Json(new JsonObject());

    public static IResult Error(ApiError error, HttpContext context)
    {
        if (error.RetryAfterSeconds is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        ErrorBody body = ErrorAnswer.Body(context, error);
        return Error(error.Code.Status, body.Code, body.Message, "", JsonNode.Parse(body.Details.GetRawText())!.AsObject());
    }

    public static IResult Error(int status, string type, string message, string details, JsonObject? extra = null, JsonObject? nodeErrors = null) => Answer.Json(
        new JsonObject
        {
            ["error"] = new JsonObject { ["type"] = type, ["message"] = message, ["details"] = details, ["extra_info"] = extra ?? [] },
            ["node_errors"] = nodeErrors ?? [],
        },
        status);

    /// <summary>Reads a JSON object whatever content type it came with: Python's urllib says that everything is a form.</summary>
    public static async ValueTask<Parsed<JsonElement>> ReadObjectAsync(HttpContext context, VortexApiOptions options, bool mayBeEmpty)
    {
        Parsed<ReadOnlyMemory<byte>> raw = await RequestJson.ReadRawAsync(context, options.MaxBodyBytes);
        if (!raw.IsGood(out ReadOnlyMemory<byte> bytes, out ApiError? error))
        {
            return error;
        }

        if (bytes.IsEmpty)
        {
            return mayBeEmpty ? RunsJson.Element(new { }) : new ApiError(ApiErrorCodes.EmptyBody);
        }

        if (!RequestJson.ParseDocument(bytes, options.MaxJsonDepth).IsGood(out JsonDocument? document, out error))
        {
            return error;
        }

        // Not disposed: its elements go on into the request. It holds no pooled memory that others wait for.
        return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement : ApiError.Field("$", "a JSON object");
    }

    /// <summary>Reads a member that is a list of texts; null when it is absent.</summary>
    public static Parsed<IReadOnlyList<string>?> Texts(JsonElement from, string name)
    {
        if (!from.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
        {
            return default;
        }

        return value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= 10_000 && value.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String)
            ? (Parsed<IReadOnlyList<string>?>)value.EnumerateArray().Select(one => one.GetString()!).ToList()
            : ApiError.Field(name, "a list of at most 10000 texts");
    }

    public static bool Flag(JsonElement from, string name) => from.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;

    public static string? Text(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static JsonElement? Object(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Object ? value : null;
}
