using Vortex.Runs;

namespace Vortex.Testing;

/// <summary>Pages by key: the cursor is the key of the last entry shown, so entries that arrive elsewhere move nothing.</summary>
internal static class Paging
{
    public static Page<T> Page<T>(IReadOnlyList<T> ordered, Func<T, string> key, string? cursor, int limit, bool descending)
    {
        List<T> rest = [.. ordered.Where(entry => cursor is null
            || (descending ? string.CompareOrdinal(key(entry), cursor) < 0 : string.CompareOrdinal(key(entry), cursor) > 0))];
        T[] items = [.. rest.Take(limit)];
        return new Page<T>([.. items], rest.Count > limit ? key(items[^1]) : null);
    }
}
