namespace Vortex.Nodes.Packs.Text;

/// <summary>Keeps a small workflow from making a text that fills the memory.</summary>
internal static class TextLimits
{
    /// <summary>The most characters a text node gives.</summary>
    public const int MaxLength = 16_000_000;

    /// <summary>Throws when a result would be longer than <see cref="MaxLength"/>.</summary>
    /// <exception cref="NodeProblemException"><c>text.too_long</c>.</exception>
    public static void Check(long length, string port)
    {
        if (length > MaxLength)
        {
            throw new NodeProblemException("text.too_long", port, $"The result would have {length:N0} characters; at most {MaxLength:N0} are possible. Use shorter texts.");
        }
    }
}
