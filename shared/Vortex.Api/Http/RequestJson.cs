using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Vortex.Api;

/// <summary>Reads bodies: bounded before they are allocated, with the place of every fault.</summary>
internal static class RequestJson
{
    private static readonly JsonSerializerOptions Strict = MakeStrict();

    /// <summary>Reads a JSON body into <typeparamref name="T"/>. Unknown fields are faults: a misspelt option must not be ignored.</summary>
    public static async ValueTask<Parsed<T>> ReadAsync<T>(HttpContext context, VortexApiOptions options)
        where T : class
    {
        if (!IsJson(context.Request.ContentType))
        {
            return NotJson(context);
        }

        Parsed<ReadOnlyMemory<byte>> body = await ReadBytesAsync(context, options.MaxBodyBytes);
        return body.IsGood(out ReadOnlyMemory<byte> bytes, out ApiError? error) ? Parse<T>(bytes, options.MaxJsonDepth) : error;
    }

    /// <summary>Reads a whole body, at most <paramref name="maxBytes"/>.</summary>
    public static async ValueTask<Parsed<ReadOnlyMemory<byte>>> ReadBytesAsync(HttpContext context, int maxBytes)
    {
        Parsed<ReadOnlyMemory<byte>> raw = await ReadRawAsync(context, maxBytes);
        if (!raw.IsGood(out ReadOnlyMemory<byte> bytes, out ApiError? error))
        {
            return error;
        }

        if (bytes.Span.StartsWith("\uFEFF"u8))
        {
            bytes = bytes[3..];
        }

        return bytes.IsEmpty ? new ApiError(ApiErrorCodes.EmptyBody) : bytes;
    }

    /// <summary>Reads a whole body, at most <paramref name="maxBytes"/>, as it came; it may be empty.</summary>
    public static async ValueTask<Parsed<ReadOnlyMemory<byte>>> ReadRawAsync(HttpContext context, int maxBytes)
    {
        ApiError tooLarge = new ApiError(ApiErrorCodes.BodyTooLarge).With("max_bytes", maxBytes);
        if (context.Request.ContentLength > maxBytes)
        {
            return tooLarge;
        }

        LiftServerLimit(context);
        int first = (int)Math.Min(context.Request.ContentLength ?? 16 * 1024, maxBytes);
        ArrayBufferWriter<byte> buffer = new(Math.Max(first, 256));
        while (true)
        {
            // Memory grows with what arrived, never with what was announced alone.
            int read = await context.Request.Body.ReadAsync(buffer.GetMemory(), context.RequestAborted);
            if (read == 0)
            {
                break;
            }

            buffer.Advance(read);
            if (buffer.WrittenCount > maxBytes)
            {
                return tooLarge;
            }

            if (buffer.FreeCapacity == 0 && buffer.WrittenCount == context.Request.ContentLength)
            {
                break;
            }
        }

        return buffer.WrittenMemory;
    }

    /// <summary>Lets the server hand over what our own counting stops, so that the answer is ours.</summary>
    public static void LiftServerLimit(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = null;
        }
    }

    public static ApiError NotJson(HttpContext context) => new ApiError(ApiErrorCodes.UnsupportedMediaType)
        .With("content_type", ApiError.Shorten(context.Request.ContentType)).With("expected", "application/json");

    public static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out MediaTypeHeaderValue? type)
        && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase))
        && (type.Charset.Length == 0 || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    public static Parsed<T> Parse<T>(ReadOnlyMemory<byte> bytes, int maxDepth)
        where T : class
    {
        if (!ParseDocument(bytes, maxDepth).IsGood(out JsonDocument? document, out ApiError? error))
        {
            return error;
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return ApiError.Field("$", "a JSON object");
            }

            try
            {
                return document.Deserialize<T>(Strict)!;
            }
            catch (JsonException exception)
            {
                return ApiError.Field(FieldOf(exception), "what the schema of this operation at /docs says");
            }
        }
    }

    /// <summary>Parses JSON of any kind. The caller disposes it.</summary>
    public static Parsed<JsonDocument> ParseDocument(ReadOnlyMemory<byte> bytes, int maxDepth)
    {
        try
        {
            return JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = maxDepth });
        }
        catch (JsonException exception)
        {
            return Syntax(bytes.Span, maxDepth, exception);
        }
    }

    /// <summary>Returns the bytes of a value as the caller wrote them: positions in messages are then the caller's.</summary>
    public static ReadOnlyMemory<byte> RawBytes(JsonElement element) => JsonMarshal.GetRawUtf8Value(element).ToArray();

    private static ApiError Syntax(ReadOnlySpan<byte> bytes, int maxDepth, JsonException exception)
    {
        long line = (exception.LineNumber ?? 0) + 1;
        return IsTooDeep(bytes, maxDepth)
            ? new ApiError(ApiErrorCodes.JsonTooDeep).With("max_depth", maxDepth).With("line", line)
            : new ApiError(ApiErrorCodes.InvalidJson).With("line", line).With("column", (exception.BytePositionInLine ?? 0) + 1);
    }

    private static bool IsTooDeep(ReadOnlySpan<byte> bytes, int maxDepth)
    {
        Utf8JsonReader reader = new(bytes, new JsonReaderOptions { MaxDepth = maxDepth + 2 });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.CurrentDepth >= maxDepth)
                {
                    return true;
                }
            }
        }
        catch (JsonException)
        {
            // The syntax error comes before any depth.
        }

        return false;
    }

    private static string FieldOf(JsonException exception)
    {
        string path = exception.Path ?? "$";
        return ApiError.Shorten(path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path);
    }

    private static JsonSerializerOptions MakeStrict()
    {
        JsonSerializerOptions options = new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            RespectNullableAnnotations = true,
            MaxDepth = 512,
        };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
