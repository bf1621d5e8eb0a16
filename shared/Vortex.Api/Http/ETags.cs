using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Vortex.Api;

/// <summary>Entity tags of RFC 9110.</summary>
internal static class ETags
{
    /// <summary>Says whether an If-None-Match names a tag, weakly compared, or is <c>*</c>.</summary>
    public static bool Matches(StringValues ifNoneMatch, EntityTagHeaderValue tag) =>
        ifNoneMatch.Count > 0
        && EntityTagHeaderValue.TryParseList(ifNoneMatch, out IList<EntityTagHeaderValue>? known)
        && known.Any(one => one.Tag == "*" || one.Compare(tag, useStrongComparison: false));
}
