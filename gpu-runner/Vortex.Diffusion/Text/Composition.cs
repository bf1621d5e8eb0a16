using System.Collections.Frozen;
using System.Text;

namespace Vortex.Diffusion.Text;

/// <summary>Canonical composition of Unicode (NFC).</summary>
/// <remarks>The runtime's own does nothing where it runs without culture data, as the product does, and the tokens of a prompt must not depend on that.</remarks>
internal static partial class Composition
{
    private const int HangulBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TrailBase = 0x11A7;
    private const int LeadCount = 19;
    private const int VowelCount = 21;
    private const int TrailCount = 28;

    private static readonly FrozenDictionary<long, int> s_composed = Triples(Pairs).ToFrozenDictionary(t => Key(t.A, t.B), t => t.C);

    private static readonly FrozenDictionary<int, (int First, int Second)> s_decomposed = Triples(Pairs).Select(t => (Whole: t.C, First: t.A, Second: t.B))
        .Concat(Triples(Singles).Select(t => (Whole: t.A, First: t.B, Second: t.C)))
        .ToFrozenDictionary(t => t.Whole, t => (t.First, t.Second));

    private static readonly FrozenDictionary<int, int> s_classes = Triples(Classes)
        .SelectMany(t => Enumerable.Range(t.A, t.B - t.A + 1).Select(value => (value, t.C)))
        .ToFrozenDictionary(t => t.value, t => t.C);

    /// <summary>Composes.</summary>
    public static string Compose(string text)
    {
        // Nothing below U+0300 decomposes or composes differently.
        if (text.AsSpan().IndexOfAnyInRange('\u0300', '\uFFFF') < 0)
        {
            return text;
        }

        List<int> values = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, values);
        }

        Order(values);
        Join(values);
        StringBuilder composed = new(text.Length);
        foreach (int value in values)
        {
            composed.Append(new Rune(value).ToString());
        }

        return composed.ToString();
    }

    private static void Decompose(int value, List<int> values)
    {
        int syllable = value - HangulBase;
        if (syllable is >= 0 and < LeadCount * VowelCount * TrailCount)
        {
            values.Add(LeadBase + (syllable / (VowelCount * TrailCount)));
            values.Add(VowelBase + (syllable / TrailCount % VowelCount));
            if (syllable % TrailCount != 0)
            {
                values.Add(TrailBase + (syllable % TrailCount));
            }
        }
        else if (s_decomposed.TryGetValue(value, out (int First, int Second) parts))
        {
            Decompose(parts.First, values);
            if (parts.Second != 0)
            {
                Decompose(parts.Second, values);
            }
        }
        else
        {
            values.Add(value);
        }
    }

    /// <summary>Sorts runs of combining marks by class; equal classes keep their order.</summary>
    private static void Order(List<int> values)
    {
        for (int begin = 0; begin < values.Count; begin++)
        {
            int end = begin;
            while (end < values.Count && Class(values[end]) != 0)
            {
                end++;
            }

            if (end - begin > 1)
            {
                int[] sorted = [.. values.GetRange(begin, end - begin).OrderBy(Class)];
                for (int i = 0; i < sorted.Length; i++)
                {
                    values[begin + i] = sorted[i];
                }
            }

            begin = end;
        }
    }

    private static void Join(List<int> values)
    {
        (int starter, int last, int written) = (-1, 0, 0);
        for (int read = 0; read < values.Count; read++)
        {
            (int value, int order) = (values[read], Class(values[read]));

            // A mark reaches the starter unless one of the same or a higher class stands between.
            bool isBlocked = starter >= 0 && written - starter > 1 && (last == 0 || last >= order);
            if (starter >= 0 && !isBlocked && Composed(values[starter], value) is { } composed)
            {
                values[starter] = composed;
                continue;
            }

            if (order == 0)
            {
                starter = written;
            }

            last = order;
            values[written++] = value;
        }

        values.RemoveRange(written, values.Count - written);
    }

    private static int? Composed(int first, int second)
    {
        (int lead, int vowel) = (first - LeadBase, second - VowelBase);
        if (lead is >= 0 and < LeadCount && vowel is >= 0 and < VowelCount)
        {
            return HangulBase + (((lead * VowelCount) + vowel) * TrailCount);
        }

        (int syllable, int trail) = (first - HangulBase, second - TrailBase);
        if (syllable is >= 0 and < LeadCount * VowelCount * TrailCount && syllable % TrailCount == 0 && trail is > 0 and < TrailCount)
        {
            return first + trail;
        }

        return s_composed.TryGetValue(Key(first, second), out int composed) ? composed : null;
    }

    private static int Class(int value) => s_classes.GetValueOrDefault(value);

    private static long Key(int first, int second) => ((long)first << 32) | (uint)second;

    private static List<(int A, int B, int C)> Triples(ReadOnlySpan<int> values)
    {
        List<(int A, int B, int C)> triples = new(values.Length / 3);
        for (int i = 0; i < values.Length; i += 3)
        {
            triples.Add((values[i], values[i + 1], values[i + 2]));
        }

        return triples;
    }
}
