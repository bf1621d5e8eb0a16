using System.Collections.Immutable;

namespace Vortex.Runs;

/// <summary>Part of a list.</summary>
/// <param name="Items">The entries.</param>
/// <param name="NextCursor">Where the next part begins; null at the end. Opaque to callers.</param>
public sealed record Page<T>(ImmutableArray<T> Items, string? NextCursor);
