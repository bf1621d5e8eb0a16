using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>Says whether a delivery comes from the hook's sender.</summary>
/// <remarks>
/// A token comes as <c>Authorization: Bearer</c> or in <see cref="TokenHeader"/>. Signatures are those of Standard Webhooks
/// (https://www.standardwebhooks.com, specification 1.0): <c>webhook-signature</c> holds one or more of <c>v1,BASE64</c>, each the HMAC-SHA256 of
/// <c>ID.TIMESTAMP.BODY</c>, where id and timestamp are the headers <c>webhook-id</c> and <c>webhook-timestamp</c>.
/// </remarks>
internal sealed class HookProof(HookSecrets secrets, IOptions<VortexApiOptions> options, TimeProvider time)
{
    public const string TokenHeader = "X-Hook-Token";
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    private const string Bearer = "Bearer ";
    private const string SignatureVersion = "v1,";
    private const int MostSignatures = 10;

    /// <summary>Finds what keeps a delivery from being taken; null when nothing does.</summary>
    public ApiError? Refuse(HookRecord hook, IHeaderDictionary headers, ReadOnlySpan<byte> body)
    {
        // Every secret is tried, so that the time taken does not tell which one it was.
        string[] kept = hook.Earlier is { } earlier && earlier.Until > time.GetUtcNow() ? [hook.Secret, earlier.Secret] : [hook.Secret];
        return hook.Scheme == HookScheme.Token ? RefuseToken(kept, headers) : RefuseSignature(hook.Id, kept, headers, body);
    }

    private static ApiError? RefuseToken(string[] kept, IHeaderDictionary headers)
    {
        string authorization = headers.Authorization.ToString();
        string given = authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..].Trim() : headers[TokenHeader].ToString();
        bool proved = false;
        foreach (string secret in kept)
        {
            proved |= HookSecrets.IsToken(secret, given);
        }

        return proved ? null : Unproved("Authorization: Bearer TOKEN");
    }

    private ApiError? RefuseSignature(HookId hook, string[] kept, IHeaderDictionary headers, ReadOnlySpan<byte> body)
    {
        string id = headers[IdHeader].ToString();
        string timestamp = headers[TimestampHeader].ToString();
        byte[][] given = Signatures(headers[SignatureHeader].ToString());
        if (given.Length == 0 || !IdempotencyKeys.IsUsable(id) || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds))
        {
            return Unproved($"{IdHeader}, {TimestampHeader}, {SignatureHeader}");
        }

        byte[] head = Encoding.UTF8.GetBytes($"{id}.{timestamp}.");
        int right = 0;
        foreach (byte[]? key in kept.Select(one => secrets.Open(hook, one)))
        {
            if (key is null)
            {
                return ApiErrorCodes.HookSecretUnreadable;
            }

            using IncrementalHash hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
            hmac.AppendData(head);
            hmac.AppendData(body);
            byte[] expected = hmac.GetHashAndReset();
            right += given.Count(one => CryptographicOperations.FixedTimeEquals(one, expected));
        }

        // The time is looked at last: only the sender learns that its clock is wrong.
        return right == 0 ? Unproved($"{IdHeader}, {TimestampHeader}, {SignatureHeader}") : RefuseTime(seconds);
    }

    private ApiError? RefuseTime(long seconds)
    {
        double tolerance = options.Value.HookTolerance.TotalSeconds;
        return Math.Abs(time.GetUtcNow().ToUnixTimeSeconds() - (double)seconds) <= tolerance
            ? null
            : new ApiError(ApiErrorCodes.HookStale).With("tolerance_seconds", tolerance);
    }

    private static byte[][] Signatures(string header) =>
    [
        .. header.Split(' ', MostSignatures + 1, StringSplitOptions.RemoveEmptyEntries).Take(MostSignatures)
            .Where(one => one.StartsWith(SignatureVersion, StringComparison.Ordinal))
            .Select(one => Decode(one[SignatureVersion.Length..])),
    ];

    private static byte[] Decode(string base64)
    {
        byte[] bytes = new byte[HMACSHA256.HashSizeInBytes];
        return Convert.TryFromBase64String(base64, bytes, out int length) && length == bytes.Length ? bytes : [];
    }

    private static ApiError Unproved(string expected) => new ApiError(ApiErrorCodes.HookUnproved).With("expected", expected);
}
