using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Vortex.Api;

/// <summary>Part of a list.</summary>
/// <param name="Items">The entries.</param>
/// <param name="NextCursor">Give it back as <c>cursor</c> for the next part; null at the end.</param>
/// <param name="RequestId">The request's id.</param>
internal sealed record ListAnswer<T>(
    ImmutableArray<T> Items,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? NextCursor,
    string RequestId);
