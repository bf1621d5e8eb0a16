using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>Makes the secrets of hooks, and turns them into what may be kept.</summary>
/// <remarks>
/// A token is only ever compared, so its SHA-256 is kept; it has at least 24 characters, or is 32 random bytes of ours, which makes a slow
/// hash needless. A signing secret is needed to compute signatures and cannot be hashed: it is sealed with AES-256-GCM, bound to the hook's id, under a key of
/// the host that lies apart from the database (<see cref="VortexApiOptions.HookKeys"/>).
/// </remarks>
internal sealed class HookSecrets(IOptions<VortexApiOptions> options)
{
    /// <summary>What a signing secret begins with.</summary>
    public const string SigningPrefix = "whsec_";

    private const string TokenPrefix = "vht_";
    private const int SecretBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly byte[][] _keys = [.. options.Value.HookKeys.Select(Convert.FromBase64String)];

    /// <summary>Gets whether signing secrets can be kept.</summary>
    public bool CanSign => _keys.Length > 0;

    /// <summary>Makes a secret of 256 random bits.</summary>
    public static string Make(HookScheme scheme) => scheme == HookScheme.Token
        ? TokenPrefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes))
        : SigningPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>Says whether a secret that a caller lays down is usable; null when it is, else what would be.</summary>
    public static string? Fault(HookScheme scheme, string secret) => scheme == HookScheme.Token
        ? secret.Length is >= 24 and <= 200 && secret.All(c => c is > ' ' and < '\x7f') ? null : "24 to 200 visible ASCII characters"
        : SigningBytes(secret) is { Length: >= 24 and <= 64 } ? null : $"{SigningPrefix} and the base64 of 24 to 64 bytes";

    /// <summary>Turns a secret into what is stored.</summary>
    /// <exception cref="InvalidOperationException">It is a signing secret and there is no key.</exception>
    public string Keep(HookId hook, HookScheme scheme, string secret) => scheme == HookScheme.Token
        ? Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)))
        : Seal(hook, SigningBytes(secret) ?? throw new ArgumentException("This is no signing secret.", nameof(secret)));

    /// <summary>Compares a token with what is stored, in a time that tells nothing.</summary>
    public static bool IsToken(string kept, string given) =>
        CryptographicOperations.FixedTimeEquals(Base64Url.DecodeFromChars(kept), SHA256.HashData(Encoding.UTF8.GetBytes(given)));

    /// <summary>Opens a sealed signing secret; null when it was sealed with a key that this host does not have.</summary>
    public byte[]? Open(HookId hook, string kept)
    {
        byte[] sealedSecret = Base64Url.DecodeFromChars(kept);
        byte[] secret = new byte[sealedSecret.Length - NonceBytes - TagBytes];
        foreach (byte[] key in _keys)
        {
            using AesGcm aes = new(key, TagBytes);
            try
            {
                ReadOnlySpan<byte> rest = sealedSecret.AsSpan(NonceBytes);
                aes.Decrypt(sealedSecret.AsSpan(0, NonceBytes), rest[..secret.Length], rest[secret.Length..], secret, Encoding.UTF8.GetBytes(hook.Value));
                return secret;
            }
            catch (AuthenticationTagMismatchException)
            {
                // Of another key: the next one.
            }
        }

        return null;
    }

    private string Seal(HookId hook, byte[] secret)
    {
        if (!CanSign)
        {
            throw new InvalidOperationException("There is no key to seal with; ask CanSign first.");
        }

        byte[] sealedSecret = new byte[NonceBytes + secret.Length + TagBytes];
        Span<byte> nonce = sealedSecret.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using AesGcm aes = new(_keys[0], TagBytes);
        aes.Encrypt(nonce, secret, sealedSecret.AsSpan(NonceBytes, secret.Length), sealedSecret.AsSpan(NonceBytes + secret.Length), Encoding.UTF8.GetBytes(hook.Value));
        return Base64Url.EncodeToString(sealedSecret);
    }

    private static byte[]? SigningBytes(string secret)
    {
        byte[] bytes = new byte[96];
        return secret.StartsWith(SigningPrefix, StringComparison.Ordinal) && secret.Length <= 128 && Convert.TryFromBase64String(secret[SigningPrefix.Length..], bytes, out int length)
            ? bytes[..length]
            : null;
    }
}
