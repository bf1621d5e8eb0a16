using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Vortex.Api;

/// <summary>Cursors as callers see them: the store's cursor with the name of its list and a check sum.</summary>
/// <remarks>The check sum is no secret: it tells a mangled cursor from a good one, so that stores see only what stores gave out.</remarks>
internal static class Cursors
{
    private const int TagBytes = 6;

    public static string? Wrap(string list, string? cursor)
    {
        if (cursor is null)
        {
            return null;
        }

        byte[] text = Encoding.UTF8.GetBytes(cursor);
        byte[] all = new byte[TagBytes + text.Length];
        Tag(list, text).CopyTo(all, 0);
        text.CopyTo(all, TagBytes);
        return Base64Url.EncodeToString(all);
    }

    public static Parsed<string?> Unwrap(string list, string? given)
    {
        if (string.IsNullOrEmpty(given))
        {
            return default;
        }

        if (given.Length > 2048 || !Base64Url.IsValid(given))
        {
            return new ApiError(ApiErrorCodes.InvalidCursor);
        }

        byte[] all = Base64Url.DecodeFromChars(given);
        return all.Length > TagBytes && all.AsSpan(0, TagBytes).SequenceEqual(Tag(list, all.AsSpan(TagBytes)))
            ? (Parsed<string?>)Encoding.UTF8.GetString(all.AsSpan(TagBytes))
            : new ApiError(ApiErrorCodes.InvalidCursor);
    }

    private static byte[] Tag(string list, ReadOnlySpan<byte> text)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(list + "\n"));
        hash.AppendData(text);
        return hash.GetHashAndReset()[..TagBytes];
    }
}
