using System.Security.Cryptography;
using System.Text;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>The <c>Idempotency-Key</c> header: the same key makes the same run, also after a restart and on another host.</summary>
/// <remarks>The run's id is computed from workspace and key. Stores create a run once per id, so no table of keys is needed and none can be lost.</remarks>
internal static class IdempotencyKeys
{
    public const string Header = "Idempotency-Key";
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int IdLength = 26;

    /// <summary>Says whether a key is 1 to 200 visible ASCII characters.</summary>
    public static bool IsUsable(string key) => key.Length is >= 1 and <= 200 && key.All(c => c is > ' ' and < '\x7f');

    /// <summary>Returns the id of the run a key stands for.</summary>
    public static RunId RunIdOf(WorkspaceId workspace, string key)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"idempotency\n{workspace}\n{key}"));
        // Five bits to a character, as in a ULID, whose first character holds three.
        return new RunId("run_" + string.Create(IdLength, hash, static (text, hash) =>
        {
            for (int i = 0; i < text.Length; i++)
            {
                text[i] = Alphabet[hash[i] & (i == 0 ? 7 : 31)];
            }
        }));
    }

    /// <summary>Returns the hash of a request: its body, byte for byte.</summary>
    public static string HashOf(ReadOnlySpan<byte> body) => Convert.ToHexStringLower(SHA256.HashData(body));
}
