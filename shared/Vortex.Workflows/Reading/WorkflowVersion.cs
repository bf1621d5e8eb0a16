using System.Globalization;

namespace Vortex.Workflows;

/// <summary>A version of the VTXW format, <c>MAJOR.MINOR</c>.</summary>
/// <param name="Major">Changes when older readers would misunderstand a document.</param>
/// <param name="Minor">Changes when a document may hold more than older readers know.</param>
public readonly record struct WorkflowVersion(int Major, int Minor)
{
    /// <summary>Gets the version this build writes.</summary>
    public static WorkflowVersion Current { get; } = new(1, 0);

    /// <summary>Reads a version; null when the text is none.</summary>
    public static WorkflowVersion? Parse(string text)
    {
        int dot = text.IndexOf('.', StringComparison.Ordinal);
        return dot > 0
            && int.TryParse(text.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out int major)
            && int.TryParse(text.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int minor)
                ? new WorkflowVersion(major, minor)
                : null;
    }

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");
}
