using System.Security.Cryptography;

namespace Vortex.Api;

/// <summary>New ids that sort by the time they were made: 48 bits of milliseconds and 80 random ones in Crockford's base 32.</summary>
internal static class Ulids
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    public static string New(DateTimeOffset now)
    {
        Span<byte> random = stackalloc byte[16];
        RandomNumberGenerator.Fill(random);
        long milliseconds = now.ToUnixTimeMilliseconds();
        Span<char> text = stackalloc char[26];
        for (int i = 9; i >= 0; i--)
        {
            text[i] = Alphabet[(int)(milliseconds & 31)];
            milliseconds >>= 5;
        }

        for (int i = 0; i < 16; i++)
        {
            text[10 + i] = Alphabet[random[i] & 31];
        }

        return new string(text);
    }
}
