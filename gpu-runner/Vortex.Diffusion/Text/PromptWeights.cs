using System.Collections.Immutable;

namespace Vortex.Diffusion.Text;

/// <summary>A part of a prompt and how much it counts.</summary>
/// <param name="Text">The part; escapes are still in it as <see cref="PromptWeights"/> marks them.</param>
/// <param name="Weight">1 for as it is.</param>
public readonly record struct PromptSegment(string Text, double Weight);

/// <summary>Reads the weights of a prompt as ComfyUI does: <c>(a)</c> counts 1.1 times, <c>(a:1.3)</c> 1.3, parentheses nest, <c>\(</c> and <c>\)</c> are plain.</summary>
/// <remarks>
/// A number given counts for itself; without one each level multiplies by 1.1. A parenthesis that is not closed, or closed too often, makes the rest plain text.
/// What follows the last colon is a number where Python's <c>float</c> takes it.
/// </remarks>
public static class PromptWeights
{
    /// <summary>The most levels of parentheses; the reference gives up near a thousand.</summary>
    public const int DepthLimit = 900;

    private const string MarkedClose = "\0\u0001";
    private const string MarkedOpen = "\0\u0002";

    /// <summary>Splits a prompt; the texts come with their escapes resolved.</summary>
    /// <exception cref="DiffusionException">Parentheses nest deeper than <see cref="DepthLimit"/>.</exception>
    public static ImmutableArray<PromptSegment> Parse(string prompt)
    {
        List<PromptSegment> segments = [];
        Read(Mark(prompt), 1, 0, segments);
        return [.. segments.Select(segment => segment with { Text = Unmark(segment.Text) })];
    }

    /// <summary>Returns the prompt as one segment that counts as it is, escapes resolved.</summary>
    public static ImmutableArray<PromptSegment> Plain(string prompt) => [new PromptSegment(Unmark(Mark(prompt)), 1)];

    private static string Mark(string text) =>
        text.Replace("\\)", MarkedClose, StringComparison.Ordinal).Replace("\\(", MarkedOpen, StringComparison.Ordinal);

    private static string Unmark(string text) =>
        text.Replace(MarkedClose, ")", StringComparison.Ordinal).Replace(MarkedOpen, "(", StringComparison.Ordinal);

    private static void Read(string text, double weight, int depth, List<PromptSegment> segments)
    {
        if (depth > DepthLimit)
        {
            throw new DiffusionException(DiffusionCodes.OutOfRange, $"The prompt's parentheses nest deeper than {DepthLimit} levels.", "text");
        }

        foreach (string part in Parts(text))
        {
            if (part.Length < 2 || part[0] != '(' || part[^1] != ')')
            {
                segments.Add(new PromptSegment(part, weight));
                continue;
            }

            string inner = part[1..^1];
            int colon = inner.LastIndexOf(':');
            if (colon > 0 && PythonFloat.TryParse(inner.AsSpan(colon + 1), out double given))
            {
                Read(inner[..colon], given, depth + 1, segments);
            }
            else
            {
                Read(inner, weight * 1.1, depth + 1, segments);
            }
        }
    }

    /// <summary>Splits at outermost parentheses, which stay on their parts.</summary>
    private static List<string> Parts(string text)
    {
        List<string> parts = [];
        (int begin, int level) = (0, 0);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '(')
            {
                if (level == 0 && i > begin)
                {
                    parts.Add(text[begin..i]);
                    begin = i;
                }

                level++;
            }
            else if (text[i] == ')' && --level == 0)
            {
                parts.Add(text[begin..(i + 1)]);
                begin = i + 1;
            }
        }

        if (begin < text.Length)
        {
            parts.Add(text[begin..]);
        }

        return parts;
    }
}
