using System.Collections.Immutable;

namespace Vortex.Runs;

/// <summary>Sets of batches as short texts: a thousand batches that all depend on each other still fit into one payload of an orchestration.</summary>
internal static class DependencySet
{
    public static string Write(ImmutableArray<int> batches)
    {
        if (batches.IsEmpty)
        {
            return "";
        }

        byte[] bits = new byte[(batches.Max() / 8) + 1];
        foreach (int batch in batches)
        {
            bits[batch / 8] |= (byte)(1 << (batch % 8));
        }

        return Convert.ToBase64String(bits);
    }

    public static IEnumerable<int> Read(string text)
    {
        byte[] bits = Convert.FromBase64String(text);
        for (int i = 0; i < bits.Length * 8; i++)
        {
            if ((bits[i / 8] & (1 << (i % 8))) != 0)
            {
                yield return i;
            }
        }
    }
}
