using System.Diagnostics;

namespace Vortex.Embedded;

/// <summary>Where traces of this assembly come from.</summary>
internal static class EmbeddedDiagnostics
{
    internal static ActivitySource Source { get; } = new("Vortex.Embedded");
}
