namespace Vortex.Api;

/// <summary>Ids in paths and bodies: what cannot be an id is answered like one that does not exist, without asking a store.</summary>
internal static class Ids
{
    /// <summary>Says whether a text is a prefix, an underscore and 1 to 100 plain characters.</summary>
    public static bool Is(string prefix, string? value) =>
        value is not null
        && value.Length <= 100
        && value.Length > prefix.Length + 1
        && value.StartsWith(prefix, StringComparison.Ordinal)
        && value[prefix.Length] == '_'
        && value.AsSpan(prefix.Length + 1).IndexOfAnyExcept(Plain) < 0;

    private static readonly System.Buffers.SearchValues<char> Plain =
        System.Buffers.SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_.");
}
