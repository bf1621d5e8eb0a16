using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>Names of runs as ComfyUI's clients see them: the 128 bits of a run's id written as a UUID, and back.</summary>
/// <remarks>Nothing has to be kept, so a prompt's id means the same run after a restart and on another host.</remarks>
internal static class PromptIds
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const string Prefix = "run_";
    private const int Characters = 26;

    /// <summary>Returns a run's prompt id; for an id that is no ULID, the id itself.</summary>
    public static string Of(RunId run) => Bits(run) is { } bits ? Text(bits) : run.Value;

    /// <summary>Finds the run a prompt id means. The id of a run itself is understood too.</summary>
    public static bool TryRead(string? prompt, [NotNullWhen(true)] out RunId? run)
    {
        run = prompt is null ? null
            : IsPromptId(prompt) ? new RunId(Prefix + Ulid(UInt128.Parse(prompt.Replace("-", "", StringComparison.Ordinal), NumberStyles.HexNumber, CultureInfo.InvariantCulture)))
            : Ids.Is("run", prompt) ? new RunId(prompt)
            : null;
        return run is not null;
    }

    /// <summary>Says whether a text is a UUID in lower case with dashes, the one form that comes back as it was given.</summary>
    public static bool IsPromptId(string text) => Guid.TryParseExact(text, "D", out _) && !text.Any(char.IsAsciiLetterUpper);

    private static string Text(UInt128 bits)
    {
        string hex = bits.ToString("x32", CultureInfo.InvariantCulture);
        return $"{hex[..8]}-{hex[8..12]}-{hex[12..16]}-{hex[16..20]}-{hex[20..]}";
    }

    private static string Ulid(UInt128 bits) => string.Create(Characters, bits, static (text, rest) =>
    {
        for (int i = Characters - 1; i >= 0; i--)
        {
            text[i] = Alphabet[(int)(rest & 31)];
            rest >>= 5;
        }
    });

    private static UInt128? Bits(RunId run)
    {
        if (run.Value.Length != Prefix.Length + Characters || run.Value[Prefix.Length] > '7')
        {
            return null;
        }

        UInt128 bits = 0;
        foreach (char c in run.Value.AsSpan(Prefix.Length))
        {
            int digit = Alphabet.IndexOf(c, StringComparison.Ordinal);
            if (digit < 0)
            {
                return null;
            }

            bits = (bits << 5) | (uint)digit;
        }

        return bits;
    }
}
